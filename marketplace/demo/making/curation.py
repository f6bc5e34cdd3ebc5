"""Rules of search that are live in the demo, and queries judged by the goods' own categories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.accounts.models import StaffRole, User
from marketplace.catalog.models import Category
from marketplace.catalog.queries import on_sale
from marketplace.core import clock
from search.curation import actions
from search.curation.tasks import measure
from search.models import JudgedQuery, Judgement, Rule, RuleVersion

JUDGED = 20
MOST_GRADED = 400
_EMPTY: dict[str, Any] = {
    "query": "", "match": "exact", "language": "", "starts_on": None, "ends_on": None, "position": None,
    "factor": None, "listing": None, "supplier": None, "category": None, "forms": "", "others": "",
}  # fmt: skip
_FIRST: tuple[dict[str, str], ...] = (
    {"kind": Rule.Kind.SYNONYM, "forms": "堆堆袜 | 泡泡袜 | slouch sock | scrunch sock"},
    {"kind": Rule.Kind.SYNONYM, "forms": "渔夫帽 | 盆帽 | bucket hat | fisherman hat"},
    {"kind": Rule.Kind.MEANS, "forms": "sox | soks", "others": "socks"},
)
_SECOND: tuple[dict[str, str], ...] = (
    {"kind": Rule.Kind.ONE_WAY, "forms": "legwear | 腿部穿着", "others": "袜子 | sock | 连裤袜 | tights"},
    {"kind": Rule.Kind.KEEP, "forms": "datang | zhuji"},
)


def make_curation() -> tuple[int, int]:
    """Two versions of rules and some judged queries, measured once; how many rules and queries are new."""
    staff = User.objects.filter(staff_role=StaffRole.SUPPORT).order_by("pk").first()
    if staff is None or RuleVersion.objects.exists():
        return 0, 0
    _publish(staff, list(_FIRST), "Words of the trades that the table lacks")
    _publish(staff, [*_SECOND, *_pins()], "Spring: the town's own cotton socks first")
    judged = _judge()
    measure()
    return Rule.objects.filter(version__state=RuleVersion.State.LIVE).count(), judged


def _publish(staff: User, rules: list[dict[str, Any]], note: str) -> None:
    actions.begin_draft(acting_user=staff, cluster=None)
    for rule in rules:
        actions.put_rule(acting_user=staff, cluster=None, values={**_EMPTY, **rule})
    actions.publish_draft(acting_user=staff, cluster=None, note=note)


def _pins() -> list[dict[str, Any]]:
    """A pin for a month, a paid placement for two weeks, and verified goods a little higher."""
    today = clock.today()
    socks = on_sale().filter(cluster__code="zhuji-socks", title_zh__contains="棉").order_by("-sold_30d", "pk")
    swim = on_sale().filter(title_zh__contains="泳衣").order_by("-sold_30d", "pk")
    rules: list[dict[str, Any]] = []
    if listing := socks.first():
        rules.append(
            {
                "kind": Rule.Kind.PIN, "query": "棉袜", "listing": listing, "position": 1,
                "ends_on": today + timedelta(days=30),
            }
        )  # fmt: skip
    if listing := swim.first():
        rules.append(
            {
                "kind": Rule.Kind.PAID, "query": "泳衣", "listing": listing, "position": 2,
                "ends_on": today + timedelta(days=14),
            }
        )  # fmt: skip
    return rules


def _judge() -> int:
    """Queries named after kinds of goods: goods of that very kind answer exactly, those beside somewhat."""
    leaves = Category.objects.filter(path__contains="/").order_by("pk")
    names = [(leaf, name) for leaf in leaves for name in (leaf.name_zh, leaf.name_en)]
    made = 0
    for leaf, name in names[:: max(1, len(names) // JUDGED)][:JUDGED]:
        kind = list(on_sale().filter(category=leaf).order_by("pk").values_list("pk", flat=True)[:MOST_GRADED])
        beside = on_sale().filter(category__path__startswith=leaf.path.rsplit("/", 1)[0] + "/")
        others = beside.exclude(category=leaf).order_by("pk").values_list("pk", flat=True)[:MOST_GRADED]
        query, new = JudgedQuery.objects.get_or_create(q=name)
        rows = [Judgement(query=query, listing_id=key, grade=3) for key in kind]
        rows += [Judgement(query=query, listing_id=key, grade=1) for key in others]
        Judgement.objects.bulk_create(rows, ignore_conflicts=True)
        made += new
    return made
