"""How allauth makes and names users here."""

import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from marketplace.core.ratelimits import client_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """E-mail in lower case; the language of the page is remembered with the user."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email.lower()
        user.language = "en" if (get_language() or "").startswith("en") else "zh-hans"
        if commit:
            user.save()
        return user

    def clean_email(self, email: str) -> str:
        """One mailbox has one spelling: the domain in the form in which it is looked up."""
        local, at, domain = str(super().clean_email(email)).rpartition("@")
        return f"{local}{at}{unicodedata.normalize('NFKC', domain).lower()}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere else: forwarded addresses count only from our own proxies."""
        return client_address(request)

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)
