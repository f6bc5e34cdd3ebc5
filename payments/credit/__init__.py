"""Credit of buyers: the line and its limit, holds, authorisations.

The limit check is one conditional UPDATE.
"""
