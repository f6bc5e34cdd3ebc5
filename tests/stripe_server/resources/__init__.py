"""One file per Stripe resource; importing the package fills the route table."""
