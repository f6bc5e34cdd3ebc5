"""Rules of relevance on both engines, and a small judged slice that holds its figure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import _ranking
from benchmarks._judged import JudgedSet
from benchmarks.judged import judge
from marketplace.demo.data import trades
from marketplace.demo.making import goods
from search.backends.embedded import EmbeddedBackend
from search.backends.interface import Backend, SearchRequest
from search.backends.operations import Put
from search.documents import ListingDocument

from .corpus import document

FLOOR = 0.90
LISTINGS = 3_276
SEED = 7


def first(market: Backend, q: str, *, loose: bool = False) -> list[int]:
    return market.search(SearchRequest(q=q, loose=loose, limit=3)).ids


@pytest.mark.parametrize(
    "q", ["womens coton socks", "women's cotton sokcs", "nvshi mianwa", "nvshimianwa", "女士 棉襪"]
)
def test_the_right_goods_come_first_however_it_is_typed(market: Backend, q: str) -> None:
    assert first(market, q)[0] == first(market, "女士棉袜")[0]


def test_what_only_resembles_is_found_when_nothing_else_is(market: Backend) -> None:
    assert first(market, "gxlovxes") == []
    assert first(market, "gxlovxes", loose=True)


def test_without_is_understood(market: Backend) -> None:
    plain = market.search(SearchRequest(q="socks", limit=50)).ids
    without = market.search(SearchRequest(q="socks without wool", limit=50)).ids
    assert set(without) == set(plain)


# The judged Chinese set over the demo's goods as they are thought up, without a database


def _value(row: dict[str, object], side: str) -> str:
    """The value of an attribute in one language: ["材质", "精梳棉"] → "精梳棉"."""
    said = row[side]
    assert isinstance(said, list | tuple)
    return str(said[1])


def _document(number: int) -> ListingDocument:
    plan = goods.plan(SEED, number)
    maker = goods.makers()[plan.maker]
    rows = plan.attributes
    assert isinstance(rows, list)
    colours = [goods.colour_names(variant.colour) for variant in plan.variants]
    branch = maker.trade.category
    leaf = next(names for slug, *names in branch.leaves if slug == plan.category)
    kinds = {"zh": [branch.zh, leaf[0]], "en": [branch.en, leaf[1]]}
    facts = {side: [*kinds[side], *(_value(row, side) for row in rows)] for side in ("zh", "en")}
    return replace(
        document(number + 1, plan.title_zh, plan.title_en, cluster=maker.trade.code),
        facts_zh=(*facts["zh"], *(zh for zh, _ in colours), *(variant.size for variant in plan.variants)),
        facts_en=(*facts["en"], *(en for _, en in colours)),
        about_zh=plan.description_zh,
        about_en=plan.description_en,
    )


def _goods(number: int, nouns: list[str]) -> judge.Goods:
    plan = goods.plan(SEED, number)
    assert isinstance(plan.attributes, list)
    facts: dict[str, tuple[str, ...]] = {str(row["key"]): (_value(row, "zh"),) for row in plan.attributes}
    name = plan.title_zh.partition(f" {facts['feature'][0]}")[0]
    facts["use"] = (plan.title_zh,)
    facts["color"] = tuple(variant.colour for variant in plan.variants)
    facts["size"] = tuple(variant.size for variant in plan.variants)
    return judge.Goods(goods.style_of(number), next(n for n in nouns if name.endswith(n)), facts)


def test_the_judged_goods_hold_their_figure(tmp_path: Path) -> None:
    engine = EmbeddedBackend(tmp_path)
    engine.create("slice")
    engine.bulk_write("slice", [Put(_document(number), 1) for number in range(LISTINGS)])
    engine.publish("slice")
    nouns = sorted({p.noun[0] for t in trades() for p in t.products}, key=len, reverse=True)
    known = [_goods(number, nouns) for number in range(LISTINGS)]
    grades: dict[str, dict[str, int]] = {}
    found: dict[str, list[str]] = {}
    for wish in judge.wishes():
        if any("cert" in fact.keys for fact in wish.facts):
            continue
        grades[wish.key] = {one.style: value for one in known if (value := judge.grade(wish, one))}
        request = SearchRequest(q=wish.query, limit=10)
        ids = engine.search(request).ids or engine.search(request.but(loose=True)).ids
        found[wish.key] = [goods.style_of(key - 1) for key in ids]
    scores = _ranking.ndcg_by_query(found, grades)
    assert len(scores) > 180
    assert sum(scores.values()) / len(scores) >= FLOOR


def test_the_committed_grades_are_what_the_judge_gives() -> None:
    """For a few goods known without a database; certificates are judged with one."""
    split = JudgedSet(judge.FOLDER).splits()[0]
    nouns = sorted({p.noun[0] for t in trades() for p in t.products}, key=len, reverse=True)
    asked = [w for w in judge.wishes() if not any("cert" in fact.keys for fact in w.facts)]
    assert split.queries == {w.key: w.query for w in judge.wishes()}
    for number in range(0, 3_276, 31):
        one = _goods(number, nouns)
        for wish in asked:
            assert split.grades[wish.key].get(one.style, 0) == judge.grade(wish, one), (wish.query, one.style)
