"""The listing page. A reader who has not signed in gets no cookie and no CSRF token."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from marketplace.companies.acting import acting_of
from marketplace.core.errors import Refusal
from marketplace.core.frozen import attach
from marketplace.core.ids import new_public_id
from marketplace.ui.links import here_url

from . import gates, listing_page
from .forms import Grid, not_a_quantity, read_grid, read_quantity
from .models import Listing
from .queries import listing_for_reader
from .rules import first_valid


def find_listing(request: HttpRequest, public_id: str) -> Listing:
    """The listing as this reader may see it; in a portal only the town's own. Raises NotFound."""
    acting = acting_of(request) if request.user.is_authenticated else None
    portal = getattr(request, "portal", None)
    return listing_for_reader(
        public_id,
        supplier=acting.supplier if acting else None,
        cluster_id=portal.id if portal else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a listing at the reader's quantity; "work out" comes here by GET or, signed in, by POST."""
    if request.method == "POST":
        address = listing_address(request, public_id, read_grid(request.POST))
        return HttpResponseRedirect(f"{address}#order", status=303)
    grid = read_grid(request.GET)
    if "order" in request.GET and not request.user.is_authenticated:
        return redirect_to_login(listing_address(request, public_id, grid))
    return render_listing(request, public_id, grid=grid)


def listing_address(request: HttpRequest, public_id: str, grid: Grid) -> str:
    """The listing's address with the grid as typed in its query."""
    url = here_url(getattr(request, "portal", None), "catalog:listing", public_id)
    typed = {name: text for name, text in grid.typed.items() if text.strip()}
    return f"{url}?{urlencode(typed)}" if typed else url


def render_listing(
    request: HttpRequest, public_id: str, *, grid: Grid, refusal: Refusal | None = None
) -> HttpResponse:
    """The listing page with the grid as typed; `refusal` says what was wrong with it. Raises NotFound."""
    found = find_listing(request, public_id)
    hidden = hide_price(request, found)
    variants = list(found.variants.all())
    errors = dict(grid.errors)
    if refusal is not None:
        errors |= {name: str(text) for name, text in refusal.fields.items()}
    quantity, quantity_error = _wanted(request, found)
    context = {
        **listing_page.sum_context(found, variants, grid, quantity),
        "price_hidden": hidden,
        "quantity": quantity,
        "quantity_typed": request.GET.get("quantity", "")[:40] if quantity_error else quantity,
        "quantity_error": quantity_error,
        "refusal": refusal,
        "cell_errors": errors,
    }
    status = refusal.status if refusal else 422 if errors or quantity_error else 200
    if getattr(request, "htmx", False) and request.method == "GET":
        return render(request, "catalog/parts/sum.html", context, status=200)
    portal = getattr(request, "portal", None)
    context |= _whole_page(request, found, quantity if "quantity" in request.GET else None)
    context |= {
        "matrix": listing_page.matrix(found, variants, grid, errors),
        "matrix_data": listing_page.matrix_data(found),
        "plot": listing_page.ladder_plot(found, context["sum"].pieces or quantity),
        "portal": portal,
    }
    return render(request, "catalog/listing.html", context, status=status)


def hide_price(request: HttpRequest, found: Listing) -> str:
    """Take the ladder off a listing whose price this reader must not see; what is said instead, or ""."""
    its = gates.gates_of(found)
    if its == (gates.ANYONE,) or gates.is_open(its, gates.access_of(request)):
        return ""
    attach(found, "tiers", [])
    return gates.hidden_words(its)


def _wanted(request: HttpRequest, found: Listing) -> tuple[int, str]:
    """The reader's quantity from the address, else the listing's smallest; and what was wrong with it."""
    smallest = first_valid(found.moq, found.multiple)
    try:
        return read_quantity(request.GET.get("quantity", "")) or smallest, ""
    except ValueError:
        return smallest, not_a_quantity()


def _whole_page(request: HttpRequest, found: Listing, quantity: int | None) -> dict[str, Any]:
    portal = getattr(request, "portal", None)
    signed_in = request.user.is_authenticated
    acting = acting_of(request) if signed_in else None
    own = bool(acting and acting.supplier and acting.supplier.pk == found.supplier_id)
    may_buy = bool(acting and acting.company.is_buyer and acting.may("buy") and not own)
    return {
        "is_on_sale": found.state == Listing.State.PUBLISHED,
        "may_buy": may_buy,
        "is_own": own,
        "submission_key": new_public_id() if may_buy else "",
        "freight": listing_page.freight_text(found),
        "facts": listing_page.facts(found),
        "certificates": listing_page.certificates(found),
        "factory": listing_page.factory_card(
            found,
            here_url(portal, "suppliers:supplier", found.supplier.slug),
            here_url(portal, "sourcing:ask", found.public_id),
        ),
        **listing_page.pictures_and_neighbours(found, quantity=quantity, portal=portal),
    }
