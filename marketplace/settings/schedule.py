"""What beat starts and when. Every dated job is safe to start twice and catches up missed days by itself.

A schedule is a number of seconds, or the fields of a crontab: celery.py makes it one, so that web processes
need not load Celery to read their settings.
"""

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Listings that an engine which was away still has to learn.
    "search-flush": {"task": "search.flush_pending", "schedule": 5.0},
    # Late fees, holds, reminders, payouts, expired authorisations: dated, so a second start does nothing.
    "payments-daily": {"task": "payments.run_daily", "schedule": {"minute": "*/10"}},
    "payments-sweep": {"task": "payments.sweep", "schedule": 120.0},
    # Orders that their factory did not answer in time.
    "fulfilment-deadlines": {"task": "fulfilment.cancel_unanswered", "schedule": 300.0},
    # The search log: its lines into the database, its days added up.
    "search-take-log": {"task": "search.take_log", "schedule": 10.0},
    "search-add-up-log": {"task": "search.add_up_log", "schedule": {"minute": 20}},
    # Saved searches: digests, and what had to wait ten minutes.
    "search-tell-saved": {"task": "search.tell_saved", "schedule": 60.0},
    # Which goods are bought again, of half a year's orders.
    "orders-figures": {"task": "orders.refresh_figures", "schedule": {"hour": 18, "minute": 40}},
    "search-judged": {"task": "search.measure_judged", "schedule": {"hour": 19, "minute": 50}},
    "search-nightly": {"task": "search.nightly", "schedule": {"hour": 19, "minute": 30}},
}
