"""Building the first pages: site, home and a portal per cluster, in both languages.

`build_portals` makes what is missing and leaves alone what is there: a second run changes nothing, and
nobody's edits are overwritten. It makes the demo's pages and those of a new installation.
"""

from .build import build_portals
from .words import HomeStory, PictureFile, PortalStory, Shelf, Tale, Voice, Words, Year

__all__ = [
    "HomeStory",
    "PictureFile",
    "PortalStory",
    "Shelf",
    "Tale",
    "Voice",
    "Words",
    "Year",
    "build_portals",
]
