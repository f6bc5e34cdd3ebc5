"""The payment panel on an order's or group's page: a fragment for htmx, a small page without it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import showing
from ..queries.panels import buyer_panel, side_of, supplier_panel
from .common import acting, member_required


def _answer(request: HttpRequest, part: str, context: dict[str, object]) -> HttpResponse:
    fragment = bool(getattr(request, "htmx", False))
    name = f"payments/parts/{part}.html" if fragment else "payments/panel_page.html"
    return render(request, name, {**context, "part": f"payments/parts/{part}.html"})


@never_cache
@require_safe
@member_required("buy", "see_money", "sell", kind="member")
def order_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Payment of one order, for its buyer or its supplier."""
    me = acting(request)
    if side_of(me, public_id) == "buyer":
        panel = buyer_panel(me, order_id=public_id)
        return _answer(
            request, "buyer_panel", {"panel": panel, "term": showing.term_name(panel.group.payment_term)}
        )
    found = supplier_panel(me, public_id)
    rows = [(e, [(item, showing.payout_badge(item)) for item in e.items]) for e in found.earnings]
    return _answer(request, "supplier_panel", {"panel": found, "rows": rows})


@never_cache
@require_safe
@member_required("buy", "see_money", kind="buyer")
def group_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Payment of one checkout, for its buyer."""
    panel = buyer_panel(acting(request), group_id=public_id)
    return _answer(
        request, "buyer_panel", {"panel": panel, "term": showing.term_name(panel.group.payment_term)}
    )
