"""What can go wrong between us and the payment service. The classes say what to do next, not what broke.

- `GatewayRefused`: a definite no; nothing happened there. Tell a person or decide anew; a next try is a new
  attempt with a new key.
- `GatewayUnavailable`: no usable answer. Where `outcome_unknown`, the effect may have happened: repeat with
  the same key and nothing else, and after 24 hours look it up instead of repeating.
- `SignatureInvalid`: a webhook nobody we know has signed; answer 400, store nothing.
"""

from __future__ import annotations


class GatewayError(Exception):
    """Root of the family. `code` is the service's machine code, or ours where it gave none."""

    def __init__(self, message: str, *, code: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id


class GatewayRefused(GatewayError):
    """The service said no for good. `param` names the field, `decline_code` the bank's reason."""

    def __init__(
        self, message: str, *, code: str = "", request_id: str = "", param: str = "", decline_code: str = ""
    ) -> None:
        super().__init__(message, code=code, request_id=request_id)
        self.param = param
        self.decline_code = decline_code


class GatewayUnavailable(GatewayError):
    """Down, mute, busy or misconfigured. `outcome_unknown` is False only when nothing can have happened."""

    def __init__(
        self, message: str, *, code: str = "", request_id: str = "", outcome_unknown: bool = True
    ) -> None:
        super().__init__(message, code=code, request_id=request_id)
        self.outcome_unknown = outcome_unknown


class GatewayKeyReused(GatewayUnavailable):
    """One key, two different requests: a fault of ours. The first may have moved money: never a new key."""


class GatewayUnreadable(GatewayUnavailable):
    """An answer or event lacks a field we need, as after a change of their API: park it and look."""


class SignatureInvalid(GatewayError):
    """Unsigned, wrongly signed, or signed more than five minutes ago."""


class WrongMode(SignatureInvalid):
    """Rightly signed, but a live event at a test key or the reverse."""
