"""Refusals: what a user may be told. A refusal is anticipated and changes nothing; anything else is a fault.

One place (`middleware.Refusals`) turns them into pages, form errors and RFC 9457 problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Refusal(Exception):
    """A clear no, with a machine code, a sentence in the user's language and the fields it concerns."""

    code: str = "refused"
    status: int = 409
    sentence: Sentence = _("This can't be done now.")

    def __init__(
        self,
        sentence: Sentence | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, Sentence] | None = None,
        **facts: Any,
    ) -> None:
        self.sentence = sentence if sentence is not None else type(self).sentence
        self.code = code or type(self).code
        self.fields: dict[str, Sentence] = dict(fields or {})
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(Refusal):
    """Absent, or not yours: nobody outside can tell which."""

    code = "not_found"
    status = 404
    sentence = _("There is nothing here.")


class Forbidden(Refusal):
    """Signed in, but this function is for another role."""

    code = "forbidden"
    status = 403
    sentence = _("Your role does not allow this.")


class InvalidInput(Refusal):
    """What was sent cannot be understood; `fields` says where."""

    code = "invalid"
    status = 422
    sentence = _("Please correct what is marked.")


class IllegalTransition(Refusal):
    """The object has moved on; the wanted step is not possible from its present state."""

    code = "illegal_transition"
    status = 409
    sentence = _("This has changed in the meantime. Reload the page to see where it stands.")


class TooManyRequests(Refusal):
    """Over the rate allowed; `retry_after` seconds in the facts."""

    code = "too_many_requests"
    status = 429
    sentence = _("Too many requests. Please wait a moment.")


class TemporarilyUnavailable(Refusal):
    """A part we depend on does not answer; nothing was changed."""

    code = "unavailable"
    status = 503
    sentence = _("This part is not available right now. Nothing was changed; please try again shortly.")
