"""What pictures look like: the part of searching by picture that documents and engines need."""
