"""Cards of listings: three queries for any number of them, priced at the reader's quantity.

`cards_for` reads the database. Whoever already holds the facts (an index) fills `CardFacts` and calls
`card_of`; the words on the card are made here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clusters.models import Factory
from marketplace.core.frozen import Frozen, Marks
from marketplace.core.geometry import metres_between
from marketplace.core.i18n import pick
from marketplace.core.kept import Kept
from marketplace.ui.cards import Badge, ListingCard, Picture
from marketplace.ui.formats import format_count, format_money, format_percent, format_span
from marketplace.ui.links import asset, url_maker

from . import gates
from .models import Listing, ListingImage, PriceTier
from .queries import on_sale
from .rules import Ladder, Tier, reach
from .units import pieces_text, unit_text

# A rate stands on the card only when enough orders are behind it.
MIN_SAMPLE = 10
_IMAGE_SIZES = "(min-width: 1200px) 17rem, (min-width: 640px) 33vw, 50vw"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card is made of, in both languages. Prices in minor units of `currency`."""

    public_id: str
    title_zh: str
    title_en: str
    currency: str
    unit_zh: str
    unit_en: str
    moq: int
    lead_days: int
    ship_guarantee: str
    is_made_to_order: bool
    factory_zh: str
    factory_en: str
    factory_state: str
    cluster_code: str
    cluster_zh: str
    cluster_en: str
    has_samples: bool = False
    on_time_rate: float | None = None
    score_sample: int = 0
    ladder: Ladder = field(default_factory=tuple)
    picture_path: str = ""
    picture_alt_zh: str = ""
    picture_alt_en: str = ""
    version: int = 0
    supplier_id: int = 0
    supplier_slug: str = ""
    cluster_id: int = 0
    gate_own: str = ""
    gate_supplier: str = ""
    gate_cluster: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def gates(self) -> gates.Gates:
        """The tokens that open its price."""
        return gates.gates_by(
            self.gate_own,
            self.gate_supplier,
            self.gate_cluster,
            supplier_id=self.supplier_id,
            cluster_id=self.cluster_id,
        )


_COLUMNS = {
    "public_id": "public_id",
    "title_zh": "title_zh",
    "title_en": "title_en",
    "currency": "currency",
    "unit_zh": "unit_zh",
    "unit_en": "unit_en",
    "moq": "moq",
    "lead_days": "lead_days",
    "ship_guarantee": "ship_guarantee",
    "is_made_to_order": "is_made_to_order",
    "has_samples": "has_samples",
    "factory_zh": "factory__name_zh",
    "factory_en": "factory__name_en",
    "factory_state": "factory__state",
    "cluster_code": "cluster__code",
    "cluster_zh": "cluster__name_zh",
    "cluster_en": "cluster__name_en",
    "on_time_rate": "supplier__on_time_rate",
    "score_sample": "supplier__score_sample",
    "version": "version",
    "supplier_id": "supplier_id",
    "supplier_slug": "supplier__slug",
    "cluster_id": "cluster_id",
    "gate_own": "price_visibility",
    "gate_supplier": "supplier__price_visibility",
    "gate_cluster": "cluster__price_visibility",
    "latitude": "factory__latitude",
    "longitude": "factory__longitude",
}


Row = tuple[Any, ...]


# What a card is made of: listing and version, quantity, portal, language. A card of one version of a listing
# does not change; what else stands on it (a factory's name, a rate) may be a minute old.
CardKey = tuple[str, int, int | None, str, str | None]
kept_cards: Kept[ListingCard] = Kept(most=4_000, seconds=60)


def card_key(quantity: int | None, portal: Any) -> Callable[[tuple[str, int]], CardKey]:
    """A function (public id, version) → the key under which the listing's card is kept."""
    code, language = portal.code if portal else "", get_language()
    return lambda listing: (*listing, quantity, code, language)


class Image(NamedTuple):
    """A picture of a listing: its path without size suffix and what it shows."""

    path: str
    alt_zh: str
    alt_en: str


def with_columns(listings: QuerySet[Listing]) -> QuerySet[Listing, Row]:
    """The listings' own columns for `facts_of`."""
    return listings.values_list("pk", *_COLUMNS.values())


_rows_of = Frozen(lambda m: with_columns(on_sale().filter(pk__in=m.wholes("keys"))))


def facts_of(
    listing_ids: Iterable[int], images: Mapping[int, Sequence[Image]] | None = None
) -> dict[int, CardFacts]:
    """The facts of listings on sale, by id; three queries, two with `images` of them already read.

    Ids of others are left out.
    """
    keys = list(listing_ids)
    rows = _rows_of(keys=keys) if keys else []
    return _facts_from(rows, images_of([row[0] for row in rows]) if images is None else images)


def _facts_from(rows: Sequence[Row], images: Mapping[int, Sequence[Image]]) -> dict[int, CardFacts]:
    """Facts by id from rows already read and their pictures; one query, for the ladders."""
    ladders = _ladders([row[0] for row in rows])
    facts = {}
    for pk, *values in rows:
        picture = next(iter(images.get(pk, ())), None)
        facts[pk] = CardFacts(
            **dict(zip(_COLUMNS, values, strict=True)),
            ladder=ladders.get(pk, ()),
            picture_path=picture.path if picture else "",
            picture_alt_zh=picture.alt_zh if picture else "",
            picture_alt_en=picture.alt_en if picture else "",
        )
    return facts


def _steps(m: Marks) -> QuerySet[PriceTier, Row]:
    rows = PriceTier.objects.filter(listing__in=m.wholes("keys"), variant__isnull=True).order_by("min_qty")
    return rows.values_list("listing_id", "min_qty", "unit_price")


def _pictures(m: Marks) -> QuerySet[ListingImage, Row]:
    rows = ListingImage.objects.filter(listing__in=m.wholes("keys")).order_by("listing_id", "position", "pk")
    return rows.values_list("listing_id", "path", "alt_zh", "alt_en")


_steps_of, _pictures_of = Frozen(_steps), Frozen(_pictures)


def _ladders(keys: Sequence[int]) -> dict[int, list[Tier]]:
    ladders: dict[int, list[Tier]] = {}
    for listing_id, min_qty, unit_price in _steps_of(keys=keys) if keys else ():
        ladders.setdefault(listing_id, []).append(Tier(min_qty, unit_price))
    return ladders


def images_of(keys: Iterable[int]) -> dict[int, list[Image]]:
    """All pictures of the listings, in their order, by listing; one query."""
    wanted = list(keys)
    images: dict[int, list[Image]] = {}
    for listing_id, *values in _pictures_of(keys=wanted) if wanted else ():
        images.setdefault(listing_id, []).append(Image(*values))
    return images


def picture_of(path: str, alt: str, *, sizes: str = _IMAGE_SIZES, large: bool = False) -> Picture:
    """A goods picture by its path without size suffix; `large` shows the 640 px one first."""
    small, big = asset(f"{path}-320.webp"), asset(f"{path}-640.webp")
    side = 640 if large else 320
    return Picture(
        src=big if large else small,
        alt=alt,
        width=side,
        height=side,
        srcset=f"{small} 320w, {big} 640w",
        sizes=sizes,
    )


def ships_text(source: Any) -> str:
    """When goods leave: "ships in 24 h", "made in 15 days", "ships in 5 days"."""
    if source.ship_guarantee == Listing.ShipGuarantee.HOURS_24:
        return _("ships in 24 h")
    if source.ship_guarantee == Listing.ShipGuarantee.HOURS_48:
        return _("ships in 48 h")
    if source.is_made_to_order:
        return _("made in %(span)s") % {"span": format_span(source.lead_days)}
    return _("ships in %(span)s") % {"span": format_span(source.lead_days)}


def _badges(facts: CardFacts) -> tuple[Badge, ...]:
    badges = []
    if facts.factory_state == Factory.State.VERIFIED:
        badges.append(Badge(_("Verified factory"), "ok", "badge-check"))
    if facts.has_samples:
        badges.append(Badge(_("Samples")))
    return tuple(badges)


def _score_text(facts: CardFacts) -> str:
    if facts.on_time_rate is None or facts.score_sample < MIN_SAMPLE:
        return ""
    rate = format_percent(round(float(facts.on_time_rate) * 100) * 100)
    words = {"rate": rate, "n": format_count(facts.score_sample)}
    return (
        ngettext("%(rate)s on time (%(n)s order)", "%(rate)s on time (%(n)s orders)", facts.score_sample)
        % words
    )


def card_of(
    facts: CardFacts,
    quantity: int | None,
    *,
    url: Callable[[str], str],
    ask_url: Callable[[str], str] | None = None,
    compare_url: Callable[[str], str] | None = None,
    supplier_url: Callable[[str], str] | None = None,
    access: gates.Access = gates.NOBODY,
    distance_text: str = "",
) -> ListingCard:
    """The card of one listing at a quantity (None: at its minimum), in the active language.

    Without the access its gates ask for, the card has no price and says for whom it is.
    """
    wanted = max(quantity or facts.moq, 1)
    its = facts.gates
    shown = gates.is_open(its, access)
    place = reach(facts.ladder, wanted) if facts.ladder and shown else None
    return ListingCard(
        url=url(facts.public_id) + (f"?quantity={quantity}" if quantity else ""),
        title=pick(facts, "title"),
        picture=picture_of(facts.picture_path, pick(facts, "picture_alt")) if facts.picture_path else None,
        price_text=format_money(place.tier.unit_price, facts.currency) if place else "",
        gate_text="" if shown else gates.hidden_words(its),
        unit_text=unit_text(facts) if shown else "",
        quantity_text=_("at %(n)s") % {"n": format_count(wanted)},
        next_tier_text=(
            _("%(price)s from %(n)s")
            % {
                "price": format_money(place.next_tier.unit_price, facts.currency),
                "n": format_count(place.next_tier.min_qty),
            }
            if place and place.next_tier
            else ""
        ),
        moq_text=_("from %(pieces)s") % {"pieces": pieces_text(facts, facts.moq)},
        ships_text=ships_text(facts),
        factory_text=pick(facts, "factory"),
        factory_url=supplier_url(facts.supplier_slug) if supplier_url and facts.supplier_slug else "",
        town_text=" · ".join(part for part in (pick(facts, "cluster"), distance_text) if part),
        badges=_badges(facts),
        score_text=_score_text(facts),
        ask_url=ask_url(facts.public_id) if ask_url else "",
        compare_url=compare_url(facts.public_id) if compare_url else "",
        accent=facts.cluster_code,
        public_id=facts.public_id,
    )


def _distance_text(facts: CardFacts, near: tuple[float, float]) -> str:
    """ "120 km", "under 1 km"; nothing for a factory nobody has placed."""
    if facts.latitude is None or facts.longitude is None:
        return ""
    kilometres = round(metres_between(near, (float(facts.latitude), float(facts.longitude))) / 1000)
    return _("%(n)s km") % {"n": format_count(kilometres)} if kilometres else _("under 1 km")


def cards_for(
    listing_ids: Sequence[int],
    *,
    quantity: int | None = None,
    portal: Any = None,
    facts: Mapping[int, CardFacts] | None = None,
    access: gates.Access = gates.NOBODY,
    compare_url: Callable[[str], str] | None = None,
    near: tuple[float, float] | None = None,
) -> list[ListingCard]:
    """Cards in the order of the ids, at the reader's quantity, linking inside `portal`; three queries.

    Ids that are not on sale are left out. `facts` from a wider `facts_of` may be passed to share its queries.
    `access` is what prices the reader sees: where cards are kept for all, nobody's. With `near` (degrees)
    they say how far away the goods are made.
    """
    known = facts_of(listing_ids) if facts is None else facts
    url = url_maker(portal, "catalog:listing")
    ask = url_maker(portal, "sourcing:ask")
    supplier = url_maker(portal, "suppliers:supplier")
    return [
        card_of(
            known[pk],
            quantity,
            url=url,
            ask_url=ask,
            supplier_url=supplier,
            compare_url=compare_url,
            access=access,
            distance_text=_distance_text(known[pk], near) if near else "",
        )
        for pk in listing_ids
        if pk in known
    ]
