"""The search log: what was asked, shown and opened, and what came of it."""
