"""The facets beside results and the chips above them: words, counts and the address each leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.queries import cluster_line
from marketplace.ui.formats import format_count, format_money, format_span

from .backends.interface import Band, Facet, FacetCount, SearchResult
from .keywords import Pair
from .offers import FEATURES
from .rules import Address
from .words import Word

MOST_OPTIONS = 20
MOST_VALUES = 10
# Facets beyond these begin folded, unless something is chosen in them.
_OPEN = (Facet.CLUSTER, Facet.CATEGORY, Facet.PRICE, Facet.MOQ, Facet.SHIPS, Facet.FEATURE)
# label, count, URL, whether it is on, code (the parts' own order)
Option = tuple[str, int, str, bool, str]
FacetView = tuple[str, bool, list[Option]]
Link = tuple[str, str]
NO_FILTERS: dict[str, object] = dict.fromkeys(
    (
        *("cluster", "category", "feature", "moq", "ships", "low", "high", "lead", "new", "festival"),
        *("on_time", "response", "repeat", "attr", "within", "view"),
    )
)


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category: its name in the active language and the slug of the one above it ("" at the root)."""

    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called: categories by slug, attributes by pair, running festivals by key."""

    categories: Mapping[str, CategoryLine] = field(default_factory=dict)
    words: Mapping[Pair, Word] = field(default_factory=dict)
    festivals: Mapping[str, str] = field(default_factory=dict)

    def category(self, slug: str) -> str:
        return self.categories[slug].name if slug in self.categories else ""

    def value(self, pair: Pair) -> str:
        return self.words[pair].value if pair in self.words else pair[1]

    def attribute(self, name: str) -> str:
        """What a name of attributes is called."""
        found = (word.name for pair, word in self.words.items() if pair[0] == name)
        return next(found, name.replace("_", " "))


def town(code: str) -> str:
    """A town's name, "" when there is none."""
    line = cluster_line(code)
    return line.name if line else ""


# One number each


def _moq_words(address: Address) -> Callable[[int], str]:
    def words(number: int) -> str:
        if number == address.quantity:
            return _("takes my %(n)s") % {"n": format_count(number)}
        return _("up to %(n)s") % {"n": format_count(number)}

    return words


def _ship_words(hours: int) -> str:
    return _("%(n)s h") % {"n": hours} if hours <= 72 else format_span(hours // 24)


def _lead_words(days: int) -> str:
    return _("up to %(n)s") % {"n": format_span(days)}


def _new_words(days: int) -> str:
    return _("in the last %(span)s") % {"span": format_span(days)}


def _percent_words(percent: int) -> str:
    return _("%(n)s %% and more") % {"n": percent}


def _response_words(hours: int) -> str:
    return ngettext("within %(n)s hour", "within %(n)s hours", hours) % {"n": hours}


def distance_words(kilometres: int) -> str:
    """ "within 300 km"."""
    return _("within %(n)s km") % {"n": format_count(kilometres)}


def band_words(band: Band, currency: str) -> str:
    """ "¥2.00–4.99", "under ¥1.00", "from ¥100.00"."""
    if band.low is None or (band.low == 0 and band.high is not None):
        return _("up to %(price)s") % {"price": format_money(band.high or 0, currency)}
    if band.high is None:
        return _("from %(price)s") % {"price": format_money(band.low, currency)}
    return f"{format_money(band.low, currency)}–{format_money(band.high, currency)}"


@dataclass(frozen=True, slots=True)
class _Single:
    """A facet of one number: its parameter, title, words of a value; `scale` is how the index counts it."""

    facet: Facet
    name: str
    title: str
    words: Callable[[int], str]
    scale: int = 1


def _singles(address: Address) -> dict[Facet, _Single]:
    rows = (
        _Single(Facet.MOQ, "moq", _("Minimum order"), _moq_words(address)),
        _Single(Facet.SHIPS, "ships", _("Ships within"), _ship_words),
        _Single(Facet.LEAD, "lead", _("Lead time"), _lead_words),
        _Single(Facet.NEW, "new", _("New"), _new_words),
        _Single(Facet.ON_TIME, "on_time", _("Shipped on time"), _percent_words, 100),
        _Single(Facet.RESPONSE, "response", _("Answers"), _response_words, 10),
        _Single(Facet.REPEAT, "repeat", _("Customers who come again"), _percent_words, 100),
        _Single(Facet.DISTANCE, "within", _("Distance"), distance_words),
    )
    return {row.facet: row for row in rows}


# Facets


def facet_views(address: Address, result: SearchResult, names: Names) -> list[FacetView]:
    """Facets that have something to choose, in their order."""
    singles = _singles(address)
    order = (
        *(Facet.CLUSTER, Facet.CATEGORY, Facet.PRICE, Facet.MOQ, Facet.SHIPS, Facet.FEATURE, Facet.FESTIVAL),
        *(Facet.DISTANCE, Facet.LEAD, Facet.NEW, Facet.ON_TIME, Facet.RESPONSE, Facet.REPEAT),
    )
    views: list[FacetView] = []
    for facet in order:
        counts = result.facets.get(facet, ())
        if facet in singles:
            title, options = singles[facet].title, _steps(address, singles[facet], counts)
        else:
            title, options = _several(facet, address, counts, names)
        if options:
            views.append((title, facet in _OPEN or any(option[3] for option in options), options))
    place = next((n for n, view in enumerate(views) if view[0] == singles[Facet.LEAD].title), len(views))
    return [*views[:place], *_attributes(address, result, names), *views[place:]]


def _several(
    facet: Facet, address: Address, counts: Iterable[FacetCount], names: Names
) -> tuple[str, list[Option]]:
    if facet is Facet.CLUSTER:
        return _("Town"), _terms(address, "cluster", address.clusters, counts, town)
    if facet is Facet.CATEGORY:
        return _("Category"), _categories(address, counts, names)
    if facet is Facet.PRICE:
        return _price_title(address), _prices(address, counts)
    if facet is Facet.FESTIVAL:
        found = _terms(address, "festival", address.festivals, counts, lambda k: names.festivals.get(k, ""))
        return _("On festival now"), found
    return _("Also"), _terms(address, "feature", address.features, counts, lambda n: str(FEATURES.get(n, "")))


def _categories(address: Address, counts: Iterable[FacetCount], names: Names) -> list[Option]:
    """The tree as far as it is open: the roots, or what lies below a lone root, and around what is chosen."""
    lines = names.categories
    found = [c for c in counts if c.value in lines]
    opened = {parent for slug in address.categories if slug in lines for parent in (slug, lines[slug].parent)}
    roots = {c.value for c in found if not lines[c.value].parent}
    opened |= {""} if len(roots) > 1 or not roots else roots
    shown = [c for c in found if lines[c.value].parent in opened]
    return _terms(address, "category", address.categories, shown or found, names.category)


def _terms(
    address: Address,
    name: str,
    chosen: tuple[str, ...],
    counts: Iterable[FacetCount],
    word: Callable[[str], str],
) -> list[Option]:
    """Several values at once; one that is on stays in sight even when nothing has it."""
    found = {c.value: c.count for c in counts}
    for value in chosen:
        found.setdefault(value, 0)
    options: list[Option] = []
    for value, count in found.items():
        label = word(value)
        on = value in chosen
        if label and (count or on):
            rest = tuple(v for v in chosen if v != value)
            options.append(
                (label, count, address.query(**{name: rest if on else (*chosen, value)}), on, value)
            )
    return options[:MOST_OPTIONS]


def _steps(address: Address, single: _Single, counts: Iterable[FacetCount]) -> list[Option]:
    """One value at a time; steps that find no more than the one before say nothing new and are left out."""
    chosen: int | None = getattr(address, single.name)
    options: list[Option] = []
    rising = single.facet not in (Facet.ON_TIME, Facet.REPEAT)
    before = 0
    for c in counts:
        number = int(c.value) // single.scale
        on = number == chosen
        mine = single.facet is Facet.MOQ and number == address.quantity
        if on or c.count > before or (c.count and (mine or not rising)):
            url = address.query(**{single.name: None if on else number})
            options.append((single.words(number), c.count, url, on, str(number)))
        before = max(before, c.count)
    if chosen is not None and not any(option[3] for option in options):
        options.append((single.words(chosen), 0, address.query(**{single.name: None}), True, str(chosen)))
    return options


def _price_title(address: Address) -> str:
    if address.quantity:
        return _("Unit price at %(n)s") % {"n": format_count(address.quantity)}
    return _("Unit price")


def _prices(address: Address, counts: Iterable[FacetCount]) -> list[Option]:
    options: list[Option] = []
    for c in counts:
        low, high = (int(part) if part else None for part in c.value.split("-"))
        on = (address.low, address.high) == (low, high)
        if c.count or on:
            asked = Address(low=low, high=high, currency=address.currency)
            values = dict(asked.pairs())
            change = {"low": None, "high": None} if on else {k: values.get(k) for k in ("low", "high")}
            words = band_words(Band(low, high), address.currency)
            options.append((words, c.count, address.query(**change), on, c.value))
    return options


def _attribute_pairs(address: Address) -> list[str]:
    return [f"{name}:{value}" for name, values in address.attributes for value in values]


def _attributes(address: Address, result: SearchResult, names: Names) -> list[FacetView]:
    """Attributes most results have; those of which all results have the same say nothing and are left out."""
    on = _attribute_pairs(address)
    chosen = dict(address.attributes)
    views: list[FacetView] = []
    for number, (name, counts) in enumerate(result.attributes.items()):
        if len(counts) < 2 and name not in chosen:
            continue
        options: list[Option] = []
        ordered = sorted(counts, key=lambda c: c.value not in chosen.get(name, ()))
        for c in ordered[: max(MOST_VALUES, len(chosen.get(name, ())))]:
            pair = f"{name}:{c.value}"
            rest = [one for one in on if one != pair]
            url = address.query(attr=tuple(rest if pair in on else (*on, pair)))
            options.append((names.value((name, c.value)), c.count, url, pair in on, c.value))
        views.append((names.attribute(name), number < 2 or name in chosen, options))
    return views


# Chips


def chips(address: Address, names: Names) -> list[Link]:
    """What is on, each with the address without it."""
    found: list[Link] = []
    several: tuple[tuple[str, tuple[str, ...], Callable[[str], str]], ...] = (
        ("cluster", address.clusters, lambda code: town(code) or code),
        ("category", address.categories, lambda slug: names.category(slug) or slug),
        ("feature", address.features, lambda name: str(FEATURES[name])),
        ("festival", address.festivals, lambda key: names.festivals.get(key) or _("A festival that is over")),
    )
    for name, chosen, words in several:
        for value in chosen:
            rest = tuple(v for v in chosen if v != value)
            found.append((words(value), address.query(**{name: rest})))
    on = _attribute_pairs(address)
    for name, values in address.attributes:
        for value in values:
            rest = tuple(one for one in on if one != f"{name}:{value}")
            words_ = {"name": names.attribute(name), "value": names.value((name, value))}
            found.append((_("%(name)s: %(value)s") % words_, address.query(attr=rest)))
    if address.low is not None or address.high is not None:
        band = Band(address.low, address.high)
        found.append((band_words(band, address.currency), address.query(low=None, high=None)))
    return [*found, *_single_chips(address)]


def _single_chips(address: Address) -> Iterable[Link]:
    if address.moq is not None:
        words = _("minimum up to %(n)s") % {"n": format_count(address.moq)}
        yield words, address.query(moq=None)
    if address.ships is not None:
        words = _("ships within %(span)s") % {"span": _ship_words(address.ships)}
        yield words, address.query(ships=None)
    for single in _singles(address).values():
        number: int | None = getattr(address, single.name)
        if number is not None and single.name not in ("moq", "ships"):
            parts = {"name": single.title, "value": single.words(number)}
            yield _("%(name)s: %(value)s") % parts, address.query(**{single.name: None})
    if address.view is not None:
        yield _("this part of the map"), address.query(view=None)
