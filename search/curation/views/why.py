"""Why a listing is where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import acting_of
from marketplace.core.errors import NotFound
from search.backends.interface import EngineError, SearchRequest
from search.backends.serving import backends
from search.forms import read_address
from search.queries import answer

from .. import queries
from ..forms import read_portal
from ..why import Why, explain

KINDS: dict[str, str | Promise] = {
    "words": _("Words asked for"),
    "bonus": _("Bonus: all words, in the title, in a row"),
    "code": _("Exact code"),
    "even": _("A rarer way to say it"),
}
FIELDS: dict[str, str | Promise] = {
    "title_en": _("English title"),
    "title_zh": _("Chinese title"),
    "title_bi": _("Chinese title, pairs"),
    "all_en": _("anywhere, English"),
    "all_zh": _("anywhere, Chinese"),
    "all_bi": _("anywhere, Chinese pairs"),
    "pinyin": _("pinyin"),
    "initials": _("initials"),
    "codes": _("codes"),
}
SIGNALS: dict[str, str | Promise] = {
    "sold": _("Sold in 30 days"),
    "verified": _("Verified factory"),
    "certified": _("Certificates in force"),
    "texts": _("Described in both languages"),
    "on_time": _("Kept promises"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the score, ready to show; `percent` of the words' sum."""

    kind: str | Promise
    field: str | Promise
    words: str
    score: str
    percent: int


@dataclass(frozen=True, slots=True)
class Table:
    """One engine's explanation, or why there is none."""

    engine: str
    why: Why | None
    lines: list[Line]
    signals: list[tuple[str | Promise, str]]
    away: str = ""


@never_cache
@require_safe
@login_required
def why(request: HttpRequest, public_id: str) -> HttpResponse:
    """A listing's score for a query, taken apart by both engines. An operator sees their own town's."""
    address = read_address(request.GET)
    listing = queries.listing_named(public_id, None)
    if listing is None:
        raise NotFound
    scope = queries.MARKET if queries.is_curator(request.user) else listing.cluster.code
    queries.scope_of(signed_in(request), acting_of(request), scope)
    asked = queries.request_for(address.q, read_portal(request.GET)).but(mend=not address.as_typed)
    given = answer(asked.but(limit=100))
    result = given.result
    context: dict[str, Any] = {
        "listing": listing,
        "address": address,
        "result": result,
        "place": result.ids.index(listing.pk) + 1 if listing.pk in result.ids else 0,
        "rules": queries.rules_named(given.applied.rules),
        "tables": [_table(name, backend, given.request, listing.pk) for name, backend in backends().items()],
    }
    return render(request, "search/curation/why.html", context)


def _table(name: str, backend: object, request: SearchRequest, listing_id: int) -> Table:
    try:
        found = explain(backend, request, listing_id)
    except EngineError as error:
        return Table(name, None, [], [], str(error)[:200])
    if found is None:
        raise NotFound
    whole = found.text or 1.0
    lines = [
        Line(
            KINDS.get(share.kind, share.kind),
            FIELDS.get(share.field, share.field),
            share.words,
            f"{share.score:.2f}",
            round(100 * share.score / whole),
        )
        for share in found.shares
    ]
    signals = [(SIGNALS.get(key, key), f"{value:+.3f}") for key, value in found.signals.items()]
    return Table(name, found, lines, signals)
