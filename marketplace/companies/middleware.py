"""Puts the acting company on the request, lazily: pages that do not ask cost no query."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from .acting import Acting
from .queries import active_memberships

SESSION_KEY = "acting_company"


def find_acting(request: HttpRequest) -> Acting | None:
    """The company chosen in the session if the user is still its member, else the first one."""
    if not request.user.is_authenticated:
        return None
    members = list(active_memberships(request.user))
    if not members:
        return None
    chosen = request.session.get(SESSION_KEY)
    member = next((m for m in members if m.company.public_id == chosen), members[0])
    supplier = getattr(member.company, "supplier", None)
    return Acting(user=request.user, company=member.company, role=member.role, supplier=supplier)


class ActingCompany:
    """`request.acting`: an `Acting` or None; `request.company`: its company or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind: Any = type(request)
        kind.acting, kind.company = _acting, _company
        return self.get_response(request)


def _read(request: HttpRequest) -> Acting | None:
    if not hasattr(request, "_acting"):
        request._acting = find_acting(request)  # type: ignore[attr-defined]
    found: Acting | None = request._acting  # type: ignore[attr-defined]
    return found


_acting = property(_read)
_company = property(lambda request: acting.company if (acting := _read(request)) else None)
