"""The doors: what a buyer, a supplier, staff or a job may ask of payments, one function per use case."""
