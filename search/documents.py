"""What the index holds of a listing: a typed document, built in bulk from the database.

Three to five queries per batch whatever its size, none per row. The same document goes to both engines; what
its texts become in an index is decided once for both in `texts`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from clusters.models import Factory
from marketplace.catalog.cards import MIN_SAMPLE
from marketplace.catalog.gates import gates_by
from marketplace.catalog.models import Category, Certificate, Listing, PriceTier, Variant
from marketplace.catalog.queries import on_sale
from marketplace.core import clock

from .attributes import attributes_of, note_words, options_of
from .keywords import Pair
from .looks.queries import first_picture
from .plan import MAX_SLOTS
from .words import Glossary

DESCRIPTION_LIMIT = 2000
_ALL_TIME = 1 << 31
HOURS = {"24h": 24, "48h": 48}

Step = tuple[int, int]
"""(from this quantity on, unit price in minor units)"""


@dataclass(frozen=True, slots=True)
class ListingDocument:
    """A listing as the index knows it. `ladder` gives its lowest unit price at every quantity, over its
    variants.

    `names` are proper names (supplier, factory, town), `facts` what the goods are (category, attributes,
    colours, certificates). `row_version` is the listing's own version, taken in the business transaction;
    the drift check compares it. `rank` multiplies the score of the words: 1 and more, never a way to be
    found without matching.

    `attributes` and the options of each of the `variants` are (name, value) as `keywords` writes them.
    `gates` are the price gates any one of which opens the ladder. `lead` is days, `on_time`, `repeat` and
    `repurchase` basis points, `response` tenths of an hour, `place` where it is made in hundred-thousandths
    of a degree. `picture` is what the first picture looks like (`looks.descriptor`), where that is known.
    """

    listing_id: int
    row_version: int
    supplier_id: int
    cluster: str
    categories: tuple[str, ...]
    currency: str
    moq: int
    ship_hours: int
    ladder: tuple[Step, ...]
    published_at: int
    sold: int
    rank: float
    title_en: str
    title_zh: str
    names_en: tuple[str, ...] = ()
    names_zh: tuple[str, ...] = ()
    facts_en: tuple[str, ...] = ()
    facts_zh: tuple[str, ...] = ()
    about_en: str = ""
    about_zh: str = ""
    codes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    attributes: tuple[Pair, ...] = ()
    variants: tuple[tuple[Pair, ...], ...] = ()
    gates: tuple[str, ...] = ("all",)
    lead: int = 0
    on_time: int | None = None
    response: int | None = None
    repeat: int | None = None
    repurchase: int = 0
    place: tuple[int, int] | None = None
    picture: bytes | None = None

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Attributes and options as (name, value), each once."""
        return tuple(dict.fromkeys((*self.attributes, *(pair for v in self.variants for pair in v))))


def slots_of(ladder: Sequence[Step]) -> list[tuple[int, int, int]]:
    """A ladder as steps (from, until exclusive, price) that cover every quantity from 0 on."""
    steps = list(ladder[:MAX_SLOTS])
    if not steps:
        return []
    starts = [0, *(quantity for quantity, _ in steps[1:])]
    ends = [*starts[1:], _ALL_TIME]
    return [(start, end, price) for start, end, (_, price) in zip(starts, ends, steps, strict=True)]


def lowest_ladder(ladders: Iterable[Sequence[Step]]) -> tuple[Step, ...]:
    """The lowest unit price at each quantity over several ladders, as one ladder.

    Below its first step a ladder's first price stands (`marketplace.catalog.rules`). Steps that change
    nothing are left out.
    """
    kept = [sorted(ladder) for ladder in ladders if ladder]
    if not kept:
        return ()
    if len(kept) == 1:
        merged = kept[0]
    else:
        quantities = sorted({quantity for ladder in kept for quantity, _ in ladder})
        merged = [(q, min(_price_at(ladder, q) for ladder in kept)) for q in quantities]
    return tuple(step for i, step in enumerate(merged) if i == 0 or step[1] != merged[i - 1][1])


def from_minimum(ladder: Sequence[Step], moq: int) -> tuple[Step, ...]:
    """A ladder without the steps nobody can order at: those below the one that counts at the minimum
    quantity.
    """
    reached = max((i for i, (quantity, _) in enumerate(ladder) if quantity <= moq), default=0)
    return tuple(ladder[reached:])


def _price_at(ladder: Sequence[Step], quantity: int) -> int:
    reached = [price for start, price in ladder if start <= quantity]
    return reached[-1] if reached else ladder[0][1]


# From the database

# Knuth's multiplicative hashing: 2**32 divided by the golden ratio.
_GOLDEN = 2_654_435_761
_COLUMNS = (
    "pk", "version", "supplier_id", "factory_id", "cluster__code", "category__path", "currency", "moq",
    "lead_days", "ship_guarantee", "published_at", "sold_30d", "title_en", "title_zh", "description_en",
    "description_zh", "attributes", "has_samples", "has_dropship", "has_custom", "is_made_to_order",
    "supplier__name_en", "supplier__name_zh", "factory__name_en", "factory__name_zh", "factory__state",
    "cluster__name_en", "cluster__name_zh", "cluster__region_en", "cluster__region_zh",
    "supplier__on_time_rate", "supplier__repeat_rate", "supplier__response_hours", "supplier__score_sample",
    "repurchase_bp", "price_visibility", "supplier__price_visibility", "cluster__price_visibility",
    "cluster_id", "factory__latitude", "factory__longitude", "cluster__latitude", "cluster__longitude",
)  # fmt: skip


Kinds = Mapping[str, Mapping[str, str]]
"""Category slug → its names, as `name_en` and `name_zh`."""


def kinds() -> Kinds:
    """All categories; one query."""
    rows = Category.objects.values_list("slug", "name_en", "name_zh")
    return {slug: {"name_en": english, "name_zh": chinese} for slug, english, chinese in rows}


Certified = Mapping[tuple[int, int | None], tuple[str, ...]]
"""(factory, listing) → kinds of certificates in force; None instead of the listing for all its goods."""


@dataclass(frozen=True, slots=True)
class Known:
    """What many batches have in common."""

    kinds: Kinds
    certified: Certified


def known_of(listing_ids: Collection[int]) -> Known:
    """Categories and certificates for these listings; two queries."""
    makers = Listing.objects.filter(pk__in=listing_ids).values("factory_id")
    ours = Q(covers_all=True, factory_id__in=makers) | Q(listings__in=listing_ids)
    today = clock.today()
    rows = Certificate.objects.filter(ours, valid_from__lte=today, valid_until__gte=today).values_list(
        "factory_id", "covers_all", "listings", "kind"
    )
    found: dict[tuple[int, int | None], set[str]] = defaultdict(set)
    for factory_id, covers_all, listing_id, kind in rows:
        found[factory_id, None if covers_all else listing_id].add(kind)
    return Known(kinds(), {key: tuple(sorted(names)) for key, names in found.items()})


def build(listing_ids: Collection[int], known: Known | None = None) -> list[ListingDocument]:
    """Documents of those of the listings that are on sale now, in order of id; three queries.

    Two more read what many batches have in common where it is not given. Wordings of attributes that this
    process has not met before are written down for the pages (`words`).
    """
    rows = list(
        on_sale().filter(pk__in=listing_ids).order_by("pk").values(*_COLUMNS, picture=first_picture())
    )
    if not rows:
        return []
    keys = [row["pk"] for row in rows]
    variants = _variants(keys)
    tiers = _tiers(keys)
    known = known or known_of(keys)
    glossary = Glossary()
    for row in rows:
        note_words(glossary, row["attributes"], variants[row["pk"]])
    glossary.keep()
    return [_document(row, variants[row["pk"]], tiers[row["pk"]], known) for row in rows]


def _variants(keys: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = ("pk", "listing_id", "sku", "gtin", "color_en", "color_zh", "size")
    for row in Variant.objects.filter(listing_id__in=keys, is_active=True).order_by("pk").values(*columns):
        found[row["listing_id"]].append(row)
    return found


def _tiers(keys: list[int]) -> dict[int, dict[int | None, list[Step]]]:
    found: dict[int, dict[int | None, list[Step]]] = defaultdict(lambda: defaultdict(list))
    rows = PriceTier.objects.filter(listing_id__in=keys).values_list(
        "listing_id", "variant_id", "min_qty", "unit_price"
    )
    for listing_id, variant_id, quantity, price in rows:
        found[listing_id][variant_id].append((quantity, price))
    return found


def _document(
    row: dict[str, Any],
    variants: list[dict[str, Any]],
    tiers: dict[int | None, list[Step]],
    known: Known,
) -> ListingDocument:
    path = tuple(row["category__path"].split("/"))
    certificates = tuple(
        dict.fromkeys(
            (
                *known.certified.get((row["factory_id"], None), ()),
                *known.certified.get((row["factory_id"], row["pk"]), ()),
            )
        )
    )
    # The card shows the listing's own ladder; only where it has none, the lowest of its variants.
    ladders = [tiers[v["pk"]] for v in variants if v["pk"] in tiers]
    return ListingDocument(
        listing_id=row["pk"],
        row_version=row["version"],
        supplier_id=row["supplier_id"],
        cluster=row["cluster__code"],
        categories=path,
        currency=row["currency"],
        moq=row["moq"],
        ship_hours=HOURS.get(row["ship_guarantee"], row["lead_days"] * 24),
        ladder=from_minimum(lowest_ladder([tiers[None]] if tiers.get(None) else ladders), row["moq"]),
        published_at=int(row["published_at"].timestamp()) if row["published_at"] else 0,
        sold=row["sold_30d"],
        rank=rank_of(row, bool(certificates)),
        title_en=row["title_en"],
        title_zh=row["title_zh"],
        names_en=_names(row, "en"),
        names_zh=_names(row, "zh"),
        facts_en=(
            *_kinds(known.kinds, path, "en"),
            *_facts(row["attributes"], "en"),
            *_options(variants, "en"),
            *certificates,
        ),
        facts_zh=(
            *_kinds(known.kinds, path, "zh"),
            *_facts(row["attributes"], "zh"),
            *_options(variants, "zh"),
        ),
        about_en=row["description_en"][:DESCRIPTION_LIMIT],
        about_zh=row["description_zh"][:DESCRIPTION_LIMIT],
        codes=tuple(code for v in variants for code in (v["sku"], v["gtin"]) if code),
        features=_features(row, bool(certificates)),
        attributes=attributes_of(row["attributes"]),
        variants=options_of(variants),
        gates=_gates(row),
        lead=row["lead_days"],
        repurchase=row["repurchase_bp"],
        place=_place(row),
        picture=bytes(row["picture"]) if row["picture"] else None,
        **_scores(row),
    )


def _gates(row: dict[str, Any]) -> tuple[str, ...]:
    return gates_by(
        row["price_visibility"],
        row["supplier__price_visibility"],
        row["cluster__price_visibility"],
        supplier_id=row["supplier_id"],
        cluster_id=row["cluster_id"],
    )


def _place(row: dict[str, Any]) -> tuple[int, int]:
    """Where the goods are made: the factory, else its town."""
    at = "factory" if row["factory__latitude"] is not None else "cluster"
    return int(row[f"{at}__latitude"] * 100_000), int(row[f"{at}__longitude"] * 100_000)


_SCORES = (
    ("on_time", "on_time_rate", 10_000),
    ("repeat", "repeat_rate", 10_000),
    ("response", "response_hours", 10),
)


def _scores(row: dict[str, Any]) -> dict[str, int | None]:
    """The supplier's scores, where enough orders are behind them."""
    known = row["supplier__score_sample"] >= MIN_SAMPLE
    found: dict[str, int | None] = {}
    for name, column, scale in _SCORES:
        value = row[f"supplier__{column}"]
        found[name] = int(value * scale) if known and value is not None else None
    return found


def _names(row: dict[str, Any], language: str) -> tuple[str, ...]:
    keys = ("supplier__name", "factory__name", "cluster__name", "cluster__region")
    return tuple(row[f"{key}_{language}"] for key in keys)


def _kinds(categories: Kinds, path: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(categories[slug][f"name_{language}"] for slug in path if slug in categories)


def _facts(attributes: list[dict[str, Any]], language: str) -> tuple[str, ...]:
    return tuple(str(a[language][1]) for a in attributes if language in a)


def _options(variants: list[dict[str, Any]], language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o for v in variants for o in (v[f"color_{language}"], v["size"]) if o))


def _features(row: dict[str, Any], certified: bool) -> tuple[str, ...]:
    flags = {
        "certified": certified,
        "verified": row["factory__state"] == Factory.State.VERIFIED,
        "sample": row["has_samples"],
        "dropship": row["has_dropship"],
        "custom": row["has_custom"],
        "stock": not row["is_made_to_order"],
    }
    return tuple(name for name, on in flags.items() if on)


def rank_of(row: dict[str, Any], certified: bool) -> float:
    """What a listing is worth beside its words, 1 to 2.2: kept promises, sales, verification, complete texts.

    The sum of the signals is held between −0.3 and +0.5 so that it orders near equals and never beats the
    words (docs/search.md); a signal that is not there counts nothing. Equals come in turn (`turn_of`).
    """
    worth = (1 + max(-0.3, min(0.5, sum(rank_signals(row, certified).values())))) / 0.7
    return round(worth + turn_of(row["pk"]), 6)


def turn_of(listing_id: int) -> float:
    """Up to 0.001, scattered over ids: of goods that are equal otherwise, the oldest are not always first."""
    return (listing_id * _GOLDEN % 2**32 >> 22) / 1024 * 0.001


def rank_signals(row: dict[str, Any], certified: bool) -> dict[str, float]:
    """What each signal adds to a listing's rank, before the sum is held within its bounds."""
    rate = row["supplier__on_time_rate"]
    return {
        "sold": 0.06 * min(5.0, math.log10(1 + row["sold_30d"])),
        "verified": 0.05 if row["factory__state"] == Factory.State.VERIFIED else 0.0,
        "certified": 0.05 if certified else 0.0,
        "texts": 0.02 if row["description_en"] and row["description_zh"] else -0.05,
        "on_time": 0.0 if rate is None else 0.4 * (float(rate) - 0.9),
    }


def signals_of(listing_id: int) -> tuple[float, dict[str, float]] | None:
    """A listing's rank and what each signal adds to it; None where it is not on sale. Three queries."""
    row = on_sale().filter(pk=listing_id).values(*_COLUMNS).first()
    if row is None:
        return None
    known = known_of([listing_id])
    certified = any(known.certified.get((row["factory_id"], key)) for key in (None, listing_id))
    return rank_of(row, certified), rank_signals(row, certified)


def ids_on_sale(after: int, limit: int) -> list[int]:
    """The next ids on sale above one, by keyset."""
    return list(on_sale().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])


def row_versions(after: int, limit: int) -> list[tuple[int, int]]:
    """(id, version) of listings on sale above an id, in order; for the drift check."""
    return list(on_sale().filter(pk__gt=after).order_by("pk").values_list("pk", "version")[:limit])


def count_on_sale() -> int:
    """How many documents a whole index has."""
    return on_sale().count()


__all__ = ["ListingDocument", "build", "count_on_sale", "ids_on_sale", "row_versions"]
