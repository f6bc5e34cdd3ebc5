"""Monthly statements, frozen: cut by what was booked by then (P10), chained by hash."""

import hashlib
import json
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from ..credit.models import CreditLine
from ..models import FrozenStatement
from ..queries.ageing import ageing
from ..queries.finance import statement_of
from ..rules.days import start_of


def freeze_statements(day: date) -> dict[str, Any]:
    """At a month's end: one statement per credit line that owed or moved anything."""
    if day.day != monthrange(day.year, day.month)[1]:
        return {}
    made = 0
    for line in CreditLine.objects.select_related("buyer").order_by("pk"):
        made += freeze(line, day.replace(day=1), day) is not None
    return {"made": made}


def freeze(line: CreditLine, since: date, until: date) -> FrozenStatement | None:
    """The statement of a line for the days [since, until]; the one there is, if it was made before.

    None where nothing was owed and nothing moved.
    """
    known = FrozenStatement.objects.filter(company=line.buyer_id, currency=line.currency, until=until).first()
    if known is not None:
        return known
    found = statement_of(line.buyer, line.currency, since, until)
    if not found.lines and not found.opening:
        return None
    # As it was known at the end of the period: what is booked later is on the next statement (P10).
    aged = ageing(line.buyer, line.currency, until, known_at=start_of(until + timedelta(days=1)))
    last = (
        FrozenStatement.objects.filter(company=line.buyer_id, currency=line.currency).order_by("-id").first()
    )
    content: dict[str, Any] = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "opening": found.opening,
        "closing": found.closing,
        "lines": found.as_rows(),
        "ageing": {
            "principal": list(aged.principal.buckets),
            "fees": list(aged.fees.buckets),
            "disputed": aged.disputed,
        },
    }
    previous = last.hash if last else ""
    return FrozenStatement.objects.create(
        company_id=line.buyer_id,
        currency=line.currency,
        since=since,
        until=until,
        opening=found.opening,
        closing=found.closing,
        lines=content["lines"],
        ageing=content["ageing"],
        previous_hash=previous,
        hash=hash_of(content, previous),
    )


def hash_of(content: dict[str, Any], previous: str) -> str:
    """SHA-256 over the statement's canonical JSON and the hash of the one before."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def content_of(row: FrozenStatement) -> dict[str, Any]:
    """What the hash of a kept statement is over."""
    return {
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "opening": row.opening,
        "closing": row.closing,
        "lines": row.lines,
        "ageing": row.ageing,
    }
