"""Texts become tokens and queries become groups: by table, and by property."""

from __future__ import annotations

import hashlib
import string
from pathlib import Path

import pytest
import tantivy
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import pinyin, stemming, synonyms
from search.analysis.data.make_pinyin import make
from search.analysis.groups import Parsed
from search.analysis.normalise import normalise
from search.analysis.query import MAX_GROUPS, parse
from search.analysis.spelling import Vocabulary, one_edit
from search.analysis.tokens import code_forms, runs, tokenise

VOCABULARY = Vocabulary({"cotton": 500, "socks": 300, "yarn": 40, "towel": 30, "panama": 12, "sucks": 7})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("襪子與手套", "袜子与手套"),
        ("Crêpe Für Ångström", "crepe fur angstrom"),
        ("10 mm × 20 mm", "10mm × 20mm"),
        ("3*5*7cm", "3x5x7cm"),
        ("30 ✕ 40", "30x40"),
        ("5 pairs of 40 g yarn", "5pairs of 40g yarn"),
        ("mg 5 many", "mg 5 many"),
        ("Women’s", "women's"),
        ("a\x00b\u200bc\ud800d\u202ee", "a b c d e"),
        ("  \t\n ", ""),
        ("①②", "12"),
        ("½ pint", "1/2 pint"),
        ("20寸拉杆箱", "20in 拉杆箱"),
        ("180克/平方米 5毫米", "180g /平方米 5mm"),
        ("3克拉 第5级升", "3克拉 第5级升"),
        ("ﬁne", "fine"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_and_never_fails(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("text", "units", "pairs"),
    [
        ("纯棉袜", ("纯", "棉", "袜"), ("纯棉", "棉袜")),
        ("袜", ("袜",), ()),
        ("棉,袜", ("棉", "袜"), ()),
        ("Cotton socks", ("cotton", "sock"), ()),
        ("hwy14-186b", ("hwi", "14", "186", "b", "hwy14186b"), ()),
        ("5-pack", ("5", "pack", "5pack"), ()),
        ("1/2 inch", ("1", "2", "inch", "1/2inch"), ()),  # not 12
        ("T-shirts", ("t", "shirt", "tshirt"), ()),
        ("women's", ("women",), ()),
        ("2.5 kg", ("2.5", "kg", "25kg"), ()),
        ("T恤衫", ("t", "恤", "衫"), ("恤衫",)),
        ("!!!", (), ()),
        ("", (), ()),
    ],
)
def test_tokens(text: str, units: tuple[str, ...], pairs: tuple[str, ...]) -> None:
    tokens = tokenise(text)
    assert (tokens.units, tokens.pairs) == (units, pairs)


@given(st.text(max_size=80))
def test_tokens_hold_no_space_and_are_short(text: str) -> None:
    tokens = tokenise(text)
    for token in (*tokens.units, *tokens.pairs, *tokens.words):
        assert token
        assert len(token) <= 64
        assert not any(c.isspace() for c in token)


@given(st.text(alphabet=string.ascii_letters + string.digits + "-/. '棉袜纯", max_size=40))
def test_case_and_width_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert tokenise(text) == tokenise(text.upper()) == tokenise(wide)


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("ZJ-100/2", ("zj-100/2", "zj1002")),
        ("6901234567892", ("6901234567892",)),
        (" a b ", ("ab",)),
        ("--", ("--",)),
        ("", ()),
    ],
)
def test_code_forms(code: str, forms: tuple[str, ...]) -> None:
    assert code_forms(code) == forms


# Stems


def test_stems_are_those_of_the_published_algorithm() -> None:
    """Against an independent implementation, over every word of the committed table and many made ones."""
    lines = Path(synonyms.__file__).parent.joinpath("data/synonyms.tsv").read_text(encoding="utf-8")
    words = {
        word
        for text in lines.split()
        for word in text.lower().split("|")
        if word.isascii() and word.isalpha()
    }
    ends = (
        "",
        "s",
        "es",
        "ed",
        "ing",
        "ly",
        "ness",
        "ation",
        "ational",
        "fully",
        "ization",
        "ies",
        "ement",
        "ous",
    )
    words |= {w + end for w in tuple(words) for end in ends}
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    other = builder.filter(tantivy.Filter.stemmer("english")).build()
    assert len(words) > 3000
    different = {w: stemming.stem(w) for w in sorted(words) if other.analyze(w) != [stemming.stem(w)]}
    assert different == {}


@given(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=16))
def test_stems_of_any_letters(word: str) -> None:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    other = builder.filter(tantivy.Filter.stemmer("english")).build()
    assert other.analyze(word) == [stemming.stem(word)]


# Pinyin


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("mianwa", ("mian", "wa")),
        ("shoutao", ("shou", "tao")),
        ("xian", ("xian",)),
        ("lvse", ("lv", "se")),
        ("zhuji", ("zhu", "ji")),
    ],
)
def test_letters_as_syllables(letters: str, first: tuple[str, ...]) -> None:
    assert pinyin.segment(letters)[0] == first


@pytest.mark.parametrize("letters", ["cotton", "socks", "mianw", "", "xyz", "abcdefgh"])
def test_letters_that_are_not_pinyin(letters: str) -> None:
    assert [way for way in pinyin.segment(letters) if way] == []


def test_other_readings_are_indexed_too() -> None:
    syllables, initials = pinyin.index_tokens("长袖")
    assert syllables == ("chang", "xiu", "|", "zhang", "xiu", "|")
    assert set(initials) == {"cx", "zx"}


@given(st.text(alphabet="棉袜长重行纯", min_size=1, max_size=8))
def test_every_reading_can_be_typed(han: str) -> None:
    for reading in pinyin.spellings(han):
        assert len(reading) == len(han)
        assert tuple(reading) in pinyin.segment("".join(reading), 64)


def test_the_committed_table_is_what_its_maker_makes() -> None:
    table = Path(pinyin.__file__).parent / "data" / "pinyin.txt"
    assert table.read_text(encoding="utf-8") == make()


def test_taken_over_tables_are_unchanged() -> None:
    folder = Path(pinyin.__file__).parent / "data"
    manifest = (folder / "README.md").read_text(encoding="utf-8")
    for name in ("traditional.txt", "pinyin.txt"):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() in manifest


# Spelling


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("cottn", "cotton"),
        ("ctoton", "cotton"),
        ("cottton", "cotton"),
        ("cotron", "cotton"),
        ("socka", "socks"),
        ("scoks", "socks"),
        ("towl", "towel"),
        ("cotton", None),
        ("socks", None),  # known
        ("sok", None),  # "socks" is two edits away
        ("yrn", "yarn"),  # short, but no listing has it
        ("yr", None),  # too short
        ("panamo", "panama"),
        ("panana", "panama"),
        ("cotton5", None),
        ("x100", None),
        ("棉", None),
        ("zzzz", None),
        ("sucks", None),  # known to seven listings: left alone
    ],
)
def test_spelling(word: str, right: str | None) -> None:
    assert VOCABULARY.correct(word) == right


@given(st.text(alphabet=string.ascii_lowercase, min_size=4, max_size=9))
def test_one_edit_is_one_edit(word: str) -> None:
    assert VOCABULARY.correct(word) in {None, *(w for w in one_edit(word) if w in VOCABULARY.counts)}


def test_digits_and_codes_are_never_mended() -> None:
    parsed = parse("zj100 cottn5 40g", VOCABULARY)
    assert parsed.corrected is None


def test_mending_is_said_and_can_be_switched_off() -> None:
    assert parse("cottn socks", VOCABULARY).corrected == "cotton socks"
    assert parse("cottn socks", VOCABULARY, mend=False).corrected is None
    assert parse("cotton socks", VOCABULARY).corrected is None


# Synonyms


def test_the_committed_table_reads() -> None:
    lexicon = synonyms.lexicon()
    assert len(lexicon.chinese) > 400
    assert [c.key for c in lexicon.chinese["棉袜"]] == ["cotton", "sock"]
    assert "棉袜" in lexicon.pinyin["mianwa"]


@pytest.mark.parametrize(
    "text", ["a\t袜\t", "a\t\tsock", "a\t袜\tsock\na\t手套\tglove", "=a+b\t棉袜\t\na\t棉\tcotton"]
)
def test_a_bad_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        synonyms.parse(text)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Datang Socks Mill", "datang mill"),
        ("诸暨第三袜厂", "诸暨第三 厂"),
        ("Zhuji Socks", "zhuji"),
        ("棉袜", ""),
        ("Huludao", "huludao"),
    ],
)
def test_a_name_without_its_words_for_goods(name: str, left: str) -> None:
    assert synonyms.proper_part(name) == left


def groups(q: str, vocabulary: Vocabulary = VOCABULARY) -> list[frozenset[tuple[str, ...]]]:
    """What is looked for, without weights."""
    return [frozenset(a.tokens for a in g.alternatives) for g in parse(q, vocabulary).groups]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("棉袜", "cotton socks"),
        ("棉袜", "mianwa"),
        ("mw", "棉袜"),
        ("泳衣", "swimsuit"),
        ("手套", "gloves"),
        ("女士棉袜", "women cotton socks"),
        ("手办", "figure"),
        ("假睫毛", "jiajiemao"),
        ("襪子", "袜子"),
        ("🧦", "socks"),
        ("dog", "宠物"),
        ("COTTON, socks!", "cotton socks"),
        ("socks socks socks", "socks"),
    ],
)
def test_the_same_question_said_differently(one: str, other: str) -> None:
    assert groups(one) == groups(other)


@pytest.mark.parametrize(("one", "other"), [("glass cup", "glasses cup"), ("包装", "包"), ("笔记本", "笔")])
def test_different_questions(one: str, other: str) -> None:
    assert groups(one) != groups(other)


def test_trade_words_colour_and_are_not_asked_for() -> None:
    parsed = parse("sock factory", VOCABULARY)
    assert [g.soft for g in parsed.groups] == [False, True]
    assert len(parsed.required) == 1
    assert len(parse("factory", VOCABULARY).required) == 1


@pytest.mark.parametrize("text", ["", "   ", "!!!", "(((", "…", "\x00"])
def test_nothing_to_look_for(text: str) -> None:
    parsed = parse(text)
    assert parsed.groups == ()
    assert parsed.wordless == bool(normalise(text))


@given(st.text(max_size=300))
def test_any_text_is_understood_somehow(text: str) -> None:
    parsed = parse(text, VOCABULARY)
    assert isinstance(parsed, Parsed)
    assert len(parsed.groups) <= MAX_GROUPS
    for group in parsed.groups:
        assert group.alternatives
        assert all(a.tokens and all(a.tokens) for a in group.alternatives)


@given(st.text(alphabet="棉袜手套纯羊毛cotnsk 0159-", max_size=40))
def test_reading_a_query_again_reads_the_same(text: str) -> None:
    assert parse(text, VOCABULARY).groups == parse(normalise(text), VOCABULARY).groups


def test_long_queries_are_cut_and_say_so() -> None:
    assert parse("棉" * 200).cut
    assert parse(" ".join(f"word{n}" for n in range(17))).cut
    assert not parse("cotton socks").cut


def test_runs_keep_order() -> None:
    assert [run.text for run in runs("红色 t-shirt 3x5")] == ["红色", "tshirt", "3x5"]
