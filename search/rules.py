"""What a results page was asked for, as a value; and the address that asks for it again. No ORM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from marketplace.core.money import exponent

from .backends.interface import WINDOW, Band, Filters, SearchRequest, Sort
from .offers import MOQ_STEPS, PRICE_BANDS, SHIP_STEPS

PAGE_SIZE = 24
LAST_PAGE = WINDOW // PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Address:
    """What a results page was asked for. Prices in minor units of `currency`, None where not asked.

    `errors` says, by field, what could not be understood and must be told.
    """

    q: str = ""
    quantity: int | None = None
    typed_quantity: str = ""
    clusters: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    moq: int | None = None
    ships: int | None = None
    low: int | None = None
    high: int | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    as_typed: bool = False
    any_words: bool = False
    currency: str = "CNY"
    errors: Mapping[str, str] = field(default_factory=dict)

    def pairs(self, **changes: object) -> list[tuple[str, str]]:
        """The address as parameters, with changes, without what says nothing. Every change leads to page
        1.
        """
        price = {"low": _major(self.low, self.currency), "high": _major(self.high, self.currency)}
        values: dict[str, object] = {
            "q": self.q,
            "quantity": self.quantity,
            "cluster": self.clusters,
            "category": self.categories,
            "feature": self.features,
            "moq": self.moq,
            "ships": self.ships,
            **price,
            "sort": "" if self.sort is Sort.RELEVANCE else self.sort.value,
            "as_typed": "1" if self.as_typed else "",
            "any": "1" if self.any_words else "",
            **changes,
        }
        found: list[tuple[str, str]] = []
        for name, value in values.items():
            if isinstance(value, tuple | list):
                found += [(name, str(item)) for item in value]
            elif value not in (None, ""):
                found.append((name, str(value)))
        return found

    def query(self, **changes: object) -> str:
        """The address with changes as "?…"."""
        return "?" + urlencode(self.pairs(**changes))

    @property
    def filters(self) -> Filters:
        price = None if self.low is None and self.high is None else Band(self.low, self.high)
        return Filters(
            clusters=self.clusters,
            categories=self.categories,
            features=self.features,
            moq=self.moq,
            ships_hours=self.ships,
            price=price,
        )

    @property
    def narrowed(self) -> int:
        """How many filters are on."""
        singles = (self.moq, self.ships, None if self.low is None and self.high is None else 1)
        several = len(self.clusters) + len(self.categories) + len(self.features)
        return several + sum(1 for value in singles if value is not None)

    def request(self, portal_code: str | None, locale: str) -> SearchRequest:
        """The question to the engines, inside one portal or in the whole market."""
        return SearchRequest(
            q=self.q,
            locale=locale,
            quantity=self.quantity or 1,
            currency=self.currency,
            filters=self.filters,
            portal=portal_code,
            sort=self.sort,
            offset=(self.page - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
            price_bands=PRICE_BANDS,
            moq_steps=tuple(sorted({*MOQ_STEPS, *([self.quantity] if self.quantity else [])})),
            ships_steps=SHIP_STEPS,
            mend=not self.as_typed,
            loose=self.any_words,
        )


def _major(amount: int | None, currency: str) -> str:
    if amount is None:
        return ""
    return f"{Decimal(amount).scaleb(-exponent(currency)):f}"
