"""A client of the hand-written function: bare psycopg, a prepared statement, one round trip per posting."""

import hashlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from _posting_loop import ACCOUNTS, serve


def main(what, number):
    """`prepare`, or post as client `number` of the run `what`."""
    connection = psycopg.connect(os.environ["PEER_URL"], autocommit=True)
    if what == "prepare":
        connection.execute((Path(__file__).parent / "function.sql").read_text())
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO account (id, normal, guarded) VALUES (%s, %s, true)",
                [(n, "D" if n <= ACCOUNTS else "C") for n in range(1, 2 * ACCOUNTS + 1)],
            )
        return
    cursor = connection.cursor()

    def act(source, target, turn):
        legs = f"bench\n{source} D 100\n{target} C 100"
        digest = hashlib.sha256(legs.encode()).hexdigest()
        values = (f"{what}:{number}:{turn}", "bench", datetime.now(UTC), "system:system", digest,
                  source + 1, ACCOUNTS + target + 1, 100, 7)  # fmt: skip
        cursor.execute("SELECT post(%s, %s, %s, %s, %s, %s, %s, %s, %s)", values, prepare=True)
        cursor.fetchone()

    serve(act, number)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
