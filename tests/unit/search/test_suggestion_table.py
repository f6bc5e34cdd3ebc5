"""Names found by how they begin, in every way they are typed."""

import pytest

from search.suggestions.table import Entry, Table

SOCKS = Entry("category", "cotton-socks", "棉袜", "Cotton socks", 40)
GLOVES = Entry("category", "gloves", "手套", "Gloves", 30)
ZHUJI = Entry("cluster", "zhuji-socks", "诸暨袜业", "Zhuji socks", 400, "浙江", "Zhejiang")
MILL = Entry("supplier", "abc", "恒达织造", "Hengda Knitting Mill", 5)
ASKED = Entry("query", "baby socks", "baby socks", "baby socks", 9)
SLEEVE = Entry("category", "long", "长袖", "Long sleeves", 3)
TABLE = Table([SOCKS, GLOVES, ZHUJI, MILL, ASKED, SLEEVE])
ALL = {"query": 4, "category": 3, "cluster": 3, "supplier": 3}


def found(typed: str) -> list[str]:
    return [entry.name_en for entry in TABLE.find(typed, ALL)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("棉", "Cotton socks"), ("棉袜", "Cotton socks"), ("棉襪", "Cotton socks"), ("mian", "Cotton socks"),
        ("mianw", "Cotton socks"), ("mianwa", "Cotton socks"), ("mw", "Cotton socks"),
        ("Cot", "Cotton socks"), ("ｃｏｔ", "Cotton socks"), ("cotton so", "Cotton socks"),
        ("socks cot", "Cotton socks"), ("袜业", "Zhuji socks"), ("zhuji", "Zhuji socks"),
        ("zjwy", "Zhuji socks"), ("诸", "Zhuji socks"), ("knit", "Hengda Knitting Mill"),
        ("mill heng", "Hengda Knitting Mill"), ("baby", "baby socks"),
        ("changx", "Long sleeves"), ("zhangx", "Long sleeves"),
    ],
)  # fmt: skip
def test_every_way_of_typing(typed: str, first: str) -> None:
    assert found(typed)[:1] == [first]


@pytest.mark.parametrize("typed", ["cototn", "coton", "cottton s", "glovs", "zhuij", "mianwq"])
def test_one_typo_is_forgiven(typed: str) -> None:
    assert found(typed)


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "xqzv", "cxoxtxtxn", "40a", "的" * 200, "\x00"])
def test_nothing_is_made_up(typed: str) -> None:
    assert found(typed) == []


def test_a_known_beginning_is_never_mended() -> None:
    table = Table([SOCKS, Entry("category", "cots", "床", "Cotton", 1)])
    assert [e.value for e in table.find("cotton", ALL)] == ["cotton-socks", "cots"]


def test_the_beginning_of_a_name_comes_before_its_middle_and_more_wanted_first() -> None:
    assert found("so") == ["Zhuji socks", "Cotton socks", "baby socks"]
    inner = Table([Entry("category", "a", "", "Red socks", 99), Entry("category", "b", "", "Socks", 1)])
    assert [e.value for e in inner.find("socks", ALL)] == ["b", "a"]


def test_limits_are_per_kind() -> None:
    many = Table([Entry("category", str(n), "", f"Socks {n}", n) for n in range(9)] + [ASKED])
    kinds = [entry.kind for entry in many.find("socks", {"category": 2, "query": 1})]
    assert kinds == ["category", "category", "query"]
