"""Refused sign-in forms answer as every other form of the site does."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

_TAKEN = frozenset({"company_name_taken", "email_taken"})
_TOO_OFTEN = frozenset({"too_many_login_attempts", "rate_limited"})
_MINUTE, _HOUR = 60, 3_600
# Addresses whose limits count by the hour.
_SLOW = frozenset({"account_signup", "account_reset_password"})


class SignInAnswers:
    """The account library shows a refused form with 200, and a reached limit without saying until when.

    Here a refused form is 422, a name or address that is taken 409, a link that leads nowhere 404,
    a reached limit 429 with the time to wait.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 429 and "Retry-After" not in response:
            match = request.resolver_match
            response["Retry-After"] = str(_HOUR if match and match.url_name in _SLOW else _MINUTE)
        return response

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """The form is in the page's context until the page is rendered."""
        context = response.context_data or {}
        if context.get("token_fail") or context.get("confirmation", self) is None:
            # A link from a mail that has been used, has run out, or never was.
            response.status_code = 404
        form = context.get("form")
        if request.method == "POST" and response.status_code == 200 and form is not None and form.errors:
            codes = {error.code for errors in form.errors.as_data().values() for error in errors}
            response.status_code = 429 if codes & _TOO_OFTEN else 409 if codes & _TAKEN else 422
        return response
