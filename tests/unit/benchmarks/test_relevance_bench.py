"""What the relevance bench rests on: figures worked out by hand, sets read leniently, ways of typing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import _ranking, _variants
from benchmarks._catalogue import attributes_of, texts_of
from benchmarks._judged import JudgedSet, sets_under


@pytest.mark.parametrize(
    ("found", "grades", "expected"),
    [
        (["a", "b"], {"a": 3, "b": 1}, 1.0),
        (["b", "a"], {"a": 3, "b": 1}, (1 + 3 / 1.58496) / (3 + 1 / 1.58496)),
        (["x", "a"], {"a": 2}, 1 / 1.58496),
        ([], {"a": 2}, 0.0),
        (["a"], {"a": 0}, 0.0),
        ([*"xxxxxxxxxx", "a"], {"a": 3}, 0.0),
    ],
)
def test_ndcg(found: list[str], grades: dict[str, int], expected: float) -> None:
    assert _ranking.ndcg(found, grades) == pytest.approx(expected, abs=1e-4)


def test_recall_judged_share_and_empty_queries() -> None:
    grades = {"q": {"a": 2, "b": 1, "c": 0}, "r": {"d": 1}, "s": {"e": 0}}
    ranking = {"q": ["a", "x"], "r": [], "s": []}
    assert _ranking.recall_by_query(ranking, grades, relevant=2) == {"q": 1.0}
    assert _ranking.recall_by_query(ranking, grades, relevant=1) == {"q": 0.5, "r": 0.0}
    assert _ranking.judged_share(ranking, grades) == 0.5
    assert _ranking.empty(ranking, grades) == ["r"]
    assert set(_ranking.ndcg_by_query(ranking, grades)) == {"q", "r"}


def test_an_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = [0.1, 0.9, 0.5, 0.7, 0.3]
    low, high = _ranking.interval(values)
    assert low < 0.5 < high
    assert (low, high) == _ranking.interval(values)
    assert _ranking.loss({"a": 0.8, "b": 0.8}, {"a": 0.8, "b": 0.4}) == pytest.approx(0.25)


@given(st.text(alphabet="abcdefghij 0123-", max_size=40))
def test_a_slip_is_one_edit_in_a_long_word_and_the_same_every_time(query: str) -> None:
    slipped = _variants.with_a_slip(query)
    assert slipped == _variants.with_a_slip(query)
    if slipped is None:
        return
    assert slipped != query
    assert abs(len(slipped) - len(query)) <= 1
    assert [c for c in slipped if c.isdigit()] == [c for c in query if c.isdigit()]


def test_ways_to_type_chinese() -> None:
    assert _variants.in_pinyin("168针 女士棉袜A5") == "168 zhen nvshimianwa A5"
    assert _variants.in_traditional("袜子") == "襪子"
    assert _variants.in_full_width("A5 袜") == "Ａ５　袜"


def test_sets_are_read_as_they_come(tmp_path: Path) -> None:
    folder = tmp_path / "zh"
    folder.mkdir()
    with gzip.open(folder / "products.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"id": 7, "title": "女士棉袜"}\n\n[]\n{"title": "nameless"}\n')
    (folder / "queries_dev.tsv").write_text('q1\t棉袜\nq2\tsay "hi"\n', encoding="utf-8")
    (folder / "labels_dev.tsv").write_text("query_id\tproduct_id\tgrade\nq1\t7\t2.0\n", encoding="utf-8")
    (folder / "queries_alone.tsv").write_text("q\tx\n", encoding="utf-8")
    (tmp_path / "other").mkdir()
    (found,) = sets_under(tmp_path)
    (split,) = found.splits()
    assert [row["id"] for row in found.products()] == [7]
    assert (split.name, split.queries) == ("dev", {"q1": "棉袜", "q2": 'say "hi"'})
    assert split.grades == {"q1": {"7": 2}}
    assert [one.folder for one in sets_under(folder)] == [JudgedSet(folder).folder]


@pytest.mark.parametrize(
    ("product", "zh", "en"),
    [
        ({"title": "女士棉袜"}, "女士棉袜", ""),
        ({"title": "Socks"}, "", "Socks"),
        ({"title": {"zh": "棉袜", "en": "Socks"}}, "棉袜", "Socks"),
        ({"title_zh": "棉袜", "title_en": "Socks"}, "棉袜", "Socks"),
        ({"name": "Socks", "title": None}, "", "Socks"),
        ({}, "", ""),
    ],
)
def test_titles_go_by_their_language(product: dict[str, object], zh: str, en: str) -> None:
    title, _ = texts_of(product)
    assert title == {"zh": zh, "en": en}


def test_what_does_not_fit_the_title_begins_the_description() -> None:
    title, about = texts_of({"title": "word " * 60, "description": "more", "bullets": ["one", "two"]})
    assert len(title["en"]) <= 200
    assert (title["en"] + " " + about["en"]).split() == ["word"] * 60 + ["one", "two", "more"]


def test_attributes_keep_brand_first_and_words_before_numbers() -> None:
    product = {
        "supplier": "HP",
        "attrs": {"n_width": 17.0, "t_type": "Notebook", "b_wifi": True, "t_颜色": "黑"},
    }
    rows = json.loads(attributes_of(product))
    assert [row["key"] for row in rows] == ["brand", "type", "颜色", "width"]
    assert rows[0]["en"] == ["brand", "HP"]
    assert rows[2]["zh"] == ["颜色", "黑"]
    assert rows[3]["en"] == ["width", "17"]
    assert json.loads(attributes_of({"attrs": None})) == []
