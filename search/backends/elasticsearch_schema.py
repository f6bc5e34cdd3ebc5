"""The Elasticsearch index: a strict mapping, a listing as it is sent, and plan nodes as its queries.

Texts are sent as the tokens our own analysis made and only split at spaces there, so both engines match the
same.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from elasticsearch.dsl import Mapping, analyzer
from elasticsearch.dsl import query as dq
from elasticsearch.dsl.query import Query

from search import keywords
from search.documents import ListingDocument, slots_of
from search.looks.descriptor import DIMENSIONS
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
)
from search.texts import texts_of
from search.unscored import unscored

from .constraints import OPEN_GATE
from .interface import LEVELS
from .operations import Delete, Put

_TEXTS = ("title_en", "title_zh", "title_bi", "all_en", "all_zh", "all_bi", "pinyin")
_SETS = ("initials", "codes")
_KEYWORDS = (
    "state", "cluster", "category", "feature", "currency", "supplier", "attribute", "attribute_name",
    "variant", "gate", "words", "span", *(f"cell_{level}" for level in range(len(LEVELS))),
)  # fmt: skip
_LONGS = (
    "id", "version", "row_version", "published", "sold", "moq", "ships", "lead", "on_time", "response",
    "repeat", "repurchase", "lat", "lng", "steps",
)  # fmt: skip
LIVE, GONE = "live", "gone"

_SPLIT = analyzer("split", tokenizer="whitespace")

PRICE_FIELDS = [[slot_field(kind, slot) for kind in ("from", "until", "price")] for slot in range(MAX_SLOTS)]


MADE_BY = "chandi"
"""Every mapping of ours says so. One guessed from a stray write would match nothing, and say nothing."""


def make_mapping() -> Mapping:
    """All fields. A field that is not here is refused, not guessed."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_meta", made_by=MADE_BY)
    mapping.meta("_source", enabled=False)
    for name in _TEXTS:
        mapping.field(name, "text", analyzer=_SPLIT)
    for name in _SETS:
        mapping.field(name, "text", analyzer=_SPLIT, index_options="docs", norms=False)
    for name in _KEYWORDS:
        mapping.field(name, "keyword")
    for name in _LONGS:
        mapping.field(name, "long")
    mapping.field("rank", "float")
    mapping.field("spot", "geo_point")
    mapping.field(
        "picture", "dense_vector", dims=DIMENSIONS, element_type="byte", index=True, similarity="cosine"
    )
    for names in PRICE_FIELDS:
        for name in names:
            mapping.field(name, "long")
    return mapping


def schema_hash() -> str:
    """Names a mapping: another mapping, another index."""
    text = json.dumps(make_mapping().to_dict(), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def body_of(op: Put | Delete) -> dict[str, Any]:
    """A listing, or the tombstone that keeps a late write from bringing it back."""
    if isinstance(op, Delete):
        return {"id": op.listing_id, "version": op.version, "state": GONE}
    document: ListingDocument = op.document
    texts = texts_of(document)
    body: dict[str, Any] = {name: text for name, text in texts.written.items() if text}
    body.update(
        id=document.listing_id,
        version=op.version,
        row_version=document.row_version,
        state=LIVE,
        cluster=document.cluster,
        category=list(document.categories),
        feature=list(document.features),
        currency=document.currency,
        supplier=str(document.supplier_id),
        attribute=[keywords.token(*pair) for pair in document.pairs],
        attribute_name=list(dict.fromkeys(name for name, _value in document.pairs)),
        variant=list(keywords.variant_tokens(document.variants)),
        gate=list(document.gates),
        words=list(texts.words),
        published=document.published_at,
        sold=document.sold,
        moq=document.moq,
        ships=document.ship_hours,
        rank=document.rank,
        lead=document.lead,
        repurchase=document.repurchase,
    )
    scores = {"on_time": document.on_time, "response": document.response, "repeat": document.repeat}
    body.update({name: score for name, score in scores.items() if score is not None})
    body.update(_place(document))
    if document.picture is not None:
        body["picture"] = document.picture.hex()
    slots = slots_of(document.ladder)
    if OPEN_GATE in document.gates:
        body["span"] = list(keywords.span_tokens(document.currency, slots))
    body["steps"] = len(slots)
    for slot, values in enumerate(slots):
        for kind, value in zip(("from", "until", "price"), values, strict=True):
            body[slot_field(kind, slot)] = value
    return body


def _place(document: ListingDocument) -> dict[str, Any]:
    if document.place is None:
        return {}
    lat, lng = document.place
    cells = {f"cell_{level}": keywords.cell_of(lat, lng, side) for level, side in enumerate(LEVELS)}
    return {"lat": lat, "lng": lng, "spot": {"lat": lat / 100_000, "lon": lng / 100_000}, **cells}


def translate(node: Node) -> Query:
    """A plan node as an Elasticsearch query."""
    if isinstance(node, Term):
        return dq.Term(**{node.field: {"value": node.token, "boost": node.weight}})
    if isinstance(node, Phrase):
        text = " ".join(node.tokens)
        return dq.MatchPhrase(**{node.field: {"query": text, "slop": node.slop, "boost": node.weight}})
    if isinstance(node, Like):
        return dq.Fuzzy(**{node.field: {"value": node.token, "fuzziness": 2, "transpositions": True}})
    if isinstance(node, Even):
        return dq.ConstantScore(filter=translate(unscored(node.node)), boost=node.score)
    if isinstance(node, Best):
        return dq.DisMax(queries=[translate(n) for n in node.nodes])
    if isinstance(node, Some):
        return dq.Bool(should=[translate(n) for n in node.nodes], minimum_should_match=node.at_least)
    if isinstance(node, All):
        return dq.Bool(must=[translate(n) for n in node.nodes])
    if isinstance(node, In):
        return dq.Terms(_expand__to_dot=False, **{node.field: list(node.values)})  # type: ignore[arg-type]
    if isinstance(node, Fits):
        return dq.Regexp(**{node.field: {"value": node.pattern}})
    if isinstance(node, Range):
        bounds = {key: value for key, value in (("gte", node.low), ("lte", node.high)) if value is not None}
        return dq.Range(**{node.field: bounds}) if bounds else dq.Exists(field=node.field)
    if isinstance(node, Nothing):
        return dq.MatchNone()
    if isinstance(node, Near):
        return dq.GeoDistance(distance=f"{node.metres}m", spot={"lat": node.lat, "lon": node.lng})
    if isinstance(node, Without):
        return dq.Bool(must_not=[translate(node.node)])
    # Tombstones carry a state and no words or numbers, so only here they must be kept out.
    return dq.Term(state=LIVE)


def filtering(node: Node) -> list[Query]:
    """A node that constrains without adding to the score."""
    return [] if isinstance(node, Everything) else [translate(node)]
