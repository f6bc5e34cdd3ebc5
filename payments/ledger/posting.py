"""The one door to the books: `post` and `post_all`.

A posting is named by a key that is used once for ever: asked again with the same legs it changes nothing,
with other legs it is a fault. It joins the caller's transaction. On PostgreSQL all postings of a call are one
statement (the function `ledger_post`); elsewhere five. Balance rows are locked in one order, so that two
postings never wait for each other in a circle.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from marketplace.core import clock
from marketplace.core.actors import Actor
from marketplace.core.audit import subject_type

from ..errors import (
    AlreadyReversed,
    AmountNotPossible,
    KeyReused,
    NegativeBalance,
    PeriodClosed,
    PeriodSoftClosed,
    UnbalancedPosting,
    UnknownTransaction,
)
from . import periods, writing
from .chart import CHART, CREDIT, DEBIT, path_of
from .legs import Leg, cr, dr
from .models import LedgerTx

# What the database says when a guard of the ledger refuses, and what it is called here. The first that fits.
_REFUSED: tuple[tuple[str, type[Exception]], ...] = (
    ("ledger_balance_not_negative", NegativeBalance),
    ("ledger_month_closed", PeriodClosed),
    ("ledger_month_soft_closed", PeriodSoftClosed),
    ("reverses_id", AlreadyReversed),
)
# Ten thousand such legs of the same account still fit into its stored balance.
MAX_AMOUNT = 10**15 - 1


@dataclass(frozen=True, slots=True)
class Posting:
    """A transaction to be: legs of amount 0 are left out, negative ones are a fault.

    `late_reason` lets finance into a month that is soft closed. `carry` is for what the platform books by
    itself: when its month is no longer open it takes effect at the first open moment, as an adjustment of
    prior periods, and `meta["belongs_to"]` keeps the moment it was about.
    """

    key: str
    kind: str
    currency: str
    legs: Sequence[Leg]
    actor: Actor
    ref: Model | None = None
    effective_at: datetime | None = None
    reverses: int | None = None
    late_reason: str = ""
    carry: bool = False
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Posted:
    """The transaction a posting became, or already was (`is_new` False)."""

    key: str
    tx_id: int
    is_new: bool


def post(posting: Posting) -> Posted:
    """Book one posting; see `post_all`."""
    return post_all([posting])[0]


def post_all(postings: Iterable[Posting]) -> list[Posted]:
    """Book postings together, in the caller's transaction; answers in the same order.

    Raises UnbalancedPosting (AmountNotPossible) before anything is written. KeyReused, NegativeBalance,
    AlreadyReversed, PeriodClosed and PeriodSoftClosed mark the innermost `atomic` block to be rolled
    back, on any database: nothing of the call stays.
    """
    prepared = [_prepare(posting) for posting in postings]
    if not prepared:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError("books are written in the transaction of the event they record")
    if len({tx.key for tx in prepared}) != len(prepared):
        raise KeyReused("one call, one posting per key")
    try:
        return _write(prepared)
    except BaseException:
        transaction.set_rollback(True)
        raise


def _write(prepared: Sequence[writing.PreparedTx]) -> list[Posted]:
    try:
        found = writing.write(prepared)
    except IntegrityError as error:
        said = str(error)
        for word, refusal in _REFUSED:
            if word in said:
                raise refusal(", ".join(tx.key for tx in prepared)) from error
        raise
    answers = []
    for tx in prepared:
        tx_id, is_new, digest = found[tx.key]
        if digest != tx.digest:
            raise KeyReused(tx.key)
        answers.append(Posted(tx.key, tx_id, is_new))
    return answers


def reverse(
    tx_key: str,
    *,
    key: str,
    actor: Actor,
    kind: str = "reversal",
    effective_at: datetime | None = None,
    late_reason: str = "",
) -> Posted:
    """Book the exact mirror of a transaction; at most one exists per transaction (unique `reverses`).

    The claim on `reverses` and the mirrored legs are one statement or none. Raises UnknownTransaction,
    AlreadyReversed, and what `post_all` raises.
    """
    tx = LedgerTx.objects.filter(key=tx_key).first()
    if tx is None:
        raise UnknownTransaction(tx_key)
    return post(
        Posting(
            key=key,
            kind=kind,
            currency="",
            legs=_mirrored(tx),
            actor=actor,
            effective_at=effective_at,
            reverses=tx.pk,
            late_reason=late_reason,
            meta={"reverses": tx.key},
        )
    )


def _mirrored(tx: LedgerTx) -> list[Leg]:
    mirror = {DEBIT: CREDIT, CREDIT: DEBIT}
    return [
        Leg(
            mirror[e.side],
            e.account.code,
            e.amount,
            e.account.owner_id,
            e.order_id,
            e.invoice_id,
            e.instalment_id,
            e.supplier_id,
            e.account.currency,
        )
        for e in tx.entries.select_related("account").order_by("id")
    ]


def digest_of(kind: str, legs: Iterable[tuple[str, str, int]]) -> str:
    """Fingerprint of what a transaction books: its kind and the sorted (account path, side, amount)."""
    lines = [kind, *(f"{path} {side} {amount}" for path, side, amount in sorted(legs))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _checked(leg: Leg, key: str) -> bool:
    """Whether a leg is to be booked: one of 0 is not. Raises AmountNotPossible."""
    if type(leg.amount) is not int or not 0 <= leg.amount <= MAX_AMOUNT:
        raise AmountNotPossible(f"{key}: a leg of {leg.amount!r}")
    return leg.amount > 0


def _prepare(posting: Posting) -> writing.PreparedTx:
    """Check a posting and give it its fingerprint. Raises UnbalancedPosting."""
    legs = []
    # Memo accounts balance among themselves: they are no part of the balance sheet.
    sums: dict[tuple[str, bool], int] = {}
    for leg in posting.legs:
        if not _checked(leg, posting.key):
            continue
        currency = leg.currency or posting.currency
        book = (currency, CHART[leg.code].memo)
        sums[book] = sums.get(book, 0) + (leg.amount if leg.side == DEBIT else -leg.amount)
        legs.append((path_of(currency, leg.code, leg.owner), leg))
    if len(legs) < 2 or any(sums.values()):
        raise UnbalancedPosting(f"{posting.key}: {sums}")
    now = clock.now()
    effective_at, meta = posting.effective_at or now, posting.meta
    if posting.carry and not periods.same_month(effective_at, now):
        effective_at, meta = _carried(effective_at, meta)
    ref = posting.ref
    return writing.PreparedTx(
        key=posting.key,
        kind=posting.kind,
        effective_at=effective_at,
        recorded_at=now,
        ref_type=subject_type(ref) if ref is not None else "",
        ref_id=ref.pk if ref is not None else 0,
        reverses_id=posting.reverses,
        actor_id=posting.actor.pk,
        actor_label=posting.actor.audit_label,
        digest=digest_of(posting.kind, [(path, leg.side, leg.amount) for path, leg in legs]),
        late_reason=posting.late_reason,
        meta=meta,
        legs=tuple(legs),
    )


def _carried(effective_at: datetime, meta: dict[str, Any]) -> tuple[datetime, dict[str, Any]]:
    """The moment while its month is open; else the first open one, and a note of what it is about."""
    first_open = periods.first_open_moment()
    if first_open is None or effective_at >= first_open:
        return effective_at, meta
    return first_open, {**meta, "belongs_to": effective_at.isoformat()}


__all__ = ["Leg", "Posted", "Posting", "cr", "digest_of", "dr", "post", "post_all", "reverse"]
