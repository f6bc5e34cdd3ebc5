"""A bare API client for the tests of the server: no Stripe library, so that both sides are checked apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from tests.stripe_server.server import StripeServer


def flatten(value: Any, name: str = "") -> dict[str, str]:
    """Nested parameters as Stripe's form fields: `a[b][0]`."""
    if isinstance(value, dict):
        parts = [flatten(item, f"{name}[{key}]" if name else key) for key, item in value.items()]
    elif isinstance(value, list):
        parts = [flatten(item, f"{name}[{index}]") for index, item in enumerate(value)]
    else:
        return {name: str(value).lower() if isinstance(value, bool) else str(value)}
    return {key: item for part in parts for key, item in part.items()}


@dataclass(frozen=True, slots=True)
class Api:
    """Calls one server as one platform."""

    server: StripeServer
    key: str = "sk_test_tests"

    def call(
        self,
        method: str,
        path: str,
        params: dict[str, Any] | None = None,
        *,
        account: str = "",
        once: str = "",
    ) -> requests.Response:
        """One call; `once` is its idempotency key, `account` the connected account it acts for."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= {"Stripe-Account": account} if account else {}
        headers |= {"Idempotency-Key": once} if once else {}
        fields = flatten(params or {})
        where = {"params": fields} if method == "GET" else {"data": fields}
        return requests.request(method, self.server.url + path, headers=headers, timeout=10, **where)

    def post(self, path: str, params: dict[str, Any] | None = None, **more: str) -> dict[str, Any]:
        """A POST that must be accepted."""
        answer = self.call("POST", path, params, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def get(self, path: str, params: dict[str, Any] | None = None, **more: str) -> dict[str, Any]:
        """A GET that must be accepted."""
        answer = self.call("GET", path, params, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refused(
        self, path: str, params: dict[str, Any] | None = None, *, status: int = 400, **more: str
    ) -> dict[str, Any]:
        """The error of a POST that must be refused with `status`."""
        answer = self.call("POST", path, params, **more)
        assert answer.status_code == status, answer.text
        return dict(answer.json()["error"])

    # what most tests begin with -------------------------------------------------------------------------

    def checkout(self, amount: int = 10_000, currency: str = "cny", **more: Any) -> dict[str, Any]:
        """An open session over one line."""
        return self.post("/v1/checkout/sessions", session_params(amount, currency, **more))

    def payment(
        self, amount: int = 10_000, currency: str = "cny", *, card: str = "4242424242424242", **more: Any
    ) -> dict[str, Any]:
        """The charge of a payment that went through."""
        session = self.checkout(amount, currency, **more)
        assert self.server.pay(session["url"], card=card).startswith("http")
        expand = {"expand": ["payment_intent.latest_charge"]}
        charge = self.get(f"/v1/checkout/sessions/{session['id']}", expand)["payment_intent"]["latest_charge"]
        return dict(charge)

    def account(self, *, active: bool = True) -> str:
        """A connected account that may receive transfers."""
        params = {
            "country": "CN",
            "email": "factory@example.com",
            "capabilities": {"transfers": {"requested": True}},
        }
        key = str(self.post("/v1/accounts", params)["id"])
        if active:
            self.server.control("POST", f"/accounts/{key}/activate")
        return key


def session_params(amount: int = 10_000, currency: str = "cny", **more: Any) -> dict[str, Any]:
    """Parameters of a checkout session over one line."""
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Cotton socks 棉袜"}}
    return {
        "mode": "payment",
        "success_url": "http://shop.test/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.test/basket",
        "line_items": [{"price_data": price, "quantity": 1}],
        **more,
    }
