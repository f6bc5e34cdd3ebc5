"""What of an address is kept, when something is worth telling, and what a plan can match. No ORM."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from search.backends.interface import Filters, SearchRequest
from search.documents import ListingDocument
from search.plan import All, Best, Even, Node, Nothing, Phrase, Some, Term
from search.rules import Address
from search.texts import texts_of

MOST_SAVED = 50
LONGEST_ADDRESS = 1000
# How many of a search's results are known by price from the start.
FIRST_SEEN = 1000
LINES_PER_NOTICE = 20
# Between two notices of one search that tells at once.
PAUSE = timedelta(minutes=10)


def kept_query(address: Address) -> str:
    """The address without its order, page and picture (which is not kept for ever), as a query string.

    How its words are meant comes first: what is too long is cut at the end.
    """
    lasting = address.pairs(sort="", picture="", looks="")
    pairs = sorted(lasting, key=lambda pair: pair[0] not in ("any", "as_typed"))
    return urlencode(pairs)[:LONGEST_ADDRESS]


def fingerprint_of(query: str, portal: str) -> str:
    """Equal for equal searches of one person."""
    return hashlib.blake2b(f"{portal}\n{query}".encode(), digest_size=16).hexdigest()


def name_of(address: Address, portal: str) -> str:
    """A name to begin with: the words, else the kinds of goods, else where."""
    words = address.q or " · ".join(address.categories) or portal or _("Everything on sale")
    return words[:80]


@dataclass(frozen=True, slots=True)
class Told:
    """Something worth telling: the reason, and the price before where it fell."""

    reason: str
    before: int | None = None


def worth_telling(
    *, known: bool, before: int | None, now: int | None, published_at: datetime | None, since: datetime
) -> Told | None:
    """What a listing that was just found in a search means to its keeper.

    `known`: whether it was seen in the search before; `before`: its price then; `since`: when the search was
    saved. Without a price that is open to everyone nothing is said of prices.
    """
    if not known and published_at is not None and published_at > since:
        return Told("new")
    if now is not None and before is not None and now < before:
        return Told("price", before)
    return None


# What can match


@dataclass(frozen=True, slots=True)
class Batch:
    """What the documents of a batch have between them."""

    clusters: frozenset[str]
    categories: frozenset[str]
    features: frozenset[str]
    suppliers: frozenset[int]
    tokens: Mapping[str, Set[str]]


def batch_of(documents: Sequence[ListingDocument]) -> Batch:
    """The batch of documents."""
    tokens: dict[str, set[str]] = {}
    for document in documents:
        for field, found in texts_of(document).fields.items():
            tokens.setdefault(field, set()).update(found)
    return Batch(
        clusters=frozenset(d.cluster for d in documents),
        categories=frozenset(slug for d in documents for slug in d.categories),
        features=frozenset(name for d in documents for name in d.features),
        suppliers=frozenset(d.supplier_id for d in documents),
        tokens=tokens,
    )


def filters_may_match(request: SearchRequest, batch: Batch) -> bool:
    """False only where no document of the batch can pass the request's filters."""
    wanted: Filters = request.filters
    return (
        (request.portal is None or request.portal in batch.clusters)
        and _any(wanted.clusters, batch.clusters)
        and _any(wanted.categories, batch.categories)
        and _any(wanted.suppliers, batch.suppliers)
        and set(wanted.features) <= batch.features
    )


def _any(wanted: Sequence[object], there: frozenset[object]) -> bool:
    return not wanted or not there.isdisjoint(wanted)


def may_match(node: Node, tokens: Mapping[str, Set[str]]) -> bool:
    """False only where no document with some of these tokens can match the node."""
    if isinstance(node, Nothing):
        return False
    if isinstance(node, Term):
        return node.field not in tokens or node.token in tokens[node.field]
    if isinstance(node, Phrase):
        return node.field not in tokens or tokens[node.field] >= set(node.tokens)
    if isinstance(node, Even):
        return may_match(node.node, tokens)
    if isinstance(node, Best):
        return any(may_match(one, tokens) for one in node.nodes)
    if isinstance(node, All):
        return all(may_match(one, tokens) for one in node.nodes)
    if isinstance(node, Some):
        return sum(may_match(one, tokens) for one in node.nodes) >= node.at_least
    return True
