"""What the frame around every page shows of the apps; registered here, as `ui` may import none of them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.queries import ClusterLine, cluster_lines, towns_run_by
from marketplace.accounts.actions import change_profile
from marketplace.accounts.models import User
from marketplace.companies.acting import acting_of
from marketplace.core.frozen import Frozen, Marks
from marketplace.core.i18n import pick
from marketplace.notifications.queries import unread_of
from marketplace.orders.queries.counts import basket_suppliers
from marketplace.ui import frame


def _matches(line: ClusterLine, query: str) -> bool:
    wanted = query.casefold().strip()
    fields = (
        line.code,
        line.name_zh,
        line.name_en,
        line.region_zh,
        line.region_en,
        line.focus_zh,
        line.focus_en,
    )
    return not wanted or any(wanted in field.casefold() for field in fields)


def _clusters(request: HttpRequest, query: str, limit: int) -> Sequence[frame.ClusterLink]:
    lines = cluster_lines()
    return _links(
        tuple(filter(lambda line: _matches(line, query), lines) if query else lines)[:limit], get_language()
    )


@lru_cache(maxsize=64)
def _links(lines: tuple[ClusterLine, ...], language: str | None) -> Sequence[frame.ClusterLink]:
    """Their links in the active language, which stands in the key."""
    home = reverse("home")
    return tuple(
        frame.ClusterLink(
            code=line.code,
            name=pick(line, "name"),
            region=pick(line, "region"),
            url=f"{home}{line.code}/",
            accent=line.accent,
            focus=pick(line, "focus"),
            listings=line.listing_count,
        )
        for line in lines
    )


def _accents() -> Iterable[tuple[str, str]]:
    return [(line.code, line.accent) for line in cluster_lines()]


def _unread_count(marks: Marks, user: str) -> QuerySet[Any, Any]:
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return unread_of(marks.whole(user)).order_by().annotate(n=count).values_list("n")


def _both_counts(marks: Marks) -> QuerySet[Any, Any]:
    """A row of the person: suppliers in the basket, unread notices."""
    distinct = Func(
        F("variant__supplier_id"), function="COUNT", template="%(function)s(DISTINCT %(expressions)s)"
    )
    lines = basket_suppliers(marks.whole("company"), marks.whole("user")).order_by()
    suppliers = Subquery(lines.annotate(n=distinct).values("n"), output_field=IntegerField())
    people = User.objects.filter(pk=marks.whole("user"))
    return people.values_list(suppliers, Subquery(_unread_count(marks, "user")))


_unread = Frozen(lambda marks: _unread_count(marks, "user"))
_both = Frozen(_both_counts)


def _counts(request: Any) -> tuple[int, int]:
    """Suppliers in the basket and unread notices: one query, once per page."""
    if not hasattr(request, "frame_counts"):
        request.frame_counts = _read_counts(request)
    counts: tuple[int, int] = request.frame_counts
    return counts


def _read_counts(request: Any) -> tuple[int, int]:
    user, acting = request.user, acting_of(request)
    known = getattr(request, "basket_suppliers", None)  # of a view that has read the basket
    if acting is None or known is not None:
        return known or 0, _unread(user=user.pk)[0][0]
    suppliers, unread = _both(company=acting.company.pk, user=user.pk)[0]
    return suppliers, unread


def _basket_count(request: HttpRequest) -> int:
    return _counts(request)[0] if request.user.is_authenticated else 0


def _inbox_count(request: HttpRequest) -> int:
    return _counts(request)[1] if request.user.is_authenticated else 0


def _commands(request: HttpRequest) -> Sequence[frame.Command]:
    """The palette of those who have a desk."""
    commands: list[frame.Command] = []
    acting = acting_of(request)
    if acting is not None and acting.supplier is not None:
        commands += [
            frame.Command(
                _("Supplier desk"), reverse("fulfilment:desk"), _("Desk"), "inbox", "desk gongzuotai 工作台"
            ),
            frame.Command(
                _("What you earn"), reverse("payments:earnings"), _("Desk"), "banknote", "payout money 收款"
            ),
        ]
    if acting is not None and acting.company.is_buyer:
        commands += [
            frame.Command(_("Orders"), reverse("orders:list"), _("Buying"), "package", "orders dingdan 订单"),
            frame.Command(
                _("Finance"), reverse("payments:finance"), _("Buying"), "banknote", "credit due 账期"
            ),
        ]
    commands += [
        frame.Command(label, url, _("Desk"), icon, "search rules synonyms pins sousuo guize 搜索规则")
        for label, url, icon in _operators_doors(request)
    ]
    if getattr(request.user, "is_platform_staff", False):
        commands += [
            frame.Command(_("Staff"), reverse("dashboards:staff"), _("Staff"), "users", "staff houtai 后台"),
            frame.Command(
                _("Books"), reverse("payments:books"), _("Staff"), "book-open", "ledger trial balance 账簿"
            ),
        ]
    return commands


def _operators_doors(request: HttpRequest) -> Sequence[tuple[str, str, str]]:
    """The search rules of each town that was handed to the company this person acts for."""
    acting = acting_of(request)
    if acting is None or not acting.company.is_operator or not acting.may("operate"):
        return ()
    return [
        (
            _("Search rules: %(town)s") % {"town": line.name},
            reverse("curation:rules", args=[line.code]),
            "sliders-horizontal",
        )
        for line in towns_run_by(acting.company.pk)
    ]


def _remember_language(request: HttpRequest, code: str) -> None:
    user = request.user
    if user.is_authenticated and user.language != code:
        change_profile(acting_user=user, user=user, name=user.name, language=code)


frame.register(
    clusters=_clusters,
    accents=_accents,
    basket_count=_basket_count,
    inbox_count=_inbox_count,
    commands=_commands,
    doors=_operators_doors,
    remember_language=_remember_language,
)
