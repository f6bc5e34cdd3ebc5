"""Stripe behind the gateway's protocols. With `stripe_client`, the only importers of its library.

Objects of this library are not dictionaries any more (`.get` raises), so every answer is turned into
plain values once, in `_plain`, and read by `stripe_snapshots`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import stripe

from . import stripe_snapshots as snapshots
from .amounts import to_provider
from .errors import GatewayRefused, GatewayUnreadable, SignatureInvalid, WrongMode
from .interface import (
    AccountSnapshot,
    AccountSpec,
    Balance,
    BalanceLine,
    CheckoutSpec,
    HostedPayment,
    OnboardingLink,
    PaymentSnapshot,
    ProviderEvent,
    RefundSnapshot,
    RefundSpec,
    ReversalSnapshot,
    ReversalSpec,
    TransferSnapshot,
    TransferSpec,
)
from .stripe_client import StripeCaller

_PAYMENT_PARTS = ("latest_charge.balance_transaction", "latest_charge.refunds")
_LOCALES = {"zh-hans": "zh", "zh-cn": "zh", "zh": "zh", "en": "en"}
# A buyer waits for the page; a worker has more patience.
_WAITING_BUYER = 10.0


class StripeGateway:
    """Implements `Gateway` by Stripe's API. Safe to share between threads."""

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        api_base: str | None = None,
        caller: StripeCaller | None = None,
    ) -> None:
        self._webhook_secret = webhook_secret
        self._live = secret_key.startswith(("sk_live_", "rk_live_"))
        self._caller = caller or StripeCaller(secret_key=secret_key, api_base=api_base)
        self._api = self._caller.client.v1

    # money in -------------------------------------------------------------------------------------------

    def create_checkout(self, spec: CheckoutSpec) -> HostedPayment:
        """See `PaymentGateway.create_checkout`."""
        params = _checkout_params(spec)
        raw = self._send(
            lambda: self._api.checkout.sessions.create(params, {"idempotency_key": spec.key}),
            patience=_WAITING_BUYER,
        )
        return snapshots.read(snapshots.hosted_payment, raw)

    def expire_checkout(self, checkout_id: str) -> PaymentSnapshot:
        """See `PaymentGateway.expire_checkout`."""
        # Refused means paid or expired in the meantime: what counts is how it stands. Absent raises below.
        with suppress(GatewayRefused):
            self._send(lambda: self._api.checkout.sessions.expire(checkout_id))
        return self.fetch_payment(checkout_id)

    def fetch_payment(self, provider_id: str) -> PaymentSnapshot:
        """See `PaymentGateway.fetch_payment`."""
        if provider_id.startswith("cs_"):
            parts = [f"payment_intent.{part}" for part in _PAYMENT_PARTS]
            raw = self._send(lambda: self._api.checkout.sessions.retrieve(provider_id, {"expand": parts}))
            self._complete_refunds(raw.get("payment_intent"))
            return snapshots.read(snapshots.payment_of_session, raw)
        parts = list(_PAYMENT_PARTS)
        raw = self._send(lambda: self._api.payment_intents.retrieve(provider_id, {"expand": parts}))
        self._complete_refunds(raw)
        return snapshots.read(snapshots.payment_of_intent, raw)

    def _complete_refunds(self, intent: dict[str, Any] | None) -> None:
        """An expanded charge shows ten refunds; fetch all where there are more."""
        charge = (intent or {}).get("latest_charge")
        if charge and (charge.get("refunds") or {}).get("has_more"):
            params = {"charge": charge["id"], "limit": 100}
            charge["refunds"] = {
                "data": list(self._pages(lambda more: self._api.refunds.list(_both(params, more))))
            }

    def refund(self, spec: RefundSpec) -> RefundSnapshot:
        """See `PaymentGateway.refund`."""
        params: Any = {
            "payment_intent": spec.intent_id,
            "amount": to_provider(spec.amount),
            "metadata": {"reference": spec.reference},
        }
        raw = self._send(lambda: self._api.refunds.create(params, {"idempotency_key": spec.key}))
        return snapshots.read(snapshots.refund, raw)

    # money out ------------------------------------------------------------------------------------------

    def open_account(self, spec: AccountSpec) -> AccountSnapshot:
        """See `PayoutGateway.open_account`."""
        params: Any = {
            "country": spec.country,
            "email": spec.email,
            "business_profile": {"name": spec.business_name},
            "capabilities": {"transfers": {"requested": True}},
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "stripe_dashboard": {"type": "express"},
            },
            "metadata": {"reference": spec.reference},
        }
        raw = self._send(lambda: self._api.accounts.create(params, {"idempotency_key": spec.key}))
        return snapshots.read(snapshots.account, raw)

    def link_account(self, account_id: str, *, return_url: str, refresh_url: str) -> OnboardingLink:
        """See `PayoutGateway.link_account`."""
        params: Any = {
            "account": account_id,
            "type": "account_onboarding",
            "return_url": return_url,
            "refresh_url": refresh_url,
        }
        raw = self._send(lambda: self._api.account_links.create(params), patience=_WAITING_BUYER)
        return snapshots.read(snapshots.onboarding_link, raw)

    def fetch_account(self, account_id: str) -> AccountSnapshot:
        """See `PayoutGateway.fetch_account`."""
        return snapshots.read(snapshots.account, self._send(lambda: self._api.accounts.retrieve(account_id)))

    def transfer(self, spec: TransferSpec) -> TransferSnapshot:
        """See `PayoutGateway.transfer`."""
        optional = {
            "transfer_group": spec.group,
            "source_transaction": spec.source_charge_id,
            "description": spec.description,
        }
        params: Any = {
            "amount": to_provider(spec.amount),
            "currency": spec.amount.currency.lower(),
            "destination": spec.account_id,
            "metadata": {"reference": spec.reference},
            **_given(optional),
        }
        raw = self._send(lambda: self._api.transfers.create(params, {"idempotency_key": spec.key}))
        return snapshots.read(snapshots.transfer, raw)

    def reverse_transfer(self, spec: ReversalSpec) -> ReversalSnapshot:
        """See `PayoutGateway.reverse_transfer`."""
        params: Any = {"amount": to_provider(spec.amount), "metadata": {"reference": spec.reference}}
        raw = self._send(
            lambda: self._api.transfers.reversals.create(
                spec.transfer_id, params, {"idempotency_key": spec.key}
            )
        )
        return snapshots.read(snapshots.reversal, raw)

    def fetch_transfer(self, transfer_id: str) -> TransferSnapshot:
        """See `PayoutGateway.fetch_transfer`."""
        return snapshots.read(
            snapshots.transfer, self._send(lambda: self._api.transfers.retrieve(transfer_id))
        )

    def find_transfers(self, group: str) -> tuple[TransferSnapshot, ...]:
        """See `PayoutGateway.find_transfers`."""
        params = {"transfer_group": group, "limit": 100}
        rows = list(self._pages(lambda more: self._api.transfers.list(_both(params, more))))
        return tuple(snapshots.read(snapshots.transfer, row) for row in reversed(rows))

    # what the service tells -----------------------------------------------------------------------------

    def parse_webhook(self, body: bytes, signature: str) -> ProviderEvent:
        """See `EventFeed.parse_webhook`."""
        try:
            stripe.WebhookSignature.verify_header(
                body, signature, self._webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
        except stripe.SignatureVerificationError as error:
            raise SignatureInvalid(str(error.user_message), code="signature_invalid") from error
        except (UnicodeDecodeError, TypeError) as error:
            # Bytes that are no UTF-8, or a header that is no ASCII, break the library's own comparison.
            raise SignatureInvalid(
                "the body or its signature is not text", code="signature_invalid"
            ) from error
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise GatewayUnreadable("a signed event is not JSON", code="unreadable") from error
        if not isinstance(raw, dict):
            raise GatewayUnreadable("a signed event is not a JSON object", code="unreadable")
        event = snapshots.read(snapshots.event, raw)
        if event.live != self._live:
            raise WrongMode(f"{event.event_id} belongs to the other mode", code="wrong_mode")
        return event

    def list_events(self, since: datetime) -> tuple[ProviderEvent, ...]:
        """See `EventFeed.list_events`."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        rows = list(self._pages(lambda more: self._api.events.list(_both(params, more))))
        return tuple(snapshots.read(snapshots.event, row) for row in reversed(rows))

    def list_balance_transactions(self, since: datetime, *, account_id: str = "") -> Iterator[BalanceLine]:
        """See `EventFeed.list_balance_transactions`."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        options: Any = {"stripe_account": account_id} if account_id else {}
        for row in self._pages(
            lambda more: self._api.balance_transactions.list(_both(params, more), options)
        ):
            yield snapshots.read(snapshots.balance_line, row)

    def fetch_balances(self, *, account_id: str = "") -> tuple[Balance, ...]:
        """See `EventFeed.fetch_balances`."""
        options: Any = {"stripe_account": account_id} if account_id else {}
        return snapshots.read(snapshots.balances, self._send(lambda: self._api.balance.retrieve({}, options)))

    # plumbing -------------------------------------------------------------------------------------------

    def _send(self, call: Callable[[], Any], *, patience: float | None = None) -> dict[str, Any]:
        return _plain(self._caller.send(call, patience=patience))

    def _pages(self, fetch: Callable[[dict[str, Any]], Any]) -> Iterator[dict[str, Any]]:
        """All rows of a list, newest first, one request per page, each with its own repeats."""
        more: dict[str, Any] = {}
        while True:
            answer = self._send(partial(fetch, more))
            rows = answer.get("data") or []
            yield from rows
            if not rows or not answer.get("has_more"):
                return
            more = {"starting_after": rows[-1]["id"]}


def _plain(answer: Any) -> dict[str, Any]:
    """A Stripe object as nested plain dictionaries and lists."""
    return dict(answer.to_dict())


def _both(params: Mapping[str, Any], more: Mapping[str, Any]) -> Any:
    return {**params, **more}


def _given(values: Mapping[str, str]) -> dict[str, str]:
    """Only what is not empty: Stripe takes an empty string as "delete this"."""
    return {key: value for key, value in values.items() if value}


def _checkout_params(spec: CheckoutSpec) -> Any:
    metadata = {**spec.metadata, "reference": spec.reference}
    optional = {
        "customer_email": spec.email,
        "locale": _LOCALES.get(spec.language.lower(), "auto"),
    }
    intent = {"metadata": metadata, **_given({"description": spec.description, "transfer_group": spec.group})}
    params: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "client_reference_id": spec.reference,
        "success_url": spec.success_url,
        "cancel_url": spec.cancel_url,
        "line_items": [
            {
                "quantity": line.quantity,
                "price_data": {
                    "currency": line.unit_price.currency.lower(),
                    "unit_amount": to_provider(line.unit_price),
                    "product_data": {"name": line.name, **_given({"description": line.description})},
                },
            }
            for line in spec.lines
        ],
        "metadata": metadata,
        "payment_intent_data": intent,
        **_given(optional),
    }
    if spec.expires_at is not None:
        params["expires_at"] = int(spec.expires_at.timestamp())
    return params
