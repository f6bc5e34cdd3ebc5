"""What the search log tells: a supplier about its own goods, staff about everything."""
