"""The pages people see: the hosted payment page, the bank's 3-D Secure step, and a supplier's onboarding form."""
