"""Documents: numbers without gaps, and the rows of an invoice made from a shipment."""
