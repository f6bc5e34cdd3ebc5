"""The basket. It lies in the database with the member, so an expired session loses nothing of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.catalog.forms import Grid, read_grid
from marketplace.catalog.views import listing_address, render_listing
from marketplace.companies.acting import Acting, acting_of, acting_required
from marketplace.companies.errors import NoActingCompany
from marketplace.core.errors import InvalidInput, NotFound, Refusal
from marketplace.core.ids import is_public_id
from marketplace.ui.links import here_url

from .. import actions
from ..queries import basket_of

View = Callable[..., HttpResponse]


def buyer_of(request: HttpRequest) -> Acting:
    """Who acts, behind `acting_required`."""
    acting = acting_of(request)
    if acting is None:
        raise NoActingCompany
    return acting


def _to_basket(request: HttpRequest, supplier: str = "") -> HttpResponse:
    """Back to the basket, at the group of the supplier that was changed."""
    url = here_url(getattr(request, "portal", None), "orders:basket")
    return HttpResponseRedirect(url + (f"#s-{supplier}" if is_public_id(supplier) else ""), status=303)


@require_safe
@acting_required("buy", kind="buyer")
def show(request: HttpRequest) -> HttpResponse:
    """The member's basket."""
    return _render(request, Grid())


def _render(request: HttpRequest, grid: Grid, refusal: Refusal | None = None) -> HttpResponse:
    basket = basket_of(buyer_of(request))
    request.basket_suppliers = basket.supplier_count  # type: ignore[attr-defined]  # the frame need not ask
    errors = dict(grid.errors)
    if refusal is not None:
        errors |= {name: str(text) for name, text in refusal.fields.items()}
    context = {"basket": basket, "typed": grid.typed, "errors": errors, "refusal": refusal}
    status = refusal.status if refusal else 200
    return render(request, "orders/basket.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Put the grid of a listing into the basket. Who must sign in first finds it filled afterwards."""
    if request.method != "POST":
        return _to_basket(request)
    listing = request.POST.get("listing", "")
    if not is_public_id(listing):
        raise NotFound
    grid = read_grid(request.POST)
    if not request.user.is_authenticated:
        return redirect_to_login(listing_address(request, listing, grid))
    return _add(request, listing, grid)


@acting_required("buy", kind="buyer")
def _add(request: HttpRequest, listing: str, grid: Grid) -> HttpResponse:
    if grid.errors:
        return render_listing(request, listing, grid=grid, refusal=InvalidInput(fields=grid.errors))
    try:
        actions.add_to_cart(
            acting_user=signed_in(request),
            acting=buyer_of(request),
            listing_public_id=listing,
            quantities=grid.quantities,
            submission_key=request.POST.get("submission_key", "").replace("\x00", "")[:64],
        )
    except Refusal as refusal:
        if refusal.code == "not_for_sale":
            raise
        return render_listing(request, listing, grid=grid, refusal=refusal)
    pieces = ngettext("%(n)s piece is in your basket.", "%(n)s pieces are in your basket.", grid.total)
    messages.success(request, pieces % {"n": f"{grid.total:,}"})
    return _to_basket(request)


def _changing(view: View) -> View:
    """A change of the basket by POST; a GET, as after signing in again, just shows the basket."""

    def inner(request: HttpRequest) -> HttpResponse:
        return _to_basket(request) if request.method in ("GET", "HEAD") else view(request)

    guarded: View = acting_required("buy", kind="buyer")(inner)
    return require_http_methods(["GET", "HEAD", "POST"])(guarded)


@_changing
def change(request: HttpRequest) -> HttpResponse:
    """Set quantities of lines; what can't be taken is shown as typed, and nothing is changed."""
    grid = read_grid(request.POST, zero_is_empty=False)
    empty = {
        name: _("Write how many, or remove the line.")
        for name, text in grid.typed.items()
        if not text.strip()
    }
    errors = grid.errors | empty
    if errors:
        return _render(request, Grid(grid.typed, {}, errors), InvalidInput(fields=errors))
    try:
        actions.change_cart(
            acting_user=signed_in(request), acting=buyer_of(request), quantities=grid.quantities
        )
    except InvalidInput as refusal:
        return _render(request, grid, refusal)
    return _to_basket(request, request.POST.get("supplier", ""))


@_changing
def remove(request: HttpRequest) -> HttpResponse:
    """Take a line out."""
    actions.remove_from_cart(
        acting_user=signed_in(request), acting=buyer_of(request), variant_public_id=_named(request, "variant")
    )
    messages.success(request, _("Removed."))
    return _to_basket(request)


@_changing
def accept(request: HttpRequest) -> HttpResponse:
    """Take a supplier's present prices."""
    actions.accept_prices(
        acting_user=signed_in(request),
        acting=buyer_of(request),
        supplier_public_id=_named(request, "supplier"),
    )
    return _to_basket(request)


@_changing
def aside(request: HttpRequest) -> HttpResponse:
    """Leave a supplier's goods for later, or take them in again."""
    actions.set_aside(
        acting_user=signed_in(request),
        acting=buyer_of(request),
        supplier_public_id=_named(request, "supplier"),
        aside=request.POST.get("aside") == "1",
    )
    return _to_basket(request)


def _named(request: HttpRequest, field: str) -> str:
    """An outward id in the form; what has not its shape names nothing."""
    value = request.POST.get(field, "")
    if not is_public_id(value):
        raise NotFound
    return value
