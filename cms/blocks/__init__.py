"""What pages are built of, one family of blocks per file. Blocks hold words and choices; live data is read when shown."""
