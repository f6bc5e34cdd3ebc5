"""What the results page offers to narrow by: bands, steps and features, and their words."""

from __future__ import annotations

from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .backends.interface import Band, Sort
from .keywords import PRICE_EDGES

# Unit prices in minor units at the reader's quantity; bounds included, so bands touch and never overlap.
PRICE_BANDS = (*(Band(a, b - 1) for a, b in pairwise(PRICE_EDGES)), Band(PRICE_EDGES[-1], None))
MOQ_STEPS = (1, 10, 50, 100, 300, 500, 1000)
SHIP_STEPS = (24, 48, 72)
LEAD_STEPS = (3, 7, 15, 30)
NEW_STEPS = (7, 30)
# Percent, hours, percent, kilometres.
ON_TIME_STEPS = (95, 98)
RESPONSE_STEPS = (2, 8, 24)
REPEAT_STEPS = (30, 50)
DISTANCE_STEPS = (50, 100, 300, 1000)
# So many names of attributes are offered.
ATTRIBUTES = 6

FEATURES: dict[str, Promise] = {
    "verified": _("Verified factory"),
    "certified": _("Certified"),
    "stock": _("In stock"),
    "sample": _("Samples"),
    "custom": _("Made to your design"),
    "dropship": _("Ships to your customers"),
}

SORTS: dict[Sort, Promise] = {
    Sort.RELEVANCE: _("Best match"),
    Sort.PRICE: _("Price at my quantity"),
    Sort.LEAD_TIME: _("Ships soonest"),
    Sort.SALES: _("Best selling"),
    Sort.REPURCHASE: _("Most bought again"),
    Sort.NEWEST: _("Newest"),
    Sort.DISTANCE: _("Nearest"),
}
