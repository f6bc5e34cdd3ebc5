"""The onboarding form behind an account link: who is paid, and into which bank account."""

from __future__ import annotations

import re

from ..http import Request, Response
from ..resources import accounts
from ..sandbox import PLATFORM, Sandbox
from .html import esc, field, notice, page, problems, redirect
from .texts import choose, say


class SetupPage:
    """Answers `/setup/{token}`."""

    def __init__(self, sandbox: Sandbox, business: str) -> None:
        self._sandbox = sandbox
        self._business = business

    def __call__(self, request: Request, token: str) -> Response:
        """Show the form, or take it and lead back to the platform."""
        language = choose(request.query_fields.get("lang"), None, request.headers.get("accept-language", ""))
        link = self._sandbox.store.get("account_links", token)
        if link is None or request.method not in ("GET", "HEAD", "POST"):
            title, text = say(language, "missing_title"), say(language, "missing_text")
            return notice(language, title, text, path=request.path, status=404)
        if link["used"] or link["expires_at"] <= self._sandbox.now():
            # As Stripe does: a spent link leads to the address where the platform makes a fresh one.
            return redirect(link["refresh_url"])
        if request.method != "POST":
            return self._form(request, link, language, {}, {})
        typed = {key: value.strip() for key, value in request.form.items()}
        errors = _check(typed, language)
        if errors:
            return self._form(request, link, language, typed, errors)
        account = self._sandbox.find("accounts", link["account"], PLATFORM)
        self._sandbox.store.update("account_links", token, used=True)
        accounts.activate(self._sandbox, account, bank_last4=typed["bank_account"][-4:])
        return redirect(link["return_url"])

    def _form(
        self,
        request: Request,
        link: dict[str, str],
        language: str,
        typed: dict[str, str],
        errors: dict[str, str],
    ) -> Response:
        title = say(language, "setup_title", business=self._business)
        inputs = "".join(
            field(name, say(language, name), value=typed.get(name, ""), error=errors.get(name, ""), **more)
            for name, more in (
                ("legal_name", {"complete": "organization"}),
                ("representative", {"complete": "name"}),
                ("bank_account", {"help_text": say(language, "bank_help"), "numeric": True, "longest": 40}),
            )
        )
        marks = ' aria-invalid="true" aria-describedby="terms-error"' if "terms" in errors else ""
        checked = " checked" if typed.get("terms") else ""
        wrong = f'<p class="error" id="terms-error">{esc(errors["terms"])}</p>' if "terms" in errors else ""
        submit = esc(say(language, "setup_submit"))
        body = (
            f'<main class="narrow"><h1>{esc(title)}</h1><p>{esc(say(language, "setup_text"))}</p>'
            f"{problems(language, errors)}"
            f'<form method="post" action="{esc(request.path)}?lang={language}" novalidate>{inputs}'
            f'<div class="tick"><input type="checkbox" id="terms" name="terms" value="yes"'
            f" required{checked}{marks}>"
            f'<label for="terms">{esc(say(language, "terms"))}</label>{wrong}</div>'
            f'<button class="button" type="submit">{submit}</button></form></main>'
        )
        status = 422 if errors else 200
        return page(language, title, body, path=request.path, status=status, leads_to=[link["return_url"]])


def _check(typed: dict[str, str], language: str) -> dict[str, str]:
    errors = {}
    for name in ("legal_name", "representative"):
        if not typed.get(name):
            errors[name] = say(language, f"{name}_missing")
    typed["bank_account"] = re.sub(r"[\s-]", "", typed.get("bank_account", ""))
    if not re.fullmatch(r"\d{8,25}", typed["bank_account"], re.ASCII):
        errors["bank_account"] = say(language, "bank_invalid")
    if typed.get("terms") != "yes":
        errors["terms"] = say(language, "terms_missing")
    return errors
