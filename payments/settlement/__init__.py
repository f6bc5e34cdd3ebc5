"""Steps of money that several actions share. Each demands an open transaction and joins it.

Lock order everywhere: credit line → order → authorisation → invoice → instalment → payment → ledger accounts.
"""
