"""What a results page was asked for, as a value; and the address that asks for it again. No ORM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from marketplace.core.money import exponent

from .backends.interface import WINDOW, Band, Box, Chosen, Filters, SearchRequest, Sort
from .offers import (
    ATTRIBUTES,
    DISTANCE_STEPS,
    LEAD_STEPS,
    MOQ_STEPS,
    NEW_STEPS,
    ON_TIME_STEPS,
    PRICE_BANDS,
    REPEAT_STEPS,
    RESPONSE_STEPS,
    SHIP_STEPS,
)

Festivals = tuple[tuple[str, tuple[str, ...] | None], ...]

PAGE_SIZE = 24
LAST_PAGE = WINDOW // PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Address:
    """What a results page was asked for. Prices in minor units of `currency`, None where not asked.

    `lead` in days, `on_time` and `repeat` in percent, `response` in hours, `within` in kilometres of `place`,
    which `near` names (a town's code, or degrees); `view` is the part of the map that is looked at.

    `picture` is a picture that was sent, `looks` a listing, by outward ids: what looks like it is wanted, and
    words are not read.

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
    attributes: Chosen = ()
    lead: int | None = None
    new: int | None = None
    festivals: tuple[str, ...] = ()
    on_time: int | None = None
    response: int | None = None
    repeat: int | None = None
    near: str = ""
    place: tuple[float, float] | None = None
    within: int | None = None
    view: Box | None = None
    on_map: bool = False
    picture: str = ""
    looks: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    def pairs(self, **changes: object) -> list[tuple[str, str]]:
        """The address as parameters, with changes, without what says nothing. Every change leads to page
        1.
        """
        price = {"low": _major(self.low, self.currency), "high": _major(self.high, self.currency)}
        values: dict[str, object] = {
            "q": self.q,
            "picture": self.picture,
            "looks": self.looks,
            "quantity": self.quantity,
            "cluster": self.clusters,
            "category": self.categories,
            "feature": self.features,
            "moq": self.moq,
            "ships": self.ships,
            "lead": self.lead,
            "new": self.new,
            "festival": self.festivals,
            "on_time": self.on_time,
            "response": self.response,
            "repeat": self.repeat,
            "attr": tuple(f"{name}:{value}" for name, values in self.attributes for value in values),
            **price,
            "near": self.near,
            "within": self.within,
            "view": _degrees(self.view),
            "map": "1" if self.on_map else "",
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

    @property
    def by_picture(self) -> bool:
        """Whether look-alikes of a picture are wanted."""
        return bool(self.picture or self.looks)

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
            lead=self.lead,
            new=self.new,
            festivals=self.festivals,
            on_time=None if self.on_time is None else self.on_time * 100,
            response=None if self.response is None else self.response * 10,
            repeat=None if self.repeat is None else self.repeat * 100,
            within=self.within,
            attributes=self.attributes,
            box=self.view,
        )

    @property
    def narrowed(self) -> int:
        """How many filters are on."""
        price = None if self.low is None and self.high is None else 1
        scores = (self.on_time, self.response, self.repeat)
        singles = (self.moq, self.ships, price, self.lead, self.new, self.within, self.view, *scores)
        several = (*self.clusters, *self.categories, *self.features, *self.festivals)
        values = sum(len(values) for _name, values in self.attributes)
        return len(several) + values + sum(1 for value in singles if value is not None)

    def request(
        self,
        portal_code: str | None,
        locale: str,
        *,
        access: Iterable[str] = (),
        festivals: Festivals = (),
        now: int = 0,
    ) -> SearchRequest:
        """The question to the engines, inside one portal or in the whole market.

        `access` is what prices the reader sees, `festivals` what runs, `now` the moment in
        seconds since 1970.
        """
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
            price_access=tuple(sorted(access)),
            lead_steps=LEAD_STEPS,
            new_steps=NEW_STEPS,
            on_time_steps=tuple(percent * 100 for percent in ON_TIME_STEPS),
            response_steps=tuple(hours * 10 for hours in RESPONSE_STEPS),
            repeat_steps=tuple(percent * 100 for percent in REPEAT_STEPS),
            distance_steps=DISTANCE_STEPS,
            festivals=festivals,
            attributes=ATTRIBUTES,
            near=self.place,
            now=now,
            points=level_of(self.view) if self.on_map else None,
        )


def level_of(view: Box | None) -> int:
    """The grid that gives a view of the map some dozens of cells."""
    if view is None:
        return 1
    span = max(view.north - view.south, view.east - view.west)
    return 0 if span > 90 else 1 if span > 6 else 2 if span > 1.2 else 3


def _degrees(view: Box | None) -> str:
    """A view as the address writes it: south, west, north, east."""
    if view is None:
        return ""
    return ",".join(f"{side:g}" for side in (view.south, view.west, view.north, view.east))


def _major(amount: int | None, currency: str) -> str:
    if amount is None:
        return ""
    return f"{Decimal(amount).scaleb(-exponent(currency)):f}"
