"""The doors of basket and orders."""
