"""In whose name a request acts: a company, the member's role in it, and the checks views ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from marketplace.accounts.models import User
from marketplace.core.errors import Forbidden

from .errors import NoActingCompany
from .models import Company, Supplier
from .rules import may


@dataclass(frozen=True, slots=True)
class Acting:
    """A user acting for a company in a role."""

    user: User
    company: Company
    role: str
    supplier: Supplier | None

    def may(self, capability: str) -> bool:
        return may(self.role, capability)


def acting_of(request: HttpRequest) -> Acting | None:
    """The acting company of the request, or None (anonymous, or a member of none)."""
    acting: Acting | None = request.acting  # type: ignore[attr-defined]
    return acting


View = Callable[..., HttpResponse]


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path())


def acting_required(capability: str, *, kind: str) -> Callable[[View], View]:
    """The view needs a member of a company of `kind` (buyer, supplier, operator) with `capability`.

    Anonymous readers are asked to sign in and come back; others are refused with 403.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            acting = acting_of(request)
            if acting is None or not getattr(acting.company, f"is_{kind}") or not acting.may(capability):
                raise NoActingCompany
            if kind == "supplier" and acting.supplier is None:
                raise NoActingCompany
            return view(request, *args, **kwargs)

        return inner

    return wrap


def staff_required(*roles: str) -> Callable[[View], View]:
    """The view is for the platform's staff with one of the roles (administrators always)."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                return _to_sign_in(request)
            if not (user.is_superuser or user.staff_role == "admin" or user.staff_role in roles):
                raise Forbidden
            return view(request, *args, **kwargs)

        return inner

    return wrap
