"""Reads of those who look after search, each within what they may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Category, Listing
from marketplace.catalog.queries import on_sale
from marketplace.companies.acting import Acting
from marketplace.companies.models import Company, Supplier
from marketplace.core.errors import NotFound
from marketplace.core.i18n import is_chinese, pick
from search.backends.interface import SearchRequest
from search.log.rules import kept_query
from search.models import HiddenSuggestion, JudgedQuery, QualityRun, Rule, RuleVersion
from search.queries import ask
from search.rulebook.book import Book
from search.rulebook.live import book_with, live_book
from search.suggestions.kept import suggested_queries

from .rules import TOP, moved, ndcg

MARKET = "market"
STAFF = ("support", "moderator", "admin")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose search somebody looks after: a town's, or the whole market's (no cluster)."""

    code: str
    cluster: Cluster | None
    is_staff: bool

    @property
    def name(self) -> str:
        return pick(self.cluster, "name") if self.cluster else _("The whole market")


def is_curator(user: Any) -> bool:
    """Whether somebody of the platform's staff looks after search everywhere."""
    return bool(user.is_authenticated and (user.is_superuser or user.staff_role in STAFF))


def scope_of(user: User, acting: Acting | None, code: str) -> Scope:
    """The scope of that code, for staff or the town's own operator. Raises NotFound for all others."""
    staff = is_curator(user)
    if code == MARKET:
        if not staff:
            raise NotFound
        return Scope(MARKET, None, is_staff=True)
    cluster = Cluster.objects.filter(code=code).first()
    own = acting is not None and acting.company.is_operator and acting.may("operate")
    mine = cluster is not None and own and acting is not None and cluster.operator_id == acting.company.pk
    if cluster is None or not (staff or mine):
        raise NotFound
    return Scope(code, cluster, is_staff=staff)


def scopes() -> list[tuple[str, str, int]]:
    """Towns that have rules of their own or an operator: code, name, number of the live version (0: none)."""
    rows = Cluster.objects.filter(Q(operator__isnull=False) | Q(pk__in=RuleVersion.objects.values("cluster")))
    live = dict(RuleVersion.objects.filter(state="live").values_list("cluster_id", "number"))
    return [(c.code, pick(c, "name"), live.get(c.pk, 0)) for c in rows.distinct()]


def versions_of(scope: Scope, *, most: int = 30) -> list[RuleVersion]:
    """The versions of a scope, newest first."""
    return list(_versions(scope).order_by("-number")[:most])


def _versions(scope: Scope) -> QuerySet[RuleVersion]:
    rows = RuleVersion.objects.all()
    return rows.filter(cluster=scope.cluster) if scope.cluster else rows.filter(cluster__isnull=True)


def version_in(scope: Scope, state: str) -> RuleVersion | None:
    """The one version of a scope in a state."""
    return _versions(scope).filter(state=state).first()


def rules_of(version: RuleVersion | None) -> list[Rule]:
    """Rules of a version with what they are about; one query."""
    if version is None:
        return []
    return list(
        version.rules.select_related("listing", "supplier", "category").order_by("kind", "query", "pk")
    )


def draft_rule(scope: Scope, public_id: str) -> Rule:
    """A rule of the scope's draft. Raises NotFound."""
    draft = version_in(scope, RuleVersion.State.DRAFT)
    found = next((rule for rule in rules_of(draft) if rule.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


# Things by their names


def listing_named(public_id: str, cluster: Cluster | None) -> Listing | None:
    """A listing on sale, in a town where one is given."""
    rows = on_sale().filter(public_id=public_id)
    return (rows.filter(cluster=cluster) if cluster else rows).first()


def supplier_named(public_id: str, cluster: Cluster | None) -> Supplier | None:
    """A supplier, with a factory in the town where one is given."""
    rows = Supplier.objects.filter(public_id=public_id)
    return (rows.filter(factories__cluster=cluster) if cluster else rows).first()


def category_named(slug: str) -> Category | None:
    """A category by its slug."""
    return Category.objects.filter(slug=slug).first()


# Trying a draft


@dataclass(frozen=True, slots=True)
class Move:
    """One place of a list: the title there, and how many places it rose; None: new in the list."""

    place: int
    title: str
    rose: int | None

    @property
    def fell(self) -> int:
        return -(self.rose or 0)


@dataclass(frozen=True, slots=True)
class Tried:
    """A query before and after: titles by place, those that changed marked."""

    q: str
    before: list[Move]
    after: list[Move]

    @property
    def changes(self) -> int:
        return sum(move.rose != 0 for move in self.after)


def request_for(q: str, portal: str | None = None) -> SearchRequest:
    """The question a results page asks, with as many hits as are compared."""
    locale = "zh-hans" if is_chinese() else "en"
    return SearchRequest(q=q, locale=locale, portal=portal, limit=TOP)


def try_draft(scope: Scope, draft: RuleVersion, tried: Sequence[str]) -> list[Tried]:
    """Each query's first ten as they are live and as they would be. One query for all titles."""
    portal = scope.cluster.code if scope.cluster else None
    books = (live_book(), book_with(draft))
    found = {q: [ask(request_for(q, portal), book=book).ids for book in books] for q in tried}
    titles = _titles(key for before, after in found.values() for key in (*before, *after))
    return [
        Tried(q, _moves(before, before, titles), _moves(before, after, titles))
        for q, (before, after) in found.items()
    ]


def _moves(before: Sequence[int], after: Sequence[int], titles: dict[int, str]) -> list[Move]:
    return [
        Move(place, titles.get(key, "–"), rose) for place, (key, rose) in enumerate(moved(before, after), 1)
    ]


def _titles(keys: Iterable[int]) -> dict[int, str]:
    rows = Listing.objects.filter(pk__in=set(keys)).only("pk", "title_zh", "title_en")
    return {row.pk: pick(row, "title") for row in rows}


def to_try(draft: RuleVersion | None, *, most: int = 8) -> list[str]:
    """Queries a draft is tried with unless others are asked for: those of its rules, then judged ones."""
    found = [rule.query or rule.forms.split("|")[0].strip() for rule in rules_of(draft)]
    found += JudgedQuery.objects.values_list("q", flat=True)[:most]
    return list(dict.fromkeys(q for q in found if q))[:most]


# Judged queries


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the judged queries are answered: nDCG@10 of each and of all, 0 to 1."""

    by_query: dict[str, float]

    @property
    def mean(self) -> float:
        return sum(self.by_query.values()) / len(self.by_query) if self.by_query else 0.0


def quality(book: Book | None = None) -> Quality:
    """Ask all judged queries with the live rules, or others; two queries and a question each."""
    rows = JudgedQuery.objects.prefetch_related("judgements")
    found: dict[str, float] = {}
    for row in rows:
        grades = {judgement.listing_id: judgement.grade for judgement in row.judgements.all()}
        if any(grades.values()):
            found[row.q] = ndcg(ask(request_for(row.q), book=book).ids, grades)
    return Quality(found)


def judged_queries() -> list[JudgedQuery]:
    """All judged queries with how many listings are graded."""
    return list(JudgedQuery.objects.annotate(graded=Count("judgements")))


def judged_query(public_id: str) -> JudgedQuery:
    """One judged query. Raises NotFound."""
    found = JudgedQuery.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def quality_runs(*, most: int = 90) -> list[QualityRun]:
    """The latest measurements, oldest first."""
    return list(QualityRun.objects.order_by("-at", "-pk")[:most])[::-1]


def to_grade(query: JudgedQuery) -> list[tuple[Listing, int | None]]:
    """The results of a query now, then the best of what else was graded, with their grades; two queries."""
    grades = dict(query.judgements.order_by("-grade", "pk").values_list("listing_id", "grade"))
    shown = ask(request_for(query.q).but(limit=2 * TOP)).ids
    keys = list(dict.fromkeys((*shown, *grades)))[: 4 * TOP]
    rows = on_sale().filter(pk__in=keys).select_related("supplier", "category").in_bulk()
    return [(rows[key], grades.get(key)) for key in keys if key in rows]


def rules_named(public_ids: Sequence[str]) -> list[Rule]:
    """Rules by their public ids, with what they are about."""
    rows = Rule.objects.filter(public_id__in=public_ids)
    return list(rows.select_related("listing", "supplier", "category", "version__cluster").order_by("pk"))


def runs_town(company: Company, cluster_id: int) -> bool:
    """Whether a company is the operator of a town."""
    return Cluster.objects.filter(pk=cluster_id, operator=company).exists()


# Past queries in the search box


def offered_queries(part: str, *, most: int = 50) -> list[dict[str, Any]]:
    """Past queries the box offers somewhere in the market: `q`, `people`; those with a part of it in them."""
    rows = suggested_queries(None).exclude(q__in=HiddenSuggestion.objects.values("q"))
    text = kept_query(part)
    return list((rows.filter(q__contains=text) if text else rows)[:most])


def hidden_suggestions(*, most: int = 200) -> list[HiddenSuggestion]:
    """Those it must not offer, the latest first, with who hid them."""
    return list(HiddenSuggestion.objects.select_related("hidden_by").order_by("-updated_at", "-pk")[:most])
