"""The hosted payment page of a Checkout Session, and the bank's 3-D Secure step behind it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from .. import payments
from ..cards import identify, passes_luhn, security_code_length
from ..http import Request, Response
from ..resources import checkout
from ..sandbox import Sandbox
from ..store import Object
from .html import esc, field, notice, page, problems, redirect
from .texts import choose, money, say

_TEST_CARDS = (
    ("4242 4242 4242 4242", "card_good"),
    ("6200 0000 0000 0005", "card_unionpay"),
    ("4000 0000 0000 0002", "card_declined"),
    ("4000 0000 0000 9995", "card_poor"),
    ("4000 0025 0000 3155", "card_3ds"),
)


class PaymentPages:
    """Answers `/c/pay/{session}` and `/c/pay/{session}/authenticate`."""

    def __init__(self, sandbox: Sandbox, business: str) -> None:
        self._sandbox = sandbox
        self._business = business

    def __call__(self, request: Request, key: str, step: str) -> Response:
        """One page view or form post. Synchronous: a payment and a session's end cannot interleave."""
        session = self._sandbox.store.get("checkout_sessions", key)
        asked = request.query_fields.get("lang")
        locale = session["locale"] if session else None
        language = choose(asked, locale, request.headers.get("accept-language", ""))
        if session is None or request.method not in ("GET", "HEAD", "POST"):
            title, text = say(language, "missing_title"), say(language, "missing_text")
            return notice(language, title, text, path=request.path, status=404)
        if session["status"] == "complete":
            return self._paid(request, session, language)
        if session["status"] == "expired":
            text = say(language, "expired_text", business=self._business)
            link = (session["cancel_url"], self._say(language, "back")) if session["cancel_url"] else None
            return notice(
                language, say(language, "expired_title"), text, path=request.path, link=link, status=410
            )
        if step == "authenticate":
            return self._authenticate(request, session, language)
        if request.method == "POST":
            return self._pay(request, session, language)
        return self._form(request, session, language)

    def _say(self, language: str, key: str, **facts: object) -> str:
        return say(language, key, business=self._business, **facts)

    def _amount(self, session: Object, language: str) -> str:
        return money(language, session["amount_total"], session["currency"])

    def _paid(self, request: Request, session: Object, language: str) -> Response:
        if request.method == "POST":
            return redirect(_success_url(session))
        text = self._say(language, "paid_text", amount=self._amount(session, language))
        link = (_success_url(session), say(language, "paid_link"))
        return notice(language, say(language, "paid_title"), text, path=request.path, link=link)

    # the form -------------------------------------------------------------------------------------------

    def _form(
        self,
        request: Request,
        session: Object,
        language: str,
        *,
        typed: dict[str, str] | None = None,
        errors: dict[str, str] | None = None,
        general: str = "",
        status: int = 200,
    ) -> Response:
        typed = typed or {
            "email": session["customer_email"] or (session["customer_details"] or {}).get("email") or ""
        }
        amount = self._amount(session, language)
        title = self._say(language, "pay_title", amount=amount)
        back = ""
        if session["cancel_url"]:
            words = esc(self._say(language, "back"))
            back = f'<p class="back"><a href="{esc(session["cancel_url"])}">{words}</a></p>'
        body = (
            f'<main class="checkout"><section class="summary">{back}'
            f"<h1>{esc(self._say(language, 'pay_to'))}</h1>"
            f'<p class="amount">{esc(amount)}</p>{self._lines(session, language)}</section>'
            f'<section class="payment"><h2>{esc(say(language, "card_heading"))}</h2>'
            f"{problems(language, errors or {}, general)}"
            f'<form method="post" action="{esc(request.path)}?lang={language}" novalidate>'
            f"{_inputs(language, typed, errors or {})}"
            f'<button class="button" type="submit">{esc(say(language, "pay", amount=amount))}</button></form>'
            f"{_test_cards(language)}</section></main>"
        )
        leads_to = [session["success_url"]]
        return page(language, title, body, path=request.path, status=status, leads_to=leads_to)

    def _lines(self, session: Object, language: str) -> str:
        rows = []
        for line in session["_line_items"]:
            count = say(language, "quantity", count=f"{line['quantity']:,}")
            price = money(language, line["price"]["unit_amount"], line["currency"])
            facts = count if line["quantity"] == 1 else f"{count} · {say(language, 'each', price=price)}"
            detail = f'<span class="help">{esc(line["_detail"])}</span>' if line["_detail"] else ""
            total = money(language, line["amount_total"], line["currency"])
            rows.append(
                f'<li><span class="what">{esc(line["description"])}{detail}'
                f'<span class="help">{esc(facts)}</span></span><span class="sum">{esc(total)}</span></li>'
            )
        amount, total = esc(self._amount(session, language)), esc(say(language, "total"))
        heading = esc(say(language, "order_summary"))
        return (
            f'<h2 class="quiet">{heading}</h2><ul class="lines">{"".join(rows)}</ul>'
            f'<p class="total"><span>{total}</span><span class="sum">{amount}</span></p>'
        )

    # paying ---------------------------------------------------------------------------------------------

    def _pay(self, request: Request, session: Object, language: str) -> Response:
        typed = {key: value.strip() for key, value in request.form.items()}
        card, errors = _read_card(typed, language, self._sandbox.now())
        if errors:
            return self._form(request, session, language, typed=typed, errors=errors, status=422)
        payer = {"email": typed["email"], "name": typed["name"]}
        intent = payments.intent_for(self._sandbox, session)
        intent = payments.attempt(self._sandbox, intent, identify(**card), payer=payer)
        return self._after(request, session, intent, language, typed)

    def _after(
        self,
        request: Request,
        session: Object,
        intent: Object,
        language: str,
        typed: dict[str, str] | None = None,
    ) -> Response:
        if intent["status"] == "succeeded":
            session = self._sandbox.store.update(
                "checkout_sessions", session["id"], payment_intent=intent["id"]
            )
            checkout.complete(self._sandbox, session, intent["_payer"])
            return redirect(_success_url(session))
        base = f"/c/pay/{quote(session['id'])}"
        if intent["status"] == "requires_action":
            return redirect(f"{base}/authenticate?lang={language}")
        error = intent["last_payment_error"]
        reason = error.get("decline_code") if error["code"] == "card_declined" else error["code"]
        if reason == "payment_intent_authentication_failure":
            reason = "authentication_failed"
        if "non test card" in error["message"]:
            reason = "test_mode_live_card"
        request.path = base
        typed = typed or dict(intent["_payer"])
        return self._form(request, session, language, typed=typed, general=say(language, reason), status=402)

    # 3-D Secure -----------------------------------------------------------------------------------------

    def _authenticate(self, request: Request, session: Object, language: str) -> Response:
        intent = self._sandbox.store.get("payment_intents", session["payment_intent"] or "")
        if intent is None or intent["status"] != "requires_action":
            return redirect(f"/c/pay/{quote(session['id'])}?lang={language}")
        if request.method == "POST":
            passed = request.form.get("answer") == "pass"
            intent = payments.authenticate(self._sandbox, intent, passed=passed)
            return self._after(request, session, intent, language)
        title = say(language, "secure_title")
        text = self._say(language, "secure_text", amount=self._amount(session, language))
        card = say(language, "secure_card", last4=intent["_card"]["last4"])
        yes, no = esc(say(language, "secure_pass")), esc(say(language, "secure_fail"))
        body = (
            f'<main class="narrow"><h1>{esc(title)}</h1><p>{esc(text)}</p>'
            f'<p class="amount">{esc(self._amount(session, language))}</p><p>{esc(card)}</p>'
            f'<form class="choice" method="post" action="{esc(request.path)}?lang={language}">'
            f'<button class="button" name="answer" value="pass">{yes}</button>'
            f'<button class="button plain" name="answer" value="fail">{no}</button>'
            f"</form></main>"
        )
        return page(language, title, body, path=request.path, leads_to=[session["success_url"]])


def _success_url(session: Object) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _inputs(language: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    def one(name: str, **more: Any) -> str:
        value = "" if name == "cvc" else typed.get(name, "")
        return field(name, say(language, name), value=value, error=errors.get(name, ""), **more)

    email_help, expiry_help = say(language, "email_help"), say(language, "expiry_help")
    return (
        one("email", kind="email", complete="email", help_text=email_help, longest=512)
        + one("number", complete="cc-number", numeric=True, longest=23)
        + '<div class="pair">'
        + one("expiry", complete="cc-exp", numeric=True, longest=9, help_text=expiry_help)
        + one("cvc", complete="cc-csc", numeric=True, longest=4, help_text=say(language, "cvc_help"))
        + "</div>"
        + one("name", complete="cc-name")
    )


def _test_cards(language: str) -> str:
    rows = "".join(
        f"<li><code>{number}</code><span>{esc(say(language, key))}</span></li>" for number, key in _TEST_CARDS
    )
    heading, note = esc(say(language, "cards_heading")), esc(say(language, "cards_note"))
    return (
        f'<details class="cards" open><summary>{heading}</summary><p class="help">{note}</p>'
        f"<ul>{rows}</ul></details>"
    )


def _read_card(typed: dict[str, str], language: str, now: int) -> tuple[dict[str, Any], dict[str, str]]:
    """The card as keyword arguments for `identify`, and what is wrong by field."""
    errors: dict[str, str] = {}
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", typed.get("email", "")):
        errors["email"] = say(language, "email_invalid")
    number = re.sub(r"[\s-]", "", typed.get("number", ""))
    if not number:
        errors["number"] = say(language, "number_missing")
    elif not passes_luhn(number):
        errors["number"] = say(language, "number_invalid")
    month, year = 0, 0
    dates = re.fullmatch(r"(0?[1-9]|1[0-2])\s*[/\- ]?\s*(?:20)?(\d{2})", typed.get("expiry", ""), re.ASCII)
    if dates is None:
        errors["expiry"] = say(language, "expiry_invalid")
    else:
        month, year = int(dates[1]), 2000 + int(dates[2])
        today = datetime.fromtimestamp(now, UTC)
        if (year, month) < (today.year, today.month):
            errors["expiry"] = say(language, "expiry_past")
    if not re.fullmatch(rf"\d{{{security_code_length(number)}}}", typed.get("cvc", ""), re.ASCII):
        errors["cvc"] = say(language, "cvc_invalid")
    if not typed.get("name"):
        errors["name"] = say(language, "name_missing")
    return {"number": number, "exp_month": month, "exp_year": year}, errors
