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

from django.db import IntegrityError, connection
from django.db.models import Model

from marketplace.core import clock
from marketplace.core.actors import Actor
from marketplace.core.audit import subject_type

from ..errors import KeyReused, NegativeBalance, UnbalancedPosting
from . import writing
from .chart import CHART, CREDIT, DEBIT, path_of
from .models import LedgerTx

_NOT_NEGATIVE = "ledger_balance_not_negative"


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting: `amount` minor units on an account; the rest traces it."""

    side: str
    code: str
    amount: int
    owner: int = 0
    order: int | None = None
    invoice: int | None = None
    instalment: int | None = None
    supplier: int | None = None
    currency: str = ""


def dr(code: str, amount: int, owner: int = 0, **dims: Any) -> Leg:
    """A debit leg; dims as in `Leg`."""
    return Leg(DEBIT, code, amount, owner, **dims)


def cr(code: str, amount: int, owner: int = 0, **dims: Any) -> Leg:
    """A credit leg; dims as in `Leg`."""
    return Leg(CREDIT, code, amount, owner, **dims)


@dataclass(frozen=True, slots=True)
class Posting:
    """A transaction to be: legs of amount 0 are left out, negative ones are a fault."""

    key: str
    kind: str
    currency: str
    legs: Sequence[Leg]
    actor: Actor
    ref: Model | None = None
    effective_at: datetime | None = None
    reverses: int | None = None
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

    Raises UnbalancedPosting before anything is written; KeyReused and NegativeBalance after which the
    caller's transaction must be rolled back.
    """
    prepared = [_prepare(posting) for posting in postings]
    if not prepared:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError("books are written in the transaction of the event they record")
    if len({tx.key for tx in prepared}) != len(prepared):
        raise KeyReused("one call, one posting per key")
    try:
        found = writing.write(prepared)
    except IntegrityError as error:
        if _NOT_NEGATIVE in str(error):
            raise NegativeBalance(", ".join(tx.key for tx in prepared)) from error
        raise
    answers = []
    for tx in prepared:
        tx_id, is_new, digest = found[tx.key]
        if digest != tx.digest:
            raise KeyReused(tx.key)
        answers.append(Posted(tx.key, tx_id, is_new))
    return answers


def reverse(
    tx_key: str, *, key: str, actor: Actor, kind: str = "reversal", effective_at: datetime | None = None
) -> Posted:
    """Book the exact mirror of a transaction; at most one exists per transaction (unique `reverses`).

    Raises LedgerTx.DoesNotExist for an unknown key.
    """
    tx = LedgerTx.objects.get(key=tx_key)
    mirror = {DEBIT: CREDIT, CREDIT: DEBIT}
    legs = [
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
    posting = Posting(
        key=key,
        kind=kind,
        currency=legs[0].currency,
        legs=legs,
        actor=actor,
        effective_at=effective_at,
        reverses=tx.pk,
        meta={"reverses": tx.key},
    )
    return post(posting)


def digest_of(kind: str, legs: Iterable[tuple[str, str, int]]) -> str:
    """Fingerprint of what a transaction books: its kind and the sorted (account path, side, amount)."""
    lines = [kind, *(f"{path} {side} {amount}" for path, side, amount in sorted(legs))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _prepare(posting: Posting) -> writing.PreparedTx:
    """Check a posting and give it its fingerprint. Raises UnbalancedPosting."""
    legs = []
    # Memo accounts balance among themselves: they are no part of the balance sheet.
    sums: dict[tuple[str, bool], int] = {}
    for leg in posting.legs:
        if leg.amount < 0:
            raise UnbalancedPosting(f"{posting.key}: a leg of {leg.amount}")
        if leg.amount == 0:
            continue
        currency = leg.currency or posting.currency
        book = (currency, CHART[leg.code].memo)
        sums[book] = sums.get(book, 0) + (leg.amount if leg.side == DEBIT else -leg.amount)
        legs.append(
            writing.PreparedLeg(
                path=path_of(currency, leg.code, leg.owner),
                code=leg.code,
                currency=currency,
                owner=leg.owner,
                side=leg.side,
                amount=leg.amount,
                order=leg.order,
                invoice=leg.invoice,
                instalment=leg.instalment,
                supplier=leg.supplier,
            )
        )
    if len(legs) < 2 or any(sums.values()):
        raise UnbalancedPosting(f"{posting.key}: {sums}")
    now = clock.now()
    ref = posting.ref
    return writing.PreparedTx(
        key=posting.key,
        kind=posting.kind,
        effective_at=posting.effective_at or now,
        recorded_at=now,
        ref_type=subject_type(ref) if ref is not None else "",
        ref_id=ref.pk if ref is not None else 0,
        reverses=posting.reverses,
        actor_id=posting.actor.pk,
        actor_label=posting.actor.audit_label,
        digest=digest_of(posting.kind, [(leg.path, leg.side, leg.amount) for leg in legs]),
        meta=posting.meta,
        legs=tuple(legs),
    )
