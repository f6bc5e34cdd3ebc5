"""What every test stands on: a migrated database, restored after each test; servers by mark."""
