"""Errors in Stripe's own shape: HTTP status and a JSON body `{"error": {...}}`."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal of one API call. `executed` says whether the endpoint had begun its work.

    Only executed results are kept under an idempotency key; a call whose parameters do not validate may be
    repeated under the same key with better ones (docs.stripe.com/api/idempotent_requests).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.executed = executed
        self.more = more
        self.error = {"type": kind, "code": code, "message": message, "param": param}

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON body, without the keys that say nothing."""
        error = {key: value for key, value in {**self.error, **self.more}.items() if value is not None}
        if self.error["code"]:
            error["doc_url"] = (
                f"https://stripe.com/docs/error-codes/{str(self.error['code']).replace('_', '-')}"
            )
        error["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": error}


def bad_param(message: str, param: str, code: str | None = None) -> ApiError:
    """A parameter that does not validate: nothing was executed, nothing is kept."""
    return ApiError(400, message, code=code, param=param, executed=False)


def missing_param(param: str) -> ApiError:
    """A required parameter is absent."""
    return bad_param(f"Missing required param: {param}.", param, "parameter_missing")


def no_such(noun: str, key: str, param: str = "id") -> ApiError:
    """The named object is not there, or belongs to another account: one answer for both."""
    status = 404 if param == "id" else 400
    return ApiError(status, f"No such {noun}: '{key}'", code="resource_missing", param=param, executed=False)


def refused(message: str, code: str | None = None, param: str | None = None, **more: Any) -> ApiError:
    """The call is well-formed but the state of the money says no."""
    return ApiError(400, message, code=code, param=param, **more)
