"""The end of the road: checkout, credit, invoices, card payments, payouts and the books.

Owns every amount of money after the basket. Its ledger is append-only and balanced by the database; nothing
else keeps balances that are not proved by it. Imports the spine (orders, fulfilment and what lies before
them), never the window (cms, search). Specification of every number: policies in `policies.py`, postings in
`settlement/journals.py`, states in `rules/states.py`.
"""
