"""Searches people keep, and being told when goods are new in them or their price falls."""
