"""The shapes the vocabularies are written in. A `Pair` is one thing said in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Colour:
    """A goods colour: its key, its names, how it is drawn and what goes with it in patterns (#rrggbb)."""

    key: str
    zh: str
    en: str
    hex: str
    partner: str


@dataclass(frozen=True, slots=True)
class Spec:
    """One measurable property of goods: a key, its label, the values listings take."""

    key: str
    label: Pair
    values: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A family of goods that one motif shows. Prices are fen per unit at the smallest quantity, weights g.

    `looks` maps a pattern to its words in a title; `sizes` are the size runs a listing may have.
    """

    key: str
    motif: str
    category: str
    noun: Pair
    looks: dict[str, Pair]
    colours: tuple[str, ...]
    sizes: tuple[tuple[str, ...], ...]
    price: tuple[int, int]
    moqs: tuple[int, ...]
    multiples: tuple[int, ...]
    unit: Pair
    weight: tuple[int, int]
    carton: tuple[int, ...]
    materials: tuple[Pair, ...]
    features: tuple[Pair, ...]
    uses: tuple[Pair, ...]
    specs: tuple[Spec, ...]
    packing: tuple[Pair, ...]
    audiences: tuple[Pair, ...]
    lead: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CertificateKind:
    """A paper factories of a trade hold: `number` has # for a digit, `share` is how many of 100 hold it."""

    kind: str
    issuer: str
    number: str
    share: int
    years: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the category tree with its leaves: (slug, zh, en)."""

    slug: str
    zh: str
    en: str
    leaves: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """What a cluster makes, how, and with which papers. `motifs` and `ground` tell how it is drawn."""

    code: str
    motifs: str
    ground: str
    sku: str
    category: Branch
    certificates: tuple[CertificateKind, ...]
    products: tuple[Product, ...]
    processes: tuple[Pair, ...]
    capacity: tuple[int, int]
    capacity_unit: Pair
    employees: tuple[int, int]
    care: Pair
    custom: Pair


@dataclass(frozen=True, slots=True)
class Place:
    """A town or subdistrict where factories stand."""

    zh: str
    en: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Town:
    """A cluster: where it is, what it is known for, its story in paragraphs of both
    languages, its years as (year, zh, en)."""

    code: str
    name_zh: str
    name_en: str
    region_zh: str
    region_en: str
    focus_zh: str
    focus_en: str
    tagline_zh: str
    tagline_en: str
    latitude: str
    longitude: str
    accent: str
    since_year: int | None
    towns: tuple[Place, ...]
    story_zh: tuple[str, ...]
    story_en: tuple[str, ...]
    timeline: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Works:
    """A supplier and its factory by name; `keys` are the products it makes."""

    slug: str
    name_zh: str
    name_en: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buying company: its names, where it is, what kind of business, how it pays, its owner's name."""

    slug: str
    name_zh: str
    name_en: str
    city_zh: str
    city_en: str
    kind: str
    owner: str
    trades: tuple[str, ...]
