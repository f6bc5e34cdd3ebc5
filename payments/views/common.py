"""What the views share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from marketplace.companies.acting import Acting, acting_of
from marketplace.companies.errors import NoActingCompany
from marketplace.ui.links import here_url

View = Callable[..., HttpResponse]


def acting(request: HttpRequest) -> Acting:
    """Who acts, behind `acting_required`."""
    found = acting_of(request)
    if found is None:
        raise NoActingCompany
    return found


def portal_code(request: HttpRequest) -> str:
    """The portal the reader is in, "" outside of one."""
    portal: Any = getattr(request, "portal", None)
    return portal.code if portal is not None else ""


def go(request: HttpRequest, name: str, *args: Any, after: str = "") -> HttpResponseRedirect:
    """Send the reader on with a GET, inside the portal they are in."""
    return HttpResponseRedirect(here_url(getattr(request, "portal", None), name, *args) + after, status=303)


def member_required(*capabilities: str, kind: str) -> Callable[[View], View]:
    """As `acting_required`, for pages that any one of several capabilities opens.

    Kind "member" is any company.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            me = acting_of(request)
            fits = me is not None and (kind == "member" or getattr(me.company, f"is_{kind}"))
            if me is None or not fits or not any(map(me.may, capabilities)):
                raise NoActingCompany
            return view(request, *args, **kwargs)

        return inner

    return wrap
