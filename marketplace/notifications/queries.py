"""Reads of notices: one's own only."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from marketplace.accounts.models import User
from marketplace.core.errors import NotFound

from .models import Notice
from .rules import Line, Words, lines_of, words_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as the inbox shows it, in the active language."""

    notice: Notice
    words: Words
    url: str


def url_of(notice: Notice) -> str:
    """Where the notice leads, in the active language; the inbox itself when the page is gone."""
    try:
        return reverse(notice.page, args=[notice.page_id] if notice.page_id else [])
    except NoReverseMatch:
        return reverse("notifications:inbox")


def stop_path_of(notice: Notice) -> str:
    """The page that stops mails like this one, in the active language; "" where none does."""
    token = notice.facts.get("stop")
    return reverse("search:saved_stop", args=[token]) if token else ""


def mail_lines_of(notice: Notice) -> list[tuple[Line, str]]:
    """The things a notice lists, each with its full address, in the active language."""
    return [(line, f"{settings.SITE_URL}{_line_path(line)}") for line in lines_of(notice.facts)]


def _line_path(line: Line) -> str:
    path = reverse("catalog:listing", args=[line.listing])
    return f"{path}?quantity={line.quantity}" if line.quantity else path


def notices_of(user: User, *, before: int | None = None) -> list[NoticeLine]:
    """The latest notices of a person, newest first; `before` is the id to page from."""
    rows = Notice.objects.filter(user=user)
    if before:
        rows = rows.filter(pk__lt=before)
    return [NoticeLine(n, words_of(n.kind, n.facts), url_of(n)) for n in rows.order_by("-pk")[:PAGE]]


def unread_of(user_id: int) -> QuerySet[Notice]:
    """The notices a person has not opened."""
    return Notice.objects.filter(user=user_id, read_at__isnull=True)


def unread_count(user: User) -> int:
    """How many notices a person has not opened."""
    return unread_of(user.pk).count()


def notice_of(user: User, public_id: str) -> Notice:
    """One of one's own notices. Raises NotFound."""
    row = Notice.objects.filter(user=user, public_id=public_id).first()
    if row is None:
        raise NotFound
    return row
