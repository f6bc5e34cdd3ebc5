"""Judged sets of our own and what makes them; see README.md."""
