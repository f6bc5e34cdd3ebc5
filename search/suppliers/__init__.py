"""The page of a supplier: who they are, where they make, and their goods by the search engine."""
