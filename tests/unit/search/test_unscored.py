"""What counts and filters need of the words: the same matches, without the scores."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.plan import All, Best, Even, In, Node, Nothing, Phrase, Some, Term
from search.unscored import unscored

Texts = dict[str, list[str]]
WORDS = st.sampled_from(["sock", "cotton", "wool", "棉"])
FIELDS = st.sampled_from(["title_en", "all_en", "title_bi", "all_bi"])
TERMS = st.builds(Term, FIELDS, WORDS, st.sampled_from([0.5, 1.0, 2.0]))
PHRASES = st.builds(Phrase, FIELDS, st.tuples(WORDS, WORDS), st.sampled_from([1.0, 4.0]))
LEAVES: st.SearchStrategy[Node] = st.one_of(
    TERMS, PHRASES, st.just(Nothing()), st.builds(In, st.just("cluster"), st.just(("zhuji",)))
)


def _trees(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Even, inner, st.just(6.0)),
        st.builds(Best, several),
        st.builds(All, several),
        several.flatmap(lambda nodes: st.builds(Some, st.just(nodes), st.integers(1, len(nodes)))),
    )


NODES: st.SearchStrategy[Node] = st.recursive(LEAVES, _trees, max_leaves=12)


@st.composite
def texts(draw: st.DrawFn) -> Texts:
    """A listing's tokens: every text begins with its title."""
    found: Texts = {"cluster": draw(st.sampled_from([["zhuji"], []]))}
    for language in ("en", "bi"):
        title = draw(st.lists(WORDS, max_size=3))
        found[f"title_{language}"] = title
        found[f"all_{language}"] = title + draw(st.lists(WORDS, max_size=3))
    return found


def fits(node: Node, held: Texts) -> bool:
    """Whether a listing matches a node, by the plan's own words."""
    if isinstance(node, Term):
        return node.token in held[node.field]
    if isinstance(node, Phrase):
        tokens = held[node.field]
        return any(tuple(tokens[i : i + 2]) == node.tokens for i in range(len(tokens)))
    if isinstance(node, In):
        return any(value in held[node.field] for value in node.values)
    if isinstance(node, Even):
        return fits(node.node, held)
    if isinstance(node, All):
        return all(fits(n, held) for n in node.nodes)
    if isinstance(node, Best):
        return any(fits(n, held) for n in node.nodes)
    if isinstance(node, Some):
        return sum(fits(n, held) for n in node.nodes) >= node.at_least
    return False


@given(NODES, texts())
def test_matches_stay_the_same(node: Node, held: Texts) -> None:
    assert fits(unscored(node), held) == fits(node, held)


@pytest.mark.parametrize(
    ("node", "bare"),
    [
        (Some((Term("all_en", "sock", 2.0), Term("title_en", "sock"))), Term("all_en", "sock")),
        (Even(Term("title_zh", "袜", 4.0), 6.0), Term("title_zh", "袜")),
        (
            Best((Some((Term("all_en", "sock"), Term("title_en", "sock"))), Term("all_zh", "sock"))),
            Some((Term("all_en", "sock"), Term("all_zh", "sock"))),
        ),
        (All((Term("all_en", "sock"), Even(Term("all_en", "sock"), 6.0))), All((Term("all_en", "sock"),))),
        (Some((Term("all_en", "a"), Term("all_en", "a")), 2), Some((Term("all_en", "a"),) * 2, 2)),
        (Term("codes", "a-1", 20.0), Term("codes", "a-1")),
    ],
)
def test_what_is_left_of_a_node(node: Node, bare: Node) -> None:
    assert unscored(node) == bare
