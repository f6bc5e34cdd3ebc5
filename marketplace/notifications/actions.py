"""Tell people, mark as read, mail."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from marketplace.accounts.models import User
from marketplace.companies.models import Company
from marketplace.core import clock, outbox

from .models import Notice
from .queries import mail_lines_of, stop_path_of, url_of
from .rules import words_of


def tell(
    people: Iterable[User],
    *,
    kind: str,
    facts: dict[str, Any],
    event_key: str,
    page: str,
    page_id: str = "",
    company: Company | None = None,
    by_mail: bool = True,
    in_app: bool = True,
) -> None:
    """Write one notice per person, in the caller's transaction; the same event tells a person once.

    Without `by_mail` it is not mailed; without `in_app` it stands in the inbox as read.
    """
    key = f"{kind}:{event_key}"
    read_at = None if in_app else clock.now()
    Notice.objects.bulk_create(
        [
            Notice(
                user=u,
                company=company,
                kind=kind,
                facts=facts,
                page=page,
                page_id=page_id,
                event_key=key,
                read_at=read_at,
            )
            for u in people
        ],
        ignore_conflicts=True,
    )
    if not by_mail:
        return
    fresh = Notice.objects.filter(event_key=key, mailed_at__isnull=True).values_list("pk", flat=True)
    outbox.publish_many([("notice.written", {"notice": pk}, str(pk)) for pk in fresh])


def mail_notice(*, notice_id: int) -> None:
    """Send a notice by mail, in its reader's language, as text and HTML. Mailed once; repeats are harmless.

    A crash between sending and marking sends it again under the same Message-ID, which mail systems drop.
    """
    notice = Notice.objects.select_related("user", "company").get(pk=notice_id)
    if notice.mailed_at is not None or not notice.user.is_active:
        return
    with translation.override(notice.user.language):
        words = words_of(notice.kind, notice.facts)
        url = f"{settings.SITE_URL}{url_of(notice)}"
        stop_url = f"{settings.SITE_URL}{stop_path_of(notice)}" if stop_path_of(notice) else ""
        context = {
            "words": words,
            "url": url,
            "user": notice.user,
            "language": notice.user.language,
            "lines": mail_lines_of(notice),
            "stop_url": stop_url,
        }
        text = render_to_string("notifications/mail/notice.txt", context)
        html = render_to_string("notifications/mail/notice.html", context)
    mail = EmailMultiAlternatives(
        subject=" ".join(words.subject.split()),
        body=text,
        to=[notice.user.email],
        headers={
            "Message-ID": f"<notice-{notice.public_id}@chandi>",
            "X-Chandi-At": notice.at.isoformat(),
            "X-Chandi-Kind": notice.kind,
            **_stop_headers(stop_url),
        },
    )
    mail.attach_alternative(html, "text/html")
    mail.send()
    Notice.objects.filter(pk=notice.pk).update(mailed_at=clock.now())


def _stop_headers(stop_url: str) -> dict[str, str]:
    """What lets a mail program stop such mails by one press (RFC 2369, RFC 8058)."""
    if not stop_url:
        return {}
    return {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


@transaction.atomic
def mark_read(*, acting_user: User, notice: Notice) -> None:
    """Mark one of one's own notices as read."""
    Notice.objects.filter(pk=notice.pk, user=acting_user, read_at__isnull=True).update(read_at=clock.now())


@transaction.atomic
def mark_all_read(*, acting_user: User) -> None:
    """Mark all of one's own notices as read."""
    Notice.objects.filter(user=acting_user, read_at__isnull=True).update(read_at=clock.now())
