"""The demo's mailbox: what was mailed, readable in the browser. Only with debugging on and mail in files."""

import email
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from marketplace.core.errors import NotFound

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the mailbox shows it."""

    name: str
    to: str
    subject: str
    text: str
    at: datetime | None


def _folder() -> Path:
    return Path(settings.MAIL_FOLDER)


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes().split(b"\n" + b"-" * 79, 1)[0], policy=policy)
    if not isinstance(message, EmailMessage):
        raise NotFound
    body = message.get_body(preferencelist=("plain",))
    return Mail(
        name=path.name,
        to=str(message["to"] or ""),
        subject=str(message["subject"] or ""),
        text=body.get_content() if body else "",
        at=parse_datetime(str(message["x-chandi-at"] or "")),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The latest mails, newest first."""
    files = sorted(_folder().glob("*.log"), key=lambda p: p.stat().st_mtime, reverse=True)[:SHOWN]
    wanted = request.GET.get("to", "").strip().lower()
    mails = [mail for mail in map(_read, files) if wanted in mail.to.lower()]
    return render(request, "notifications/mailbox.html", {"mails": mails, "wanted": wanted})


@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as plain text."""
    path = _folder() / name
    if path.parent != _folder() or path.suffix != ".log" or not path.is_file():
        raise NotFound
    return render(request, "notifications/mail.html", {"mail": _read(path)})
