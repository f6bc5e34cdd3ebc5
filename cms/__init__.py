"""The shop window: the home page, each cluster's portal, its stories, and the admin in which they are edited.

Owns the page types, the blocks they are built of, the pictures, and the limits of the admin (whose pages,
whose listings). Everything that changes by trade (goods, prices, stock, factories, campaigns) is read from
the database when a page is shown and never copied into it. The window reads everything and decides nothing:
it calls no action of the spine.

`blocks/` holds one family of blocks per file, `pages/` one page type per file, `live.py` reads what all the
blocks of one page need in a handful of queries, `seeding.py` builds the first pages.
"""
