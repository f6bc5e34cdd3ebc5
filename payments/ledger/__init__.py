"""The books: accounts, transactions and entries, append-only and balanced; one door to write (`posting`).

Invariants: a transaction has at least two legs, its debits equal its credits per currency, and it is never
changed; a correction is a reversing transaction, at most one per transaction. Balances are kept beside the
entries and always equal their sum; a guarded account never goes below zero. On PostgreSQL triggers and
constraints prove all of it; on SQLite constraints and triggers prove all but the balance of legs, which the
posting module asserts and `manage.py verify` scans.
"""
