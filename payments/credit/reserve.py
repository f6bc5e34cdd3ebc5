"""Setting credit aside, using it, giving it back. Every step joins the caller's transaction.

The limit check is one conditional UPDATE whose WHERE compares columns of the line's own row: of any number of
simultaneous orders exactly those that fit get through, on PostgreSQL and SQLite alike. It must never contain
a sub-SELECT or a joined table: PostgreSQL does not test such a condition again after waiting for the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from marketplace.core import audit, clock
from marketplace.core.actors import Actor
from marketplace.orders.models import Order, OrderGroup
from marketplace.ui.formats import format_money

from ..errors import CreditLimitExceeded, CreditOnHold, NoCreditLine, TermNotAllowed
from ..ledger.posting import Posting, cr, dr, post
from ..policies import Policy
from .models import Authorisation, AuthorisationPart, CreditHold, CreditLine


def limit_on(day: date) -> Combinable:
    """The limit of a line on a day, from columns of its own row: base, dated raise, tolerance."""
    raised = Case(
        When(temp_until__gte=day, then=F("temp_limit")),
        default=Value(0),
        output_field=models.BigIntegerField(),
    )
    plain = F("base_limit") + raised
    return plain + plain * F("tolerance_bp") / 10_000


def reservation(*, buyer_id: int, currency: str, amount: int) -> models.QuerySet[CreditLine]:
    """The line, if it is active and has room for `amount` now. Only for `.update()`."""
    used = F("held") + F("owed") + F("fees_owed") + amount
    return CreditLine.objects.alias(limit_now=limit_on(clock.today())).filter(
        buyer_id=buyer_id, currency=currency, status=CreditLine.Status.ACTIVE, limit_now__gte=used
    )


def take(*, buyer_id: int, currency: str, amount: int, term: str) -> CreditLine:
    """Set `amount` minor units aside: one UPDATE, one SELECT.

    Raises CreditDeclined (explained), TermNotAllowed.
    """
    taken = reservation(buyer_id=buyer_id, currency=currency, amount=amount).update(
        held=F("held") + amount, version=F("version") + 1, updated_at=clock.now()
    )
    line = CreditLine.objects.filter(buyer_id=buyer_id, currency=currency).first()
    if not taken:
        raise _decline(line, amount)
    assert line is not None
    if term not in line.allowed_terms:
        raise TermNotAllowed(fields={"payment": TermNotAllowed.sentence})
    return line


def _decline(line: CreditLine | None, amount: int) -> Exception:
    """The refusal that says why: no line, a hold and its reasons, or the figures."""
    if line is None:
        return NoCreditLine(fields={"payment": NoCreditLine.sentence}, wanted=amount)
    facts: dict[str, Any] = {
        "limit": line.limit,
        "held": line.held,
        "owed": line.owed,
        "fees_owed": line.fees_owed,
        "available": line.available,
        "wanted": amount,
        "currency": line.currency,
    }
    if line.status != CreditLine.Status.ACTIVE:
        reasons = list(open_reasons(line))
        words = (
            ", ".join(str(CreditHold.Reason(reason).label) for reason in reasons) or line.get_status_display()
        )
        sentence = _("Your credit is on hold (%(why)s). You can pay by card.") % {"why": words}
        code = f"credit_hold:{reasons[0]}" if reasons else f"credit_{line.status}"
        return CreditOnHold(sentence, code=code, fields={"payment": sentence}, reasons=reasons, **facts)
    sentence = _(
        "Your credit limit is %(limit)s, of which %(available)s is free. This order needs %(wanted)s, "
        "so %(short)s are missing. Pay by card, order less, or settle open invoices first."
    ) % {
        "limit": format_money(line.limit, line.currency),
        "available": format_money(line.available, line.currency),
        "wanted": format_money(amount, line.currency),
        "short": format_money(amount - line.available, line.currency),
    }
    return CreditLimitExceeded(sentence, fields={"payment": sentence}, **facts)


def open_reasons(line: CreditLine) -> models.QuerySet[CreditHold, str]:
    """Reasons of the holds open on a line, oldest first."""
    holds = CreditHold.objects.filter(line=line, closed_at__isnull=True)
    return holds.order_by("id").values_list("reason", flat=True)


def authorise(
    *, acting_user: Actor, group: OrderGroup, parts: Sequence[tuple[Order, int]], policy: Policy, term: str
) -> Authorisation:
    """Take the credit for a group's orders by a term, each with its amount: all of it or nothing.

    Raises CreditDeclined, TermNotAllowed.
    """
    amount = sum(part for _, part in parts)
    line = take(buyer_id=group.company_id, currency=group.currency, amount=amount, term=term)
    authorisation = Authorisation.objects.create(
        line=line,
        group=group,
        key=f"group:{group.pk}",
        amount=amount,
        expires_at=clock.now() + timedelta(days=policy.authorisation_days),
    )
    AuthorisationPart.objects.bulk_create(
        [AuthorisationPart(authorisation=authorisation, order=order, amount=part) for order, part in parts]
    )
    post(
        Posting(
            key=f"auth:{authorisation.pk}",
            kind="credit.authorised",
            currency=line.currency,
            actor=acting_user,
            ref=authorisation,
            legs=[
                leg
                for order, part in parts
                for leg in (
                    dr("9000", part, line.buyer_id, order=order.pk),
                    cr("9001", part, order=order.pk),
                )
            ],
        )
    )
    audit.record(
        authorisation,
        "credit.authorised",
        actor=acting_user,
        company_id=line.buyer_id,
        to_state=authorisation.state,
        facts={"amount": amount, "currency": line.currency},
    )
    return authorisation


def lock_line(buyer_id: int, currency: str) -> CreditLine | None:
    """The buyer's line, locked until the end of the transaction: first in the order of locks."""
    return CreditLine.objects.select_for_update().filter(buyer_id=buyer_id, currency=currency).first()


@dataclass(frozen=True, slots=True)
class Captured:
    """What turned from held to owed: `from_hold` of `amount` had been set aside, under `authorisation`."""

    amount: int
    from_hold: int
    authorisation_id: int | None


def capture(*, line: CreditLine, order: Order, amount: int) -> Captured:
    """Goods were shipped: `amount` becomes owed. The line must be locked by the caller.

    What the authorisation no longer covers (it expired) becomes owed all the same: the goods are gone.
    """
    part = (
        AuthorisationPart.objects.filter(order=order, authorisation__state__in=Authorisation.OPEN_STATES)
        .select_related("authorisation")
        .order_by("-id")
        .first()
    )
    from_hold = min(part.remaining, amount) if part else 0
    if part and from_hold:
        AuthorisationPart.objects.filter(pk=part.pk).update(captured=F("captured") + from_hold)
        _count(part.authorisation, captured=from_hold, end=Authorisation.State.CAPTURED)
    CreditLine.objects.filter(pk=line.pk).update(
        held=F("held") - from_hold, owed=F("owed") + amount, version=F("version") + 1, updated_at=clock.now()
    )
    return Captured(amount, from_hold, part.authorisation_id if part else None)


def _count(authorisation: Authorisation, *, end: str, captured: int = 0, released: int = 0) -> None:
    """Add to an authorisation's sums and set the state that follows; `end` when nothing remains."""
    Authorisation.objects.filter(pk=authorisation.pk).update(
        captured=F("captured") + captured, released=F("released") + released, updated_at=clock.now()
    )
    authorisation.refresh_from_db()
    if not authorisation.remaining:
        authorisation.state = end
    elif authorisation.captured:
        authorisation.state = Authorisation.State.PARTIALLY_CAPTURED
    Authorisation.objects.filter(pk=authorisation.pk).update(state=authorisation.state)


def release(
    *, acting_user: Actor, order: Order, cause: str = "void", reason: str = "", at_most: int | None = None
) -> int:
    """Give back what is still set aside for an order, or `at_most` of it; returns the amount given back."""
    lock_line(order.buyer_id, order.currency)
    part = (
        AuthorisationPart.objects.filter(order=order, authorisation__state__in=Authorisation.OPEN_STATES)
        .select_related("authorisation__line")
        .order_by("-id")
        .first()
    )
    if part is None or not part.remaining:
        return 0
    amount = part.remaining if at_most is None else min(at_most, part.remaining)
    authorisation = part.authorisation
    if not amount:
        return 0
    before = authorisation.state
    AuthorisationPart.objects.filter(pk=part.pk).update(released=F("released") + amount)
    ended = Authorisation.State.EXPIRED if cause == "expired" else Authorisation.State.VOIDED
    _count(authorisation, released=amount, end=ended)
    CreditLine.objects.filter(pk=authorisation.line_id).update(
        held=F("held") - amount, version=F("version") + 1, updated_at=clock.now()
    )
    post(
        Posting(
            key=f"auth:{authorisation.pk}:{cause}:{order.pk}{':rest' if at_most is not None else ''}",
            kind=f"credit.{cause}",
            currency=order.currency,
            actor=acting_user,
            ref=authorisation,
            legs=[dr("9001", amount, order=order.pk), cr("9000", amount, order.buyer_id, order=order.pk)],
        )
    )
    audit.record(
        authorisation,
        f"credit.{cause}",
        actor=acting_user,
        company_id=order.buyer_id,
        from_state=before,
        to_state=authorisation.state,
        reason=reason,
        facts={"amount": amount, "order": order.public_id},
    )
    return amount


def charge_fees(line_id: int, amount: int) -> None:
    """Late fees were booked: they count against the limit."""
    CreditLine.objects.filter(pk=line_id).update(
        fees_owed=F("fees_owed") + amount, version=F("version") + 1, updated_at=clock.now()
    )


def repay(line_id: int, *, principal: int = 0, fees: int = 0) -> None:
    """The buyer paid: room comes back."""
    CreditLine.objects.filter(pk=line_id).update(
        owed=F("owed") - principal,
        fees_owed=F("fees_owed") - fees,
        version=F("version") + 1,
        updated_at=clock.now(),
    )


def revive(line_id: int, *, principal: int, fees: int) -> None:
    """What was paid is owed again: a payment came back. May push the line over its limit."""
    CreditLine.objects.filter(pk=line_id).update(
        owed=F("owed") + principal,
        fees_owed=F("fees_owed") + fees,
        version=F("version") + 1,
        updated_at=clock.now(),
    )


def expired_parts(moment: datetime) -> models.QuerySet[AuthorisationPart]:
    """Parts of authorisations past their end that still set something aside."""
    return (
        AuthorisationPart.objects.filter(
            authorisation__expires_at__lte=moment,
            authorisation__state__in=Authorisation.OPEN_STATES,
            amount__gt=F("captured") + F("released"),
        )
        .select_related("order", "authorisation")
        .order_by("authorisation_id", "id")
    )
