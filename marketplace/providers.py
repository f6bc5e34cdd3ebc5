"""What the frame around every page shows of the apps; registered here, as `ui` may import none of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Func, IntegerField, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.queries import ClusterLine, cluster_lines
from marketplace.accounts.actions import change_profile
from marketplace.accounts.models import User
from marketplace.companies.acting import acting_of
from marketplace.core.i18n import pick
from marketplace.notifications.queries import unread_count, unread_of
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
    home = reverse("home")
    return [
        frame.ClusterLink(
            code=line.code,
            name=pick(line, "name"),
            region=pick(line, "region"),
            url=f"{home}{line.code}/",
            accent=line.accent,
            focus=pick(line, "focus"),
            listings=line.listing_count,
        )
        for line in cluster_lines()
        if _matches(line, query)
    ][:limit]


def _accents() -> Iterable[tuple[str, str]]:
    return [(line.code, line.accent) for line in cluster_lines()]


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
        return known or 0, unread_count(user)
    suppliers = Func(
        F("variant__supplier_id"), function="COUNT", template="%(function)s(DISTINCT %(expressions)s)"
    )
    notices = Func(F("pk"), function="COUNT", output_field=IntegerField())
    basket = basket_suppliers(acting).order_by().annotate(n=suppliers).values("n")
    both: tuple[int, int] = User.objects.filter(pk=user.pk).values_list(
        Subquery(basket, output_field=IntegerField()),
        Subquery(unread_of(user).order_by().annotate(n=notices).values("n")),
    )[0]
    return both


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
    if getattr(request.user, "is_platform_staff", False):
        commands += [
            frame.Command(_("Staff"), reverse("dashboards:staff"), _("Staff"), "users", "staff houtai 后台"),
            frame.Command(
                _("Books"), reverse("payments:books"), _("Staff"), "book-open", "ledger trial balance 账簿"
            ),
        ]
    return commands


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
    remember_language=_remember_language,
)
