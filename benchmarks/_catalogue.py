"""A judged set's catalogue as listings of our own: what a factory would type, where it would type it.

Title and description in the language they are written in, the brand as an attribute, further attributes with
label and value, the colour and the part numbers on the variant, the kind of goods as a category. Only in a
database of the benchmark's own: rows are written in bulk, past the actions.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any

from django.db import models, transaction

from clusters.models import Cluster, Factory
from marketplace.catalog.models import Category, Listing, PriceTier, Variant
from marketplace.companies.models import Company, Supplier
from marketplace.core import ids
from marketplace.demo.making import bulk

from ._judged import row_id

_HAN = re.compile(r"[㐀-鿿]")
_TITLE = {"zh": 160, "en": 200}
_TITLES = ("title", "title_en", "title_zh", "name", "product_title")
_ABOUT = ("bullets", "bullet_points", "description", "description_en", "description_zh", "text", "body")
_BRANDS = ("brand", "supplier", "manufacturer")
_CODES = ("sku", "model", "mpn")
_LABEL = re.compile(r"^[tnb]_")
_MOST_ATTRIBUTES = 60
_DEPTH = 6
_TIER = ("listing", "variant", "min_qty", "unit_price")
_PUBLISHED = datetime(2026, 1, 5, 8, tzinfo=UTC)
_BATCH = 2_000


def import_products(products: Iterable[dict[str, Any]]) -> dict[int, str]:
    """Write a catalogue as published listings of one factory; returns listing id → product id."""
    factory = _factory()
    shelf = _Shelf(factory)
    imported: dict[int, str] = {}
    with bulk.hurried():
        rows = iter(products)
        while part := list(islice(rows, _BATCH)):
            imported |= shelf.write(part)
        bulk.settle_keys(Category, Listing, Variant, PriceTier)
    return imported


def _factory() -> Factory:
    """One works for all: its name and town are no word anybody looks for."""
    company = Company.objects.create(legal_name="甲", name_zh="甲", name_en="Qx", is_supplier=True)
    supplier = Supplier.objects.create(company=company, slug="qx", name_zh="甲", name_en="Qx")
    town = {"name_zh": "甲", "name_en": "Qx", "region_zh": "甲", "region_en": "Qx", "focus_zh": "甲"}
    cluster = Cluster.objects.create(code="qx", focus_en="Qx", latitude=30, longitude=120, **town)
    return Factory.objects.create(supplier=supplier, cluster=cluster, name_zh="甲", name_en="Qx")


class _Rows:
    """Writes a model's rows from what differs from the defaults of its fields."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if field.name != "public_id"]
        self.defaults = {field.name: field.get_default() for field in fields}
        self.names = [*self.defaults, "public_id"]
        self.table = bulk.Table(model, *self.names)

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        fresh = ({**self.defaults, "public_id": ids.new_public_id(), **row} for row in rows)
        self.table.write([row[name] for name in self.names] for row in fresh)


class _Shelf:
    """The tables a catalogue is written to, and the keys given out so far."""

    def __init__(self, factory: Factory) -> None:
        self.factory = factory
        self.now = bulk.moments()(_PUBLISHED)
        self.listings, self.variants = _Rows(Listing), _Rows(Variant)
        self.tiers = bulk.Table(PriceTier, *_TIER)
        self.keys = count(bulk.next_key(Listing))
        self.categories: dict[tuple[str, ...], Category] = {}
        self.skus: set[str] = set()

    @transaction.atomic
    def write(self, products: list[dict[str, Any]]) -> dict[int, str]:
        keyed = {next(self.keys): product for product in products}
        self.listings.write(self._listing(key, product) for key, product in keyed.items())
        self.variants.write(self._variant(key, product) for key, product in keyed.items())
        self.tiers.write((key, None, 1, _price(product)) for key, product in keyed.items())
        return {key: row_id(product) for key, product in keyed.items()}

    def _listing(self, key: int, product: dict[str, Any]) -> dict[str, Any]:
        title, about = texts_of(product)
        price = _price(product)
        return {
            "id": key, "created_at": self.now, "updated_at": self.now, "published_at": self.now,
            "supplier": self.factory.supplier_id, "factory": self.factory.pk,
            "cluster": self.factory.cluster_id, "category": self._category(_kinds(product)).pk,
            "title_zh": title["zh"], "title_en": title["en"], "description_zh": about["zh"],
            "description_en": about["en"], "attributes": attributes_of(product), "base_price": price,
            "best_price": price, "state": Listing.State.PUBLISHED.value,
        }  # fmt: skip

    def _variant(self, key: int, product: dict[str, Any]) -> dict[str, Any]:
        color = _text(product.get("color"))[:40]
        code = next((text for name in _CODES if (text := _text(product.get(name)))), "")
        eans = product.get("ean") or product.get("gtin") or ""
        gtin = _text(eans[0] if isinstance(eans, list) else eans)
        # A part number of two products is still one row's own: our column knows it once per supplier.
        sku = code[:40] if code and code[:40] not in self.skus else ids.new_public_id()
        self.skus.add(sku)
        return {
            "id": key, "created_at": self.now, "updated_at": self.now, "listing": key,
            "supplier": self.factory.supplier_id, "sku": sku, "gtin": gtin[:14], "stock_on_hand": 1_000,
            "color_zh" if _HAN.search(color) else "color_en": color,
        }  # fmt: skip

    def _category(self, path: tuple[str, ...]) -> Category:
        """The category at the end of a path of names, made with those above it."""
        if path in self.categories:
            return self.categories[path]
        parent = self._category(path[:-1]) if len(path) > 1 else None
        number = len(self.categories) + 1
        slug = f"k{number}"
        name = path[-1][:60] if path else "Qx"
        made = Category.objects.create(
            slug=slug, parent=parent, name_zh=name if _HAN.search(name) else "",
            name_en="" if _HAN.search(name) else name, path=f"{parent.path}/{slug}" if parent else slug,
        )  # fmt: skip
        self.categories[path] = made
        return made


def texts_of(product: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Title and description by language. What does not fit the title begins the description."""
    title, rest = {"zh": "", "en": ""}, {"zh": "", "en": ""}
    for text in _found(product, _TITLES):
        language = "zh" if _HAN.search(text) else "en"
        if title[language]:
            continue
        title[language], rest[language] = _cut(text, _TITLE[language])
    about: dict[str, list[str]] = {"zh": [rest["zh"]], "en": [rest["en"]]}
    for text in _found(product, _ABOUT):
        about["zh" if _HAN.search(text) else "en"].append(text)
    return title, {language: "\n".join(filter(None, texts)) for language, texts in about.items()}


def _found(product: dict[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value = product.get(name)
        for part in value.values() if isinstance(value, dict) else (value,):
            text = _text(part)
            if text:
                yield text


def _text(value: Any) -> str:
    """Any value as one line of text; lists are joined, nothing is ""."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list | tuple):
        return " ".join(filter(None, map(_text, value)))
    return " ".join(str(value).split())


def _cut(text: str, limit: int) -> tuple[str, str]:
    if len(text) <= limit:
        return text, ""
    stop = text.rfind(" ", limit // 2, limit)
    stop = limit if stop < 0 else stop
    return text[:stop], text[stop:].strip()


def _kinds(product: dict[str, Any]) -> tuple[str, ...]:
    found = product.get("category") or product.get("categories") or ()
    names = [part for part in re.split(r"\s*[>|›]\s*", found) if part] if isinstance(found, str) else found
    return tuple(_text(name)[:60] for name in names if _text(name))[:_DEPTH]


def attributes_of(product: dict[str, Any]) -> str:
    """Brand and attributes as a listing holds them, encoded: those with words before those with numbers."""
    rows = [("brand", _text(product.get(name))) for name in _BRANDS if _text(product.get(name))][:1]
    attributes = product.get("attrs") or product.get("attributes") or {}
    if isinstance(attributes, dict):
        named = {_key(name): value for name, value in attributes.items()}
        said = [(key, _text(value)) for key, value in named.items()]
        words = [(key, text) for key, text in said if text and not _is_number(text)]
        rows += [*words, *((key, text) for key, text in said if text and _is_number(text))][:_MOST_ATTRIBUTES]
    return json.dumps([_attribute(key, text) for key, text in rows], ensure_ascii=False)


def _key(name: Any) -> str:
    plain = unicodedata.normalize("NFKC", _LABEL.sub("", str(name))).strip().lower()
    return re.sub(r"_+", "-", re.sub(r"[^\w]+", "_", plain)).strip("-")[:60]


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _attribute(key: str, text: str) -> dict[str, object]:
    label, value = key.replace("-", " "), text.removesuffix(".0")[:200]
    return {"key": key, ("zh" if _HAN.search(value) else "en"): [label, value]}


def _price(product: dict[str, Any]) -> int:
    """Minor units; a product whose price is not known costs one yuan."""
    cents, price = product.get("price_cents"), product.get("price")
    if isinstance(cents, int | float) and cents > 0:
        return round(cents)
    return round(price * 100) if isinstance(price, int | float) and price >= 0.01 else 100
