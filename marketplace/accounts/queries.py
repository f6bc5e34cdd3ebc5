"""Reads of users."""

from allauth.mfa.models import Authenticator

from .models import User


def has_second_factor(user: User) -> bool:
    """Whether a second factor protects this person's sign-in."""
    return bool(Authenticator.objects.filter(user=user, type__in=["totp", "webauthn"]).exists())
