"""Composed read-only pages for staff: what waits, what is at risk, what happened."""
