"""What pages are built of, one family of blocks per file. They hold words and choices only."""
