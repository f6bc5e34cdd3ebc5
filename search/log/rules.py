"""Who is counted, what is masked, how days are told apart. No ORM."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from datetime import date, timedelta

from django.conf import settings

from search.analysis.normalise import normalise

MASK = "▒"
"""Stands where a mail address or a number of a person was."""

RAW_DAYS = 90
ATTRIBUTION = timedelta(days=7)
LONGEST_QUERY = 128
_MAIL = re.compile(r"[^\s@<>()]{1,64}\s?@\s?[^\s@<>()]+\.[^\s@<>().]+", re.IGNORECASE)
_NUMBERS = re.compile(r"\+?\(?\d(?:[\s().\-]{0,2}\d){6,}")
_GTIN_LENGTHS = (8, 12, 13, 14)
_ROBOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|scrap|archive|preview|monitor|uptime|lighthouse|headless|"
    r"curl|wget|python|java/|go-http|okhttp|axios|libwww|httpclient|facebookexternal|feed|validator",
    re.IGNORECASE,
)


def is_robot(agent: str) -> bool:
    """Whether a user agent says that nobody is looking. None at all is taken for one."""
    return not agent.strip() or bool(_ROBOTS.search(agent))


def is_barcode(digits: str) -> bool:
    """Whether digits are a trade item number: one of its lengths, with the right check digit."""
    if len(digits) not in _GTIN_LENGTHS or re.fullmatch(r"86?1[3-9]\d{9}", digits):
        return False
    total = sum(int(c) * (3 if place % 2 else 1) for place, c in enumerate(reversed(digits)))
    return total % 10 == 0


def mask(text: str) -> str:
    """Mail addresses and long numbers (telephone, identity card) become a mark; barcodes stay."""
    text = _MAIL.sub(MASK, text)

    def shown(match: re.Match[str]) -> str:
        found = match.group()
        return found if found.isascii() and found.isdigit() and is_barcode(found) else MASK

    return _NUMBERS.sub(shown, text)


def kept_query(text: str) -> str:
    """A query as the log keeps it: masked, in its one spelling, cut."""
    return normalise(mask(normalise(text)))[:LONGEST_QUERY]


def visitor_of(address: str, agent: str, day: date) -> str:
    """A visitor of one day: 16 hex digits that say nothing about the next day or the address."""
    salt = f"search-log:{day.isoformat()}:{settings.SECRET_KEY}".encode()
    return hmac.new(salt, f"{address}\n{agent}".encode(errors="replace"), hashlib.sha256).hexdigest()[:16]


def first_day(today: date, days: int) -> date:
    """The first of so many days that end today."""
    return today - timedelta(days=days - 1)


def nth_percentile(values: list[int], share: float) -> int:
    """The value at least that share of the values do not exceed; 0 of none."""
    if not values:
        return 0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
