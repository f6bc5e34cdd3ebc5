"""The page of a supplier."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from marketplace.catalog.gates import access_of
from marketplace.ui.linked_data import linked_data
from marketplace.ui.links import here_url, in_language
from search.compare import Tray, compare_address
from search.display import pager
from search.forms import read_goods_page
from search.limits import count_question
from search.rules import LAST_PAGE

from . import queries, showing


@require_safe
def supplier(request: HttpRequest, slug: str) -> HttpResponse:
    """Who a supplier is and what it sells, at the reader's quantity; inside a portal only in its town.

    A page past the last one says so with 404, a quantity that makes no sense with 422; both still show the
    way.
    """
    count_question(request)
    portal = getattr(request, "portal", None)
    address = read_goods_page(request.GET)
    found = queries.supplier_facts(slug, portal)
    goods = queries.goods_of(
        found.supplier,
        address,
        portal=portal,
        access=access_of(request),
        compare_url=compare_address(portal, address.quantity),
    )
    market, root = reverse("suppliers:supplier", args=[slug]), f"{request.scheme}://{request.get_host()}"
    page = f"?page={address.page}" if 1 < address.page <= LAST_PAGE else ""
    context = {
        "found": found,
        "supplier": found.supplier,
        "facts": showing.facts_of(found),
        "works": showing.works_of(found.factories, portal),
        "goods": goods,
        "pager": pager(address, goods.total or 0),
        "address": address,
        "here_url": here_url(portal, "suppliers:supplier", slug),
        "market_url": market,
        "canonical": f"{root}{market}{page}",
        "alternates": [(code, root + in_language(market, code) + page) for code, _name in settings.LANGUAGES],
        "linked_data": linked_data(showing.linked_facts(found, root + market)),
        "tray": Tray.of(request),
    }
    status = 422 if address.errors else 404 if address.page > 1 and not goods.cards else 200
    response = render(request, "search/suppliers/supplier.html", context, status=status)
    patch_vary_headers(response, ["Cookie"])
    return response
