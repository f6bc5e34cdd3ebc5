"""The pages of payments; each view makes one call to an action or reads through queries."""
