"""The outbox: written with the change, delivered at least once, effects once, failures parked."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from marketplace.core import clock, jobs, outbox
from marketplace.core.models import AuditRecord, JobRun, OutboxDelivery, OutboxEvent
from marketplace.core.outbox import consumer

pytestmark = pytest.mark.django_db

heard: list[str] = []
batches: list[int] = []
broken: set[str] = set()


@consumer()
def note(event: OutboxEvent) -> None:
    """Writes a row, so that its effect can be counted."""
    if event.key in broken:
        raise RuntimeError("broken on purpose")
    AuditRecord.objects.create(subject_type="test", subject_id=event.pk, action=event.key, actor_label="t")


@consumer(outside=True)
def shout(event: OutboxEvent) -> None:
    """Reaches outside."""
    heard.append(event.key)


@consumer(batch=10)
def gather(events: list[OutboxEvent]) -> None:
    """Takes many at once."""
    batches.append(len(events))


TABLE = {"a": (note, shout), "many": (gather,)}


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    heard.clear()
    batches.clear()
    broken.clear()
    with override_settings(OUTBOX_SUBSCRIPTIONS=f"{__name__}.TABLE"):
        yield


def _publish(key: str, name: str = "a") -> None:
    with transaction.atomic():
        outbox.publish(name, {}, key=key)


def test_every_consumer_hears_an_event_once() -> None:
    _publish("x")
    _publish("x")
    assert OutboxEvent.objects.count() == 1, "the same fact is recorded once"
    assert outbox.drain() == 2
    assert outbox.drain() == 0
    assert heard == ["x"]
    assert AuditRecord.objects.filter(action="x").count() == 1


def test_a_rolled_back_change_tells_nobody() -> None:
    with transaction.atomic():
        outbox.publish("a", {}, key="never")
        transaction.set_rollback(True)
    assert outbox.drain() == 0
    assert not heard


def test_a_delivery_sent_twice_has_its_effect_once() -> None:
    _publish("x")
    outbox.fan_out()
    (row,) = OutboxDelivery.objects.filter(consumer=note.name)
    assert outbox.deliver(note.name, [row.pk]) == 1
    assert outbox.deliver(note.name, [row.pk]) == 0
    assert AuditRecord.objects.filter(action="x").count() == 1


def test_a_delivery_that_is_running_is_not_run_beside_itself() -> None:
    _publish("x")
    outbox.fan_out()
    row = OutboxDelivery.objects.get(consumer=note.name)
    assert outbox._begin([row.pk]) == [row.pk]
    assert outbox.deliver(note.name, [row.pk]) == 0
    with clock.at(clock.now() + timedelta(seconds=300)):
        assert outbox.deliver(note.name, [row.pk]) == 1, "a lost worker's delivery is taken over"


def test_an_undone_delivery_is_sent_again_after_a_while() -> None:
    _publish("x")
    outbox.fan_out()
    assert len(outbox.claim_due()) == 2
    assert outbox.claim_due() == []
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert len(outbox.claim_due()) == 2


def test_a_failing_consumer_is_repeated_then_parked_and_the_others_go_on() -> None:
    broken.add("x")
    _publish("x")
    now = clock.now()
    for hour in range(8):
        with clock.at(now + timedelta(hours=2 * hour)):
            outbox.fan_out()
            for target, keys in outbox.claim_due():
                outbox.deliver(target.name, keys)
    row = OutboxDelivery.objects.get(consumer=note.name)
    assert (row.state, row.attempts) == ("parked", 5)
    assert "broken on purpose" in row.last_error
    assert heard == ["x"]
    assert not AuditRecord.objects.exists(), "nothing of a failed effect stays"


def test_what_takes_its_process_down_each_time_is_parked() -> None:
    _publish("x")
    now = clock.now()
    for minute in range(8):
        with clock.at(now + timedelta(minutes=2 * minute)):
            outbox.fan_out()
            for target, keys in outbox.claim_due():
                if target is shout:
                    outbox.deliver(target.name, keys)
                else:
                    outbox._begin(keys)  # and the process is gone
    row = OutboxDelivery.objects.get(consumer=note.name)
    assert (row.state, row.attempts) == ("parked", 5)
    assert heard == ["x"], "the others go on"


def test_batches_are_gathered() -> None:
    with transaction.atomic():
        outbox.publish_many([("many", {}, str(i)) for i in range(25)])
    outbox.drain()
    assert batches == [10, 10, 5]


def test_lag_is_the_age_of_the_oldest_undelivered() -> None:
    assert outbox.lag_seconds() == 0
    _publish("x")
    with clock.at(clock.now() + timedelta(seconds=90)):
        assert 89 < outbox.lag_seconds() < 92
        outbox.drain()
        assert outbox.lag_seconds() == 0


def test_a_job_runs_once_a_day_and_catches_up() -> None:
    ran: list[date] = []

    def work(day: date) -> dict[str, int]:
        ran.append(day)
        return {"n": 1}

    assert jobs.run_once("sweep", date(2026, 3, 1), work)
    assert not jobs.run_once("sweep", date(2026, 3, 1), work)
    for day in jobs.missed_days("sweep", until=date(2026, 3, 4)):
        jobs.run_once("sweep", day, work)
    assert ran == [date(2026, 3, d) for d in (1, 2, 3, 4)]
    assert JobRun.objects.filter(finished_at__isnull=False).count() == 4
