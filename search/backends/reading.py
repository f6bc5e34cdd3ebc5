"""From what was typed to the plan both engines translate, with what those who look after search asked for:
their wordings, listings pinned, listings raised and lowered.
"""

from __future__ import annotations

from dataclasses import replace

from search.analysis.groups import Parsed
from search.analysis.normalise import normalise
from search.analysis.query import MAX_CHARACTERS, parse
from search.analysis.spelling import Vocabulary
from search.plan import Best, Even, Nothing, TextPlan, text_plan

from .boosts import named
from .constraints import by_distance, order_of
from .interface import SearchRequest, Sort

PINNED = 1_000_000.0
"""More than any words score: pinned listings come before all others."""


def read(request: SearchRequest, vocabulary: Vocabulary) -> tuple[Parsed, TextPlan]:
    """The words of a request understood, and their plan."""
    wording = request.wording
    if wording is None:
        parsed = parse(request.q, vocabulary, mend=request.mend)
        return parsed, curated(text_plan(parsed, loose=request.loose), request)
    typed = normalise(request.q[:MAX_CHARACTERS])
    meant = wording.read(typed) if request.mend else typed
    text = request.q if meant == typed else meant
    parsed = parse(text, wording.knowing(vocabulary), mend=request.mend, known=wording.lexicon)
    mended = normalise(parsed.corrected or "")
    if (read_as := wording.read(mended)) != mended:
        meant = read_as
        parsed = parse(meant, wording.knowing(vocabulary), mend=request.mend, known=wording.lexicon)
    if meant != typed:
        parsed = replace(parsed, corrected=parsed.corrected or meant)
    return parsed, curated(text_plan(parsed, loose=request.loose), request)


def by_words(request: SearchRequest) -> bool:
    """Whether results come in the order of their scores: pins and boosts change no other order."""
    sort = request.sort in (Sort.RELEVANCE, Sort.DISTANCE)
    return sort and not by_distance(request) and order_of(request) is None


def curated(plan: TextPlan, request: SearchRequest) -> TextPlan:
    """The plan with pinned listings found too and before all others.

    Filters, gates and the portal still hold for them: they are no part of the plan of the words.
    """
    if not by_words(request):
        return plan
    if request.pins:
        pins = named(request.pins)
        must = pins if isinstance(plan.must, Nothing) else Best((plan.must, Even(pins, 0.0)))
        plan = replace(plan, must=must, should=(*plan.should, Even(pins, PINNED)))
    return plan
