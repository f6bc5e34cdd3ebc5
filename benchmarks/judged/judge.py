"""Judge the Chinese queries of `zh_demo/wishes.tsv` by the facts of the demo's listings.

`python -m benchmarks.judged.judge` writes `queries_all.tsv` and `labels_all.tsv` from the present database,
which has to hold the demo (`manage.py seed`). No search engine takes part. README.md tells the guidelines.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

FOLDER = Path(__file__).parent / "zh_demo"
FULL, BUT_A_MINOR_ONE, SAME_KIND = 3, 2, 1


@dataclass(frozen=True)
class Fact:
    """Something asked for: any of the keys has any of the values in it."""

    keys: tuple[str, ...]
    values: tuple[str, ...]
    minor: bool


@dataclass(frozen=True)
class Wish:
    """A query and what it asks for: kinds of goods by their nouns, and facts."""

    key: str
    query: str
    kinds: frozenset[str]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Goods:
    """What is known of a listing: its style number, its noun, and values by key."""

    style: str
    noun: str
    facts: dict[str, tuple[str, ...]]

    def has(self, fact: Fact) -> bool:
        """Whether a fact holds. Sizes, colours and what begins with "=" are compared whole."""
        return any(_fits(key, value, own) for key in fact.keys for own in self.facts.get(key, ())
                   for value in fact.values)  # fmt: skip


def _fits(key: str, value: str, own: str) -> bool:
    if key in ("size", "color") or value.startswith("="):
        return value.removeprefix("=") == own
    return value in own


def wishes() -> list[Wish]:
    """The committed queries with what they ask for."""
    found = []
    for line in (FOLDER / "wishes.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, query, kinds, facts = [*line.split("\t"), ""][:4]
            found.append(Wish(key, query, frozenset(kinds.split(",")), tuple(map(_fact, facts.split()))))
    return found


def _fact(text: str) -> Fact:
    keys, _, values = text.lstrip("?").partition(":")
    return Fact(tuple(keys.split("+")), tuple(values.replace("_", " ").split("|")), text.startswith("?"))


def grade(wish: Wish, goods: Goods) -> int:
    """3 all facts hold, 2 all but one minor one, 1 the same kind of goods, 0 another kind."""
    if goods.noun not in wish.kinds:
        return 0
    missing = [fact for fact in wish.facts if not goods.has(fact)]
    if not missing:
        return FULL
    return BUT_A_MINOR_ONE if len(missing) == 1 and missing[0].minor else SAME_KIND


def demo_goods() -> Iterator[Goods]:
    """The demo's listings, read from the database; certificates are those of their works."""
    from marketplace.catalog.models import Certificate, Listing
    from marketplace.core import clock
    from marketplace.demo.data import trades

    nouns = sorted({p.noun[0] for t in trades() for p in t.products}, key=len, reverse=True)
    held: dict[int, list[str]] = defaultdict(list)
    today = clock.today()
    for factory, kind in Certificate.objects.filter(
        covers_all=True, valid_from__lte=today, valid_until__gte=today
    ).values_list("factory_id", "kind"):
        held[factory].append(kind)
    for listing in Listing.objects.order_by("pk").prefetch_related("variants"):
        facts: dict[str, tuple[str, ...]] = {row["key"]: (row["zh"][1],) for row in listing.attributes}
        style, feature = facts["style"][0], facts["feature"][0]
        name = listing.title_zh.partition(f" {feature}")[0]
        noun = next(noun for noun in nouns if name.endswith(noun))
        variants = listing.variants.all()
        facts["use"] = (listing.title_zh,)
        facts["cert"] = tuple(held[listing.factory_id])
        facts["color"] = tuple({v.color_key for v in variants})
        facts["size"] = tuple({v.size for v in variants})
        yield Goods(style, noun, facts)


def main() -> None:
    """Write both files."""
    django.setup()
    goods = list(demo_goods())
    asked = wishes()
    unknown = {kind for wish in asked for kind in wish.kinds} - {one.noun for one in goods}
    if unknown:
        raise SystemExit(f"No goods of the demo are called: {sorted(unknown)}")
    lines, empty = ["query_id\tproduct_id\tgrade"], []
    for wish in asked:
        graded = [(one.style, grade(wish, one)) for one in goods]
        if not any(value == FULL for _, value in graded):
            empty.append(f"{wish.key} {wish.query}")
        lines += [f"{wish.key}\t{style}\t{value}" for style, value in graded if value]
    if empty:
        raise SystemExit("Nothing has all that is asked for:\n" + "\n".join(empty))
    queries = ["query_id\tquery", *(f"{wish.key}\t{wish.query}" for wish in asked)]
    (FOLDER / "labels_all.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (FOLDER / "queries_all.tsv").write_text("\n".join(queries) + "\n", encoding="utf-8")
    print(f"{len(asked)} queries, {len(lines) - 1} grades over {len(goods)} listings")


if __name__ == "__main__":
    main()
