"""The pages people see: hosted payment page, the bank's 3-D Secure step, a supplier's onboarding form."""
