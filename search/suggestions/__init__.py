"""What the search box offers while somebody types: queries, kinds of goods, towns, factories, goods."""
