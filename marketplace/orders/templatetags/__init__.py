"""Template tags of basket and orders."""
