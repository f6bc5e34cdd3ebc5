"""Making the demo: plans of what shall exist (`goods`, `dice`), and what writes them."""
