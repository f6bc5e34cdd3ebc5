"""Rules that make the right goods come first: what is not wanted, what it is about, words run together,
several likely spellings; and the plan they lead to.
"""

from __future__ import annotations

import pytest

from search.analysis import synonyms
from search.analysis.groups import Group
from search.analysis.query import parse
from search.analysis.spelling import Vocabulary, distance
from search.plan import ALL_WORDS, ANYWHERE, All, Best, Even, Like, Node, Phrase, Some, Term, text_plan

WORDS = Vocabulary(
    {
        "chair": 300, "chairs": 90, "wheels": 200, "wheel": 80, "desk": 150, "fire": 60, "stick": 50,
        "player": 90, "paper": 400, "dvd": 70, "smartwatch": 12, "smart": 80, "watch": 200, "lamp": 60,
        "supplement": 30, "vinpocetine": 5, "map": 90, "without": 500, "for": 900, "women": 400,
    }
)  # fmt: skip


def group_of(q: str, typed: str, vocabulary: Vocabulary = WORDS) -> Group:
    return next(g for g in parse(q, vocabulary).groups if g.typed == typed)


def words_of(group: Group) -> dict[tuple[str, ...], float]:
    return {a.tokens: a.weight for a in group.alternatives if a.kind == "word"}


@pytest.mark.parametrize(
    ("q", "wanted", "shunned"),
    [
        ("desk chair without wheels", ["desk", "chair"], ["wheels"]),
        ("desk chair w/o wheels", ["desk", "chair"], ["wheels"]),
        ("desk chair w/out wheels", ["desk", "chair"], ["wheels"]),
        ("desk chair witohut wheels", ["desk", "chair"], ["wheels"]),
        ("chair without wheels for desk", ["chair", "desk"], ["wheels"]),
        ("without wheels", ["wheels"], []),
        ("desk chair with wheels", ["desk", "chair", "wheels"], []),
    ],
)
def test_what_follows_without_is_not_wanted(q: str, wanted: list[str], shunned: list[str]) -> None:
    parsed = parse(q, WORDS)
    assert [g.typed for g in parsed.required] == wanted
    assert [g.typed for g in parsed.groups if g.shunned] == shunned


@pytest.mark.parametrize(
    ("q", "head"),
    [
        ("desk chair", "chair"),
        ("chair for women", "chair"),
        ("desk chair without wheels", "chair"),
        ("chair", None),
        ("for women", None),
        ("女士棉袜", "女士棉袜"),
        ("奇芭", None),  # characters of an unknown word
    ],
)
def test_what_a_query_is_about(q: str, head: str | None) -> None:
    heads = [g for g in parse(q, WORDS).groups if g.head]
    if head is None:
        assert heads == []
    elif head.isascii():
        assert [g.typed for g in heads] == [head]
    else:
        assert any(a.tokens == ("袜",) for a in heads[0].alternatives)


def test_words_that_only_join_others_are_left_out() -> None:
    assert [g.typed for g in parse("the chair for a desk", WORDS).groups] == ["chair", "desk"]
    assert [g.typed for g in parse("the", WORDS).groups] == ["the"]


def test_two_words_also_written_as_one() -> None:
    parsed = parse("smart watch", WORDS)
    assert [g.typed for g in parsed.groups] == ["smart", "watch"]
    assert all(("smartwatch",) in words_of(g) for g in parsed.groups)
    assert all(words_of(g)[("smartwatch",)] < 1 for g in parsed.groups)
    assert not any(("deskchair",) in words_of(g) for g in parse("desk chair", WORDS).groups)


@pytest.mark.parametrize(
    ("q", "apart", "corrected"),
    [("firestick", ("fire", "stick"), None), ("firestcik", ("fire", "stick"), "fire stick")],
)
def test_words_run_together(q: str, apart: tuple[str, ...], corrected: str | None) -> None:
    parsed = parse(q, WORDS)
    assert [a.tokens for g in parsed.groups for a in g.alternatives if a.kind == "apart"] == [apart]
    assert parsed.corrected == corrected


def test_as_typed_mends_no_part() -> None:
    assert parse("firestcik", WORDS, mend=False).corrected is None


def test_several_likely_words_are_offered_and_what_was_typed_stays() -> None:
    parsed = parse("dvd payer", WORDS)
    assert parsed.corrected == "dvd paper"
    offered = words_of(parsed.groups[-1])
    assert set(offered) == {("paper",), ("player",), ("payer",)}
    assert offered[("paper",)] == 1 > offered[("player",)] > 0


def test_neighbours_swapped_are_the_likelier_slip() -> None:
    assert WORDS.correct("almp") == "lamp"
    assert dict(WORDS.candidates("lmap"))["lamp"] == 1


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("vinpositine", "vinpocetine"),
        ("suplement", "supplement"),
        ("supplemet", "supplement"),
        ("zzzzzzzzz", None),
        ("wathc", "watch"),
    ],
)
def test_what_a_word_was_meant_as(word: str, meant: str | None) -> None:
    assert WORDS.correct(word) == meant


@pytest.mark.parametrize("word", ["watches", "lamps", "chairs"])
def test_a_plural_of_a_known_word_is_no_misspelling(word: str) -> None:
    assert parse(word, WORDS).corrected is None


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abcd", "badc", 2), ("abc", "xyz", 3)],
)  # fmt: skip
def test_distances(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == edits == distance(other, one)


def test_a_form_that_is_looked_for_and_not_read() -> None:
    lexicon = synonyms.parse("laptop\t笔记本电脑\tlaptop|~notebook\nbook\t本子\tnotebook\n")
    assert lexicon.match_english(("laptop",), 0) == (1, lexicon.chinese["笔记本电脑"])
    assert lexicon.match_english(("notebook",), 0) == (1, lexicon.chinese["本子"])
    assert ("notebook",) in lexicon.chinese["笔记本电脑"][0].english


def test_pinyin_run_together_is_read_piece_by_piece() -> None:
    parsed = parse("budiaogenwazi nan", WORDS)
    assert parsed.corrected is None
    assert [(g.typed, g.part) for g in parsed.groups] == [
        ("bu", True),
        ("diao", True),
        ("gen", True),
        ("wazi", False),
        ("nan", False),
    ]
    meant = {a.tokens for a in parse("袜子", WORDS).groups[0].alternatives}
    assert meant < {a.tokens for a in parsed.groups[3].alternatives}
    assert {("diao", "gen"), ("bu", "diao", "gen")} <= set(parsed.spoken)


@pytest.mark.parametrize(
    ("letters", "pieces"),
    [
        ("mianwa", ["mian wa"]),
        ("ertonghuabianwa", ["er tong", "hua bian", "wa"]),
        ("jingshumianshoutao", ["jing shu mian", "shou tao"]),
        ("cotton", []),
        ("", []),
    ],
)
def test_readings_aloud(letters: str, pieces: list[str]) -> None:
    found = synonyms.lexicon().read_aloud(letters)
    assert [" ".join(piece.syllables) for piece in found] == pieces


def test_an_english_slip_is_not_taken_for_pinyin() -> None:
    assert parse("dsek lamp", WORDS).corrected == "desk lamp"


# The plan


def terms_of(node: Node) -> list[Term | Phrase]:
    if isinstance(node, Term | Phrase):
        return [node]
    if isinstance(node, Even):
        return terms_of(node.node)
    if isinstance(node, Some | Best | All):
        return [t for n in node.nodes for t in terms_of(n)]
    return []


def test_all_words_together_count_more_than_each() -> None:
    some_are_enough = text_plan(parse("oak desk chair", WORDS))
    assert any(
        isinstance(n, All) and {t.field for t in terms_of(n)} >= {"all_en"} for n in some_are_enough.should
    )


def test_where_all_words_are_asked_for_their_bonus_lies_in_their_weight() -> None:
    plan = text_plan(parse("desk chair", WORDS))
    assert not any("all_en" in {t.field for t in terms_of(n)} for n in plan.should if isinstance(n, All))
    weights = {t.weight for t in terms_of(plan.must) if t.field == "all_en"}
    assert min(weights) == ANYWHERE * (1 + ALL_WORDS)
    alone = {t.weight for t in terms_of(text_plan(parse("chair", WORDS)).must) if t.field == "all_en"}
    assert alone == {ANYWHERE}


def test_characters_of_unknown_words_do_not_stand_in_for_known_ones() -> None:
    must = text_plan(parse("不掉跟袜子", WORDS)).must
    assert isinstance(must, All)
    words, characters = must.nodes
    assert {t.token for t in terms_of(characters) if isinstance(t, Term)} == set("不掉跟")
    assert isinstance(characters, Some)
    assert characters.at_least == 1
    assert "sock" in {t.token for t in terms_of(words) if isinstance(t, Term)}


def test_the_head_weighs_more() -> None:
    plan = text_plan(parse("desk chair", WORDS))
    weights = {t.token: t.weight for t in terms_of(plan.must) if isinstance(t, Term) and t.field == "all_en"}
    assert weights["chair"] == pytest.approx(1.2 * weights["desk"])


def test_what_is_shunned_scores_only_where_it_is_denied() -> None:
    plan = text_plan(parse("desk chair without wheels", WORDS))
    found = [t for n in (plan.must, *plan.should) for t in terms_of(n)]
    assert not any(isinstance(t, Term) and t.token == "wheel" for t in found)
    denied = {t.tokens for t in found if isinstance(t, Phrase) and t.tokens[-1] == "wheel" and t.weight == 1}
    assert denied == {("without", "wheel"), ("no", "wheel")}


def likes_in(node: Node) -> list[Like]:
    if isinstance(node, Like):
        return [node]
    if isinstance(node, Even):
        return likes_in(node.node)
    return [one for n in node.nodes for one in likes_in(n)] if isinstance(node, Some | Best | All) else []


def test_what_only_resembles_is_for_when_nothing_is_found() -> None:
    parsed = parse("xkcdq lamp", WORDS)
    assert likes_in(text_plan(parsed).must) == []
    assert {(one.field, one.token) for one in likes_in(text_plan(parsed, loose=True).must)} == {
        ("all_en", "xkcdq"),
        ("all_zh", "xkcdq"),
    }
    assert likes_in(text_plan(parse("xkcdq lamp", WORDS, mend=False), loose=True).must) == []
