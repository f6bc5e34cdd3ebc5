"""The embedded index: its fields, a document as it is written, and plan nodes as tantivy queries.

Numbers are signed integers throughout: with unsigned fields a delete by term silently deletes nothing.
Fields one sorts by hold the value above the listing's id in one number, so that no two are equal and pages
never overlap.
"""

from __future__ import annotations

import math
from typing import Any

import tantivy as tv

from search import keywords
from search.documents import ListingDocument, slots_of
from search.plan import (
    MAX_SLOTS,
    All,
    Best,
    Even,
    Everything,
    Fits,
    In,
    Like,
    Near,
    Node,
    Nothing,
    Phrase,
    Range,
    Some,
    Term,
    Without,
    slot_field,
)  # fmt: skip
from search.texts import texts_of
from search.unscored import unscored

from .constraints import OPEN_GATE
from .interface import LEVELS
from .operations import Delete, Prepared, Put

ID_BITS = 32
_ID_MASK = (1 << ID_BITS) - 1
_LARGEST = (1 << 31) - 1
SPLIT = "split"
TEXT_FIELDS = (
    "title_en", "title_zh", "title_bi", "all_en", "all_zh", "all_bi", "pinyin", "initials", "codes", "words",
)  # fmt: skip

_NO_POSITIONS = {"initials", "codes", "words"}
# What is only matched, and what is counted too.
MATCHED = ("state", "currency", "supplier", "gate")
COUNTED = ("cluster", "category", "feature", "attribute", "attribute_name", "variant", "place", "span")
CELLS = tuple(f"cell_{level}" for level in range(len(LEVELS)))
NUMBERS = ("moq", "ships", "lead", "published", "on_time", "response", "repeat", "lat", "lng")
ASCENDING = {"ships": "by_ships"}
DESCENDING = {
    "published": "by_published", "sold": "by_sold", "rank": "by_rank", "repurchase": "by_repurchase",
}  # fmt: skip
_FEW = 40
LIVE, GONE = "live", "gone"


def make_schema() -> Any:
    """All fields; nothing is stored, pages read the database."""
    builder = tv.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_integer_field("version", fast=True)
    builder.add_integer_field("row_version", fast=True)
    builder.add_float_field("rank", fast=True)
    for name in TEXT_FIELDS:
        option = "basic" if name in _NO_POSITIONS else "position"
        builder.add_text_field(name, tokenizer_name=SPLIT, index_option=option)
    for names, counted in ((MATCHED, False), ((*COUNTED, *CELLS), True)):
        for name in names:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=counted)
    for name in (*NUMBERS, *ASCENDING.values(), *DESCENDING.values()):
        builder.add_integer_field(name, fast=True)
    for slot in range(MAX_SLOTS):
        for kind in ("from", "until", "price"):
            builder.add_integer_field(slot_field(kind, slot), fast=True)
    return builder.build()


def open_index(path: str) -> Any:
    """Open or make an index in a folder, with the tokenizer that takes our tokens as they are."""
    index = tv.Index(make_schema(), path=path)
    index.register_tokenizer(SPLIT, tv.TextAnalyzerBuilder(tv.Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def ascending(value: int, listing_id: int) -> int:
    """A sort key: by value, then by id."""
    return min(max(value, 0), _LARGEST) << ID_BITS | listing_id


def descending(value: int, listing_id: int) -> int:
    """A sort key for falling order: by value falling, then by id rising."""
    return min(max(value, 0), _LARGEST) << ID_BITS | (_ID_MASK - listing_id)


def id_of_ascending(key: int) -> int:
    return key & _ID_MASK


def fields_of(op: Put) -> dict[str, Any]:
    """A listing as fields with their values, one or a list; what is absent has none."""
    document = op.document
    texts = texts_of(document)
    fields: dict[str, Any] = {name: text for name, text in texts.written.items() if text}
    if texts.words:
        fields["words"] = " ".join(texts.words)
    fields.update(
        id=document.listing_id,
        version=op.version,
        row_version=document.row_version,
        # tantivy multiplies scores by log2(2 + value)
        rank=max(0.0, 2.0**document.rank - 2.0),
    )
    fields.update(_keywords(document))
    fields.update(_numbers(document))
    return fields


def _keywords(document: ListingDocument) -> dict[str, Any]:
    pairs = document.pairs
    fields: dict[str, Any] = {
        "state": LIVE,
        "cluster": document.cluster,
        "currency": document.currency,
        "supplier": str(document.supplier_id),
        "category": list(document.categories),
        "feature": list(document.features),
        "gate": list(document.gates),
        "attribute": [keywords.token(*pair) for pair in pairs],
        "attribute_name": list(dict.fromkeys(name for name, _value in pairs)),
        "variant": list(keywords.variant_tokens(document.variants)),
    }
    if OPEN_GATE in document.gates:
        fields["span"] = list(keywords.span_tokens(document.currency, slots_of(document.ladder)))
    if document.place is not None:
        fields["place"] = keywords.place_token(*document.place)
        for name, side in zip(CELLS, LEVELS, strict=True):
            fields[name] = keywords.cell_of(*document.place, side)
    return fields


def _numbers(document: ListingDocument) -> dict[str, int]:
    key = document.listing_id
    lat, lng = document.place or (None, None)
    numbers = (
        document.moq, document.ship_hours, document.lead, document.published_at, document.on_time,
        document.response, document.repeat, lat, lng,
    )  # fmt: skip
    fields = {name: number for name, number in zip(NUMBERS, numbers, strict=True) if number is not None}
    fields.update(
        by_ships=ascending(document.ship_hours, key),
        by_published=descending(document.published_at, key),
        by_sold=descending(document.sold, key),
        by_repurchase=descending(document.repurchase, key),
        by_rank=descending(round(document.rank * 1_000_000), key),
    )
    for slot, (start, until, price) in enumerate(slots_of(document.ladder)):
        fields[slot_field("from", slot)] = start
        fields[slot_field("until", slot)] = until
        fields[slot_field("price", slot)] = ascending(price, key)
    return fields


def put_document(op: Put | Prepared, schema: Any) -> Any:
    """A listing as tantivy takes it."""
    return tv.Document.from_dict(op.body if isinstance(op, Prepared) else fields_of(op), schema)


def tombstone(op: Delete) -> Any:
    """What stays of a listing taken out, so that a late write cannot bring it back."""
    row = tv.Document()
    row.add_integer("id", op.listing_id)
    row.add_integer("version", op.version)
    row.add_text("state", GONE)
    return row


# Plan nodes as queries


def _both(queries: list[Any]) -> Any:
    return tv.Query.boolean_query([(tv.Occur.Must, q) for q in queries])


def _range(schema: Any, node: Range) -> Any:
    low, high = node.low, node.high
    if node.field.startswith("price_"):
        low = None if low is None else low << ID_BITS
        high = None if high is None else high << ID_BITS | _ID_MASK
    if low is None and high is None:
        return tv.Query.exists_query(node.field)
    return tv.Query.range_query(schema, node.field, tv.FieldType.Integer, low, high)


def _term(schema: Any, node: Term) -> Any:
    option = "basic" if node.field in _NO_POSITIONS else "position"
    query = tv.Query.term_query(schema, node.field, node.token, option)
    return query if node.weight == 1.0 else tv.Query.boost_query(query, node.weight)


def translate(schema: Any, node: Node) -> Any:
    """A plan node as a tantivy query."""
    if isinstance(node, Term):
        return _term(schema, node)
    if isinstance(node, Phrase):
        query = tv.Query.phrase_query(schema, node.field, list(node.tokens), node.slop)
        return query if node.weight == 1.0 else tv.Query.boost_query(query, node.weight)
    if isinstance(node, Like):
        return tv.Query.fuzzy_term_query(schema, node.field, node.token, 2, True)
    if isinstance(node, Even):
        return tv.Query.const_score_query(translate(schema, unscored(node.node)), node.score)
    if isinstance(node, Best):
        return tv.Query.disjunction_max_query([translate(schema, n) for n in node.nodes])
    if isinstance(node, Some):
        parts = [(tv.Occur.Should, translate(schema, n)) for n in node.nodes]
        return tv.Query.boolean_query(parts, node.at_least if node.at_least > 1 else None)
    if isinstance(node, All):
        return _both([translate(schema, n) for n in node.nodes])
    if isinstance(node, In):
        if len(node.values) == 1:
            return tv.Query.term_query(schema, node.field, node.values[0], "basic")
        if len(node.values) <= _FEW:
            # A set is read whole, whatever else is asked for; of single terms only what is needed.
            terms = [tv.Query.term_query(schema, node.field, value, "basic") for value in node.values]
            return tv.Query.boolean_query([(tv.Occur.Should, term) for term in terms])
        return tv.Query.term_set_query(schema, node.field, list(node.values))
    if isinstance(node, Fits):
        return tv.Query.regex_query(schema, node.field, node.pattern)
    if isinstance(node, Range):
        return _range(schema, node)
    if isinstance(node, Nothing | Near):  # places near a point are named one by one before
        return tv.Query.empty_query()
    if isinstance(node, Without):
        everything, not_this = tv.Query.all_query(), translate(schema, node.node)
        return tv.Query.boolean_query([(tv.Occur.Must, everything), (tv.Occur.MustNot, not_this)])
    # Tombstones carry a state and no words or numbers, so only here they must be kept out.
    return tv.Query.term_query(schema, "state", LIVE, "basic")


def filtering(schema: Any, node: Node) -> Any | None:
    """A node that constrains without adding to the score; None when it constrains nothing."""
    if isinstance(node, Everything):
        return None
    return tv.Query.const_score_query(translate(schema, node), 0.0)


def finite(score: float) -> float:
    """A score one can compare."""
    return score if math.isfinite(score) else 0.0
