"""How postings reach the tables: one function call on PostgreSQL, plain statements elsewhere."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.core.frozen import prepared_cursor

from .chart import CHART, DEBIT
from .legs import Leg
from .models import AccountBalance, LedgerAccount, LedgerEntry, LedgerTx

Found = dict[str, tuple[int, bool, str]]
# A leg with the path of its account, whose currency is the path's first part.
Placed = tuple[str, Leg]
_POST = "SELECT tx_key, tx_id, is_new, tx_digest FROM ledger_post(%s::jsonb, %s::jsonb, %s::text[])"


@dataclass(frozen=True, slots=True)
class PreparedTx:
    """A checked transaction, ready to be written."""

    key: str
    kind: str
    effective_at: datetime
    recorded_at: datetime
    ref_type: str
    ref_id: int
    reverses_id: int | None
    actor_id: int | None
    actor_label: str
    digest: str
    late_reason: str
    meta: dict[str, Any]
    legs: tuple[Placed, ...]

    def columns(self) -> dict[str, Any]:
        """Its row of `ledger_tx`, by column; `legs` as their number."""
        row = {name: getattr(self, name) for name in _HEAD}
        row["legs"] = len(self.legs)
        return row


_HEAD = ("key", "kind", "effective_at", "recorded_at", "ref_type", "ref_id", "reverses_id", "actor_id",
         "actor_label", "digest", "late_reason", "meta")  # fmt: skip


def write(txs: Sequence[PreparedTx]) -> Found:
    """Write what is not there yet; answers key → (id, is new, stored digest)."""
    if connection.vendor == "postgresql":
        return _write_by_function(txs)
    return _write_plainly(txs)


def open_accounts(legs: Sequence[Placed]) -> None:
    """Make accounts and their balance rows at zero; harmless where they exist, also in a race."""
    wanted = dict(legs)
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(
                path=path,
                code=line.code,
                currency=path.partition(":")[0],
                owner_id=leg.owner,
                normal=line.normal,
                is_guarded=line.guarded,
                shards=line.shards,
            )
            for path, leg in sorted(wanted.items(), key=lambda item: item[0])
            for line in [CHART[leg.code]]
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
    places: dict[str, int] = {}
    legs = [
        {"t": index, "a": places.setdefault(path, len(places) + 1), "side": leg.side, "amount": leg.amount}
        | {name: key for name, key in leg.traces() if key is not None}
        for index, tx in enumerate(txs, start=1)
        for path, leg in tx.legs
    ]
    heads = [tx.columns() for tx in txs]
    arguments = [json.dumps(heads, default=datetime.isoformat), json.dumps(legs), list(places)]
    rows = _call(arguments)
    if rows[0][0] is None:  # an account is used for the first time
        open_accounts([placed for tx in txs for placed in tx.legs])
        rows = _call(arguments)
    return {key: (tx_id, is_new, digest) for key, tx_id, is_new, digest in rows}


def _call(arguments: list[Any]) -> list[tuple[Any, ...]]:
    cursor = prepared_cursor()
    cursor.execute(
        "SELECT tx_key, tx_id, is_new, tx_digest FROM ledger_post(%s::jsonb, %s::jsonb, %s::text[])",
        arguments,
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
    accounts = _account_ids([placed for tx in fresh for placed in tx.legs])
    rows = LedgerTx.objects.bulk_create([LedgerTx(**tx.columns()) for tx in fresh])
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                tx_id=row.pk,
                account_id=accounts[path],
                side=leg.side,
                amount=leg.amount,
                **dict(leg.traces()),
            )
            for row, tx in zip(rows, fresh, strict=True)
            for path, leg in tx.legs
        ]
    )
    _add_to_balances([(accounts[path], leg.side, leg.amount) for tx in fresh for path, leg in tx.legs])
    for row, tx in zip(rows, fresh, strict=True):
        found[tx.key] = (row.pk, True, tx.digest)
    return found


def _account_ids(legs: Sequence[Placed]) -> dict[str, int]:
    """Keys of accounts by path; those without their row of balances are opened."""
    paths = {path for path, _ in legs}
    kept = AccountBalance.objects.filter(account__path__in=paths, shard=0)
    found = dict(kept.values_list("account__path", "account_id"))
    if len(found) < len(paths):
        open_accounts([placed for placed in legs if placed[0] not in found])
        found = dict(kept.values_list("account__path", "account_id"))
    return found


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
