"""Goods that look alike: what is kept of a picture, and who is asked for its nearest."""
