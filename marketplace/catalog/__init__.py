"""What is for sale: categories, listings, variants, price ladders, certificates, price history."""
