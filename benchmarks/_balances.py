"""Balances of accounts with few legs and with very many: ours are kept, hordak's are summed."""

import json
import os
import statistics
import sys
import time
from collections.abc import Sequence

FEW, READS, ROUNDS = 1_000, 40, 15
_PER_TX = 100
# Past triggers and keys: the rows are those that as many postings would have left.
_GROW = """
SET session_replication_role = replica;
INSERT INTO ledger_account (path, code, currency, owner_id, normal, is_guarded, shards) VALUES
  ('CNY:1200:{owner}', '1200', 'CNY', {owner}, 'D', true, 1);
WITH txs AS (
  INSERT INTO ledger_tx (key, kind, effective_at, recorded_at, ref_type, ref_id, actor_label, legs, digest,
                         late_reason, meta)
  SELECT 'grow:{owner}:' || n, 'bench', now(), now(), '', 0, 'system:system', {per} * 2, repeat('0', 64),
         '', '{{}}'
    FROM generate_series(1, {legs} / {per}) n RETURNING id)
INSERT INTO ledger_entry (tx_id, account_id, side, amount, order_id)
  SELECT txs.id, CASE WHEN k % 2 = 0 THEN a.id ELSE o.id END, CASE WHEN k % 2 = 0 THEN 'D' ELSE 'C' END, 1, 7
    FROM txs, generate_series(1, {per} * 2) k,
         (SELECT id FROM ledger_account WHERE path = 'CNY:1200:{owner}') a,
         (SELECT id FROM ledger_account WHERE path = 'CNY:2000:1') o;
INSERT INTO ledger_balance (account_id, shard, normal, is_guarded, debits, credits)
  SELECT id, 0, 'D', true, {legs}, 0 FROM ledger_account WHERE path = 'CNY:1200:{owner}';
UPDATE ledger_balance SET credits = credits + {legs}
  WHERE account_id = (SELECT id FROM ledger_account WHERE path = 'CNY:2000:1');
"""


def grow(url: str, legs: int) -> None:
    """Two accounts of ours with FEW and with so many legs, their owners named by the number of legs."""
    import psycopg

    with psycopg.connect(url.replace("postgres:", "postgresql:", 1)) as connection:
        for many in (FEW, legs):
            connection.execute(_GROW.format(owner=many + 1_000_000, legs=many, per=_PER_TX))  # type: ignore[arg-type]


def balances(
    env: dict[str, str], hordak: Sequence[str], hordak_env: dict[str, str], *, legs: int
) -> dict[str, float]:
    """Milliseconds of a balance read and how the two sizes compare; hordak's with a tenth as many legs."""
    from benchmarks._servers import run
    from tools.console import step

    told = run([sys.executable, "-m", "benchmarks._balances", str(legs)], env).splitlines()[-1]
    with step("Filling two accounts of django-hordak"):
        for many in (FEW, legs // 10):
            run([*hordak, "fill", str(many)], hordak_env)
    theirs = [float(run([*hordak, "balance", str(many)], hordak_env)) for many in (FEW, legs // 10)]
    return {**json.loads(told), "hordak_balance_1k_ms": theirs[0], "hordak_balance_100k_ms": theirs[1]}


def _read(legs: int) -> None:
    """Interleaved reads of both accounts; prints the medians and the median of the rounds' ratios."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    django.setup()
    from payments.ledger.queries import balance

    walls: dict[int, list[float]] = {FEW: [], legs: []}
    for _ in range(ROUNDS):
        for many, found in walls.items():
            spent = []
            for _ in range(READS):
                begin = time.perf_counter()
                if balance("CNY", "1200", many + 1_000_000) != many:
                    raise RuntimeError("not the balance it was given")
                spent.append(time.perf_counter() - begin)
            found.append(1000 * statistics.median(spent))
    ratio = statistics.median(b / a for a, b in zip(walls[FEW], walls[legs], strict=True))
    figures = {
        "balance_1k_ms": statistics.median(walls[FEW]),
        "balance_1m_ms": statistics.median(walls[legs]),
    }
    print(json.dumps({**figures, "balance_1m_vs_1k": ratio}))


if __name__ == "__main__":
    _read(int(sys.argv[1]))
