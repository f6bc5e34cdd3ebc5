"""What all stands on: money, ids, clock, errors, states, outbox, audit, jobs. Imports nothing of ours."""
