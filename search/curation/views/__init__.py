"""Pages of those who look after search."""
