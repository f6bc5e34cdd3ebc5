"""What is on offer when: Origin Days of clusters, Merchants Festivals of all."""
