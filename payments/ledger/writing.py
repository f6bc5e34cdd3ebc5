"""How postings reach the tables: one function call on PostgreSQL, plain statements elsewhere."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from .chart import CHART, DEBIT
from .models import AccountBalance, LedgerAccount, LedgerEntry, LedgerTx

Found = dict[str, tuple[int, bool, str]]


@dataclass(frozen=True, slots=True)
class PreparedLeg:
    """A leg with its account's path; dims may be None."""

    path: str
    code: str
    currency: str
    owner: int
    side: str
    amount: int
    order: int | None
    invoice: int | None
    instalment: int | None
    supplier: int | None


@dataclass(frozen=True, slots=True)
class PreparedTx:
    """A checked transaction, ready to be written."""

    key: str
    kind: str
    effective_at: datetime
    recorded_at: datetime
    ref_type: str
    ref_id: int
    reverses: int | None
    actor_id: int | None
    actor_label: str
    digest: str
    meta: dict[str, Any]
    legs: tuple[PreparedLeg, ...]


def write(txs: Sequence[PreparedTx]) -> Found:
    """Write what is not there yet; answers key → (id, is new, stored digest)."""
    if connection.vendor == "postgresql":
        return _write_by_function(txs)
    return _write_plainly(txs)


def open_accounts(legs: Sequence[PreparedLeg]) -> None:
    """Make accounts and their balance rows at zero; harmless where they exist, also in a race."""
    wanted = {leg.path: leg for leg in legs}
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(
                path=path,
                code=leg.code,
                currency=leg.currency,
                owner_id=leg.owner,
                normal=CHART[leg.code].normal,
                is_guarded=CHART[leg.code].guarded,
                shards=CHART[leg.code].shards,
            )
            for path, leg in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    accounts = LedgerAccount.objects.filter(path__in=wanted).order_by("id")
    AccountBalance.objects.bulk_create(
        [
            AccountBalance(account=account, shard=shard, normal=account.normal, is_guarded=account.is_guarded)
            for account in accounts
            for shard in range(account.shards)
        ],
        ignore_conflicts=True,
    )


def _write_by_function(txs: Sequence[PreparedTx]) -> Found:
    heads = [
        {
            "t": index,
            "key": tx.key,
            "kind": tx.kind,
            "effective_at": tx.effective_at.isoformat(),
            "recorded_at": tx.recorded_at.isoformat(),
            "ref_type": tx.ref_type,
            "ref_id": tx.ref_id,
            "reverses_id": tx.reverses,
            "actor_id": tx.actor_id,
            "actor_label": tx.actor_label,
            "legs": len(tx.legs),
            "digest": tx.digest,
            "meta": tx.meta,
        }
        for index, tx in enumerate(txs)
    ]
    legs = [
        {
            "t": index,
            "path": leg.path,
            "side": leg.side,
            "amount": leg.amount,
            "order_id": leg.order,
            "invoice_id": leg.invoice,
            "instalment_id": leg.instalment,
            "supplier_id": leg.supplier,
        }
        for index, tx in enumerate(txs)
        for leg in tx.legs
    ]
    arguments = [json.dumps(heads), json.dumps(legs)]
    rows = _call(arguments)
    if rows and rows[0][0] is None:  # an account is used for the first time
        open_accounts([leg for tx in txs for leg in tx.legs])
        rows = _call(arguments)
    if any(row[1] is None for row in rows):  # another session booked the same key while we waited for it
        rows = _call(arguments)
    return {key: (tx_id, is_new, digest) for key, tx_id, is_new, digest in rows}


def _call(arguments: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tx_key, tx_id, is_new, tx_digest FROM ledger_post(%s::jsonb, %s::jsonb)", arguments
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _write_plainly(txs: Sequence[PreparedTx]) -> Found:
    """For a database with one writer at a time: look up, then insert; the unique keys stand behind."""
    known = LedgerTx.objects.filter(key__in=[tx.key for tx in txs]).values_list("key", "id", "digest")
    found: Found = {key: (pk, False, digest) for key, pk, digest in known}
    fresh = [tx for tx in txs if tx.key not in found]
    if not fresh:
        return found
    accounts = _account_ids([leg for tx in fresh for leg in tx.legs])
    rows = LedgerTx.objects.bulk_create(
        [
            LedgerTx(
                key=tx.key,
                kind=tx.kind,
                effective_at=tx.effective_at,
                recorded_at=tx.recorded_at,
                ref_type=tx.ref_type,
                ref_id=tx.ref_id,
                reverses_id=tx.reverses,
                actor_id=tx.actor_id,
                actor_label=tx.actor_label,
                legs=len(tx.legs),
                digest=tx.digest,
                meta=tx.meta,
            )
            for tx in fresh
        ]
    )
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                tx_id=row.pk,
                account_id=accounts[leg.path],
                side=leg.side,
                amount=leg.amount,
                order_id=leg.order,
                invoice_id=leg.invoice,
                instalment_id=leg.instalment,
                supplier_id=leg.supplier,
            )
            for row, tx in zip(rows, fresh, strict=True)
            for leg in tx.legs
        ]
    )
    _add_to_balances([(accounts[leg.path], leg.side, leg.amount) for tx in fresh for leg in tx.legs])
    for row, tx in zip(rows, fresh, strict=True):
        found[tx.key] = (row.pk, True, tx.digest)
    return found


def _account_ids(legs: Sequence[PreparedLeg]) -> dict[str, int]:
    paths = {leg.path for leg in legs}
    accounts = dict(LedgerAccount.objects.filter(path__in=paths).values_list("path", "id"))
    if len(accounts) < len(paths):
        open_accounts([leg for leg in legs if leg.path not in accounts])
        accounts = dict(LedgerAccount.objects.filter(path__in=paths).values_list("path", "id"))
    return accounts


def _add_to_balances(moves: Sequence[tuple[int, str, int]]) -> None:
    sums: dict[int, list[int]] = {}
    for account_id, side, amount in moves:
        sums.setdefault(account_id, [0, 0])[0 if side == DEBIT else 1] += amount
    rows = ", ".join(["(%s, %s, %s)"] * len(sums))
    values = [value for account_id in sorted(sums) for value in (account_id, *sums[account_id])]
    with connection.cursor() as cursor:
        # Only placeholders are joined into the text.
        cursor.execute(
            "UPDATE ledger_balance SET debits = debits + v.column2, credits = credits + v.column3 "  # noqa: S608
            f"FROM (VALUES {rows}) AS v "
            "WHERE ledger_balance.account_id = v.column1 AND ledger_balance.shard = 0",
            values,
        )
        if cursor.rowcount != len(sums):
            raise RuntimeError("an account has no balance row")
