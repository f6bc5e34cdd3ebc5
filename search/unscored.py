"""A plan node without its scores: all that counts and filters need of the words, and cheaper to match."""

from __future__ import annotations

from dataclasses import replace

from .plan import All, Best, Even, Node, Phrase, Some, Term


def unscored(node: Node) -> Node:
    """A node with the same matches, whose score means nothing."""
    if isinstance(node, Term | Phrase):
        return replace(node, weight=1.0)
    if isinstance(node, Even):
        return unscored(node.node)
    if isinstance(node, All):
        return All(tuple(dict.fromkeys(map(unscored, node.nodes))))
    if isinstance(node, Some) and node.at_least > 1:
        return Some(tuple(map(unscored, node.nodes)), node.at_least)
    if isinstance(node, Best | Some):
        ways = dict.fromkeys(way for part in node.nodes for way in _ways(unscored(part)))
        kept = tuple(way for way in ways if not _is_title_of(way, ways))
        return kept[0] if len(kept) == 1 else Some(kept)
    return node


def _ways(node: Node) -> tuple[Node, ...]:
    """The nodes any of which is enough."""
    return node.nodes if isinstance(node, Some) and node.at_least == 1 else (node,)


def _is_title_of(way: Node, ways: dict[Node, None]) -> bool:
    """Whether another way has the same words anywhere: a whole text begins with its title
    (`texts.texts_of`).
    """
    if not isinstance(way, Term | Phrase) or not way.field.startswith("title_"):
        return False
    return replace(way, field=way.field.replace("title_", "all_")) in ways
