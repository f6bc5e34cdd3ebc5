"""Journals of card disputes: withheld, given back, lost. MONEY.md §6 as code."""

from collections.abc import Iterable

from marketplace.core.actors import Actor

from ..ledger.posting import Leg, Posting, cr, dr
from ..models import CardDispute


def withdrawn(dispute: CardDispute, *, actor: Actor) -> Posting:
    """The service took the amount and its fee from our balance."""
    return _posting(
        dispute,
        "withdrawn",
        [
            dr("1300", dispute.amount, dispute.pk),
            dr("5010", dispute.fee),
            cr("1100", dispute.amount + dispute.fee),
        ],
        actor,
    )


def reinstated(dispute: CardDispute, *, actor: Actor) -> Posting:
    """Won: the amount is on our balance again."""
    return _posting(
        dispute, "reinstated", [dr("1100", dispute.amount), cr("1300", dispute.amount, dispute.pk)], actor
    )


def lost(dispute: CardDispute, bearers: Iterable[Leg], *, actor: Actor) -> Posting:
    """Lost: `bearers` are the debits of those who bear it."""
    return _posting(dispute, "lost", [*bearers, cr("1300", dispute.amount, dispute.pk)], actor)


def _posting(dispute: CardDispute, step: str, legs: list[Leg], actor: Actor) -> Posting:
    return Posting(
        key=f"dp:{dispute.pk}:{step}",
        kind=f"card_dispute.{step}",
        currency=dispute.currency,
        actor=actor,
        ref=dispute,
        legs=legs,
    )
