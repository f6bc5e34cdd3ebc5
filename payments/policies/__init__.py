"""Policies are data: rates, days, fees, ladders and terms in versioned sets.

`cn` is the default, `eu` the second. An invoice keeps the code and version of the set it was issued under, so
a later version never changes an old document.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings

from .cn import CN_1, CN_2
from .eu import EU_1
from .kinds import ACCRUE_DAILY, ACCRUE_ON_NOTICE, MIXED, LossBand, Policy, Step, Term, TermLine

SETS: Mapping[str, Policy] = MappingProxyType({policy.label: policy for policy in (CN_1, CN_2, EU_1)})
_LATEST: Mapping[str, Policy] = MappingProxyType({policy.code: policy for policy in SETS.values()})


def current() -> Policy:
    """The set in force, by the setting PAYMENT_POLICY. Raises KeyError for a set that does not exist."""
    return _LATEST[settings.PAYMENT_POLICY]


def latest() -> tuple[Policy, ...]:
    """The newest version of every set."""
    return tuple(_LATEST.values())


def by_label(label: str) -> Policy:
    """The set a document was issued under, e.g. `cn/1`."""
    return SETS[label]


__all__ = [
    "ACCRUE_DAILY",
    "ACCRUE_ON_NOTICE",
    "CN_1",
    "CN_2",
    "EU_1",
    "MIXED",
    "SETS",
    "LossBand",
    "Policy",
    "Step",
    "Term",
    "TermLine",
    "by_label",
    "current",
    "latest",
]
