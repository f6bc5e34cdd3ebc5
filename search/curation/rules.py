"""What makes a rule complete, and how well results answer a judged query. No ORM."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from search.rulebook.rules import forms_of, said

PINS = ("pin", "paid")
AT_QUERIES = (*PINS, "weight")
LEAST_FACTOR, MOST_FACTOR = 0.1, 10
PAGE = 24
TOP = 10


def problems(rule: Mapping[str, Any], *, in_town: bool) -> dict[str, str | Promise]:
    """What is missing or wrong in a rule, by field; nothing where it is complete.

    `rule` has the fields of a Rule, those that are about a thing as that thing or None.
    """
    kind = rule["kind"]
    found: dict[str, str | Promise] = {}
    if kind in AT_QUERIES and not said(rule.get("query") or ""):
        found["query"] = _("Say for which query.")
    if kind in PINS:
        if not rule.get("listing"):
            found["listing"] = _("Say which listing.")
        if not 1 <= (rule.get("position") or 0) <= PAGE:
            found["position"] = _("A place on the first page: 1 to 24.")
    if kind == "paid" and in_town:
        found["kind"] = _("A town's own portal has no paid placement.")
    if kind == "weight":
        found.update(_weight_problems(rule))
    if kind not in AT_QUERIES:
        found.update(_word_problems(rule))
    start, end = rule.get("starts_on"), rule.get("ends_on")
    if start and end and end < start:
        found["ends_on"] = _("The last day is before the first.")
    if kind == "paid" and not end:
        found["ends_on"] = _("Paid placement has a last day.")
    return found


def _weight_problems(rule: Mapping[str, Any]) -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    if sum(bool(rule.get(name)) for name in ("listing", "supplier", "category")) != 1:
        found["listing"] = _("Name one thing: a listing, a supplier or a category.")
    factor = rule.get("factor")
    if factor is None or not LEAST_FACTOR <= factor <= MOST_FACTOR or factor == 1:
        found["factor"] = _("A factor from 0.1 to 10: above 1 raises, below 1 lowers.")
    return found


def _word_problems(rule: Mapping[str, Any]) -> dict[str, str | Promise]:
    forms, others = forms_of(rule.get("forms") or ""), forms_of(rule.get("others") or "")
    found: dict[str, str | Promise] = {}
    if not all(map(said, forms)) or not forms:
        found["forms"] = _("Give at least one word.")
    if not all(map(said, others)):
        found["others"] = _("Give at least one word.")
    if rule["kind"] == "synonym" and len({*forms, *others}) < 2:
        found["forms"] = _("Give at least two words that mean the same.")
    if rule["kind"] == "one_way" and not others:
        found["others"] = _("Say what else is to be found.")
    if rule["kind"] == "means" and len(others) != 1:
        found["others"] = _("Say the one thing that is meant.")
    if rule["kind"] == "keep" and others:
        found["others"] = _("Leave this empty: the words stand as they are typed.")
    return found


def ndcg(shown: Sequence[int], grades: Mapping[int, int], *, top: int = TOP) -> float:
    """nDCG with linear gain over grades (as trec_eval): 1 for the best order there is, 0 without a graded
    one.
    """
    ideal = _gain(sorted(grades.values(), reverse=True)[:top])
    return _gain(grades.get(key, 0) for key in shown[:top]) / ideal if ideal else 0.0


def _gain(grades: Iterable[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def moved(before: Sequence[int], after: Sequence[int]) -> list[tuple[int, int | None]]:
    """What stands where afterwards, with how many places it rose (falls are negative), None where new."""
    old = {key: place for place, key in enumerate(before)}
    return [(key, old[key] - place if key in old else None) for place, key in enumerate(after)]
