"""Who asks and for which company, both lazily: pages that do not want to know cost no query."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from marketplace.accounts.models import User

from .acting import Acting
from .models import Membership
from .queries import active_memberships

SESSION_KEY = "acting_company"


class Authentication(AuthenticationMiddleware):
    """Django's, taking the person who was read with the session instead of reading them again."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast(User, SimpleLazyObject(lambda: _user_of(request)))


def _user_of(request: Any) -> Any:
    if not hasattr(request, "_cached_user"):
        request._cached_user = _user_read_with_session(request) or auth.get_user(request)
    return request._cached_user


def _user_read_with_session(request: Any) -> User | None:
    """The session's person if all of `auth.get_user`'s conditions hold; else None, and it shall decide."""
    session = request.session
    backend, key = session.get(auth.BACKEND_SESSION_KEY), session.get(auth.SESSION_KEY)
    user: User | None = getattr(session, "reader", None)
    if user is None or not user.is_active or key != str(user.pk):
        return None
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    known = constant_time_compare(session.get(auth.HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if known else None


def find_acting(request: HttpRequest) -> Acting | None:
    """The company chosen in the session if the user is still its member, else the first one."""
    if not request.user.is_authenticated:
        return None
    members = _memberships(request)
    if not members:
        return None
    chosen = request.session.get(SESSION_KEY)
    member = next((m for m in members if m.company.public_id == chosen), members[0])
    supplier = getattr(member.company, "supplier", None)
    return Acting(user=request.user, company=member.company, role=member.role, supplier=supplier)


def _memberships(request: HttpRequest) -> list[Membership]:
    """Those read with the session, unless someone signed in since."""
    session: Any = request.session
    reader = getattr(session, "reader", None)
    if reader is not None and reader.pk == request.user.pk and session.memberships is not None:
        return list(session.memberships)
    return list(active_memberships(cast(User, request.user)))


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
