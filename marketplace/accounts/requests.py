"""The user of a request behind `login_required`, typed."""

from django.http import HttpRequest

from .models import User


def signed_in(request: HttpRequest) -> User:
    """The signed-in user. A view that calls this is behind `login_required`; otherwise it is our fault."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("the view forgot to ask for sign-in")
    return user
