"""Keeping, changing, pausing, deleting a search, and stopping its mails from outside."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import get_language

from clusters.queries import ClusterLine
from marketplace.accounts.models import User
from marketplace.core import audit, clock
from marketplace.core.actors import Actor
from search.models import SavedSearch, SeenPrice
from search.rules import Address

from .errors import TooManySaved
from .queries import first_seen, saved_search
from .rules import MOST_SAVED, fingerprint_of, kept_query, name_of


def save_search(
    *,
    acting_user: User,
    address: Address,
    portal: ClusterLine | None,
    name: str = "",
    frequency: str = SavedSearch.Frequency.DAILY,
    by_mail: bool = True,
    in_app: bool = True,
) -> SavedSearch:
    """Keep a search, with what it finds now as already seen; one that is kept already is only changed.

    Where its page has only goods with some of the words, they are what it goes on asking for.

    Raises TooManySaved past the limit per person.
    """
    locale = get_language() or "zh-hans"
    seen = first_seen(address, portal, locale)
    address = replace(address, any_words=seen.loose)
    query, code = kept_query(address), portal.code if portal else ""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=acting_user.pk)
        mine = SavedSearch.objects.filter(user=acting_user)
        fingerprint = fingerprint_of(query, code)
        found = mine.filter(fingerprint=fingerprint).first()
        if found is not None:
            wishes = {"name": name or found.name, "frequency": frequency}
            return _change(acting_user, found, by_mail=by_mail, in_app=in_app, **wishes)
        if mine.count() >= MOST_SAVED:
            raise TooManySaved
        saved = SavedSearch.objects.create(
            user=acting_user,
            name=name or name_of(address, portal.name if portal else ""),
            query=query,
            fingerprint=fingerprint,
            portal_id=portal.id if portal else None,
            locale=locale,
            quantity=address.quantity,
            frequency=frequency,
            by_mail=by_mail,
            in_app=in_app,
        )
        SeenPrice.objects.bulk_create(
            [
                SeenPrice(saved=saved, listing_id=key, price=p.amount, currency=p.currency)
                for key, p in seen.prices.items()
            ]
        )
        audit.record(saved, "saved_search.kept", actor=acting_user)
    return saved


@transaction.atomic
def change_search(
    *, acting_user: User, public_id: str, name: str, frequency: str, by_mail: bool, in_app: bool
) -> SavedSearch:
    """Change name, frequency and channels; it runs again if mails had been stopped. Raises NotFound."""
    saved = saved_search(acting_user, public_id)
    return _change(acting_user, saved, name=name, frequency=frequency, by_mail=by_mail, in_app=in_app)


def _change(
    acting_user: User, saved: SavedSearch, *, name: str, frequency: str, by_mail: bool, in_app: bool
) -> SavedSearch:
    saved.name, saved.frequency = name, frequency
    saved.by_mail, saved.in_app = by_mail, in_app
    if saved.silence == SavedSearch.Reason.UNSUBSCRIBED and by_mail:
        saved.silence = SavedSearch.Reason.NONE
    saved.save()
    audit.record(saved, "saved_search.changed", actor=acting_user)
    return saved


@transaction.atomic
def pause_search(*, acting_user: User, public_id: str, paused: bool) -> SavedSearch:
    """Stop telling, or begin again; what happens meanwhile is not told later. Raises NotFound."""
    saved = saved_search(acting_user, public_id)
    _silence(acting_user, saved, SavedSearch.Reason.PAUSED if paused else SavedSearch.Reason.NONE)
    return saved


@transaction.atomic
def delete_search(*, acting_user: User, public_id: str) -> None:
    """Forget a search with all that belongs to it. Raises NotFound."""
    saved = saved_search(acting_user, public_id)
    audit.record(saved, "saved_search.deleted", actor=acting_user)
    saved.delete()


@transaction.atomic
def stop_mails(*, acting_user: Actor, saved: SavedSearch) -> None:
    """No more mails of this search, by its unsubscribe link; in the app it goes on where that was wished."""
    if not saved.by_mail:
        return
    saved.by_mail = False
    saved.save(update_fields=["by_mail"])
    audit.record(saved, "saved_search.unsubscribed", actor=acting_user)
    if not saved.in_app:
        _silence(acting_user, saved, SavedSearch.Reason.UNSUBSCRIBED)


def _silence(actor: Actor, saved: SavedSearch, reason: str) -> None:
    if saved.silence == reason:
        return
    saved.silence = reason
    saved.save(update_fields=["silence"])
    # What was found and not told yet is old news when it runs again.
    saved.alerts.filter(told_at__isnull=True).update(told_at=clock.now())
    audit.record(saved, "saved_search.silenced" if reason else "saved_search.resumed", actor=actor)
