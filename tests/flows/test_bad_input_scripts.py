"""Scripts in every text field: kept as they were typed, and shown as text wherever anybody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core import mail
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from marketplace.core import outbox
from marketplace.orders.models import Order
from marketplace.sourcing.models import Inquiry
from payments.models import CreditNote, TradeDispute
from tests.support.bad_input_checks import sentences
from tests.support.bad_input_table import PERSON, TABLE, Door, body_of, doors
from tests.support.bad_input_world import CSRF, Ground, standing

SCRIPT = '"><script>alert(1)</script>'
FORM = "application/x-www-form-urlencoded"
DOORS = list(doors())
# Pages that show nothing of what others typed.
NOTHING_KEPT = ("account_", "ui:", "mfa_a", "mfa_d", "mfa_g", "mfa_v", "healthz", "readyz")
TEXTS = [
    (door, field)
    for door in DOORS
    for field, (kind, _) in door.spec.get("form", {}).items()
    if kind in ("text", "note") and 302 in door.ok
]


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with standing(django_db_blocker) as found:
        yield found


def mark_of(door: Door, field: str) -> str:
    """A word by which the field's text is found again."""
    return f"zq{TEXTS.index((door, field))}zq"


def post(ground: Ground, door: Door, field: str) -> Any:
    """The door's valid request with a script in one field."""
    prefix = f"{door.spec['prefix']}-" if "prefix" in door.spec else ""
    text = quote_plus(mark_of(door, field) + SCRIPT)
    ground.wear(door.role)
    # A form sent once with one text may be sent again with another.
    fields = door.fields(ground.ids)
    fresh = {name: f"key-of-{mark_of(door, field)}" for name, (kind, _) in fields.items() if kind == "key"}
    body = f"csrfmiddlewaretoken={CSRF}&{body_of(fields, {prefix + field: text} | fresh)}"
    answer = ground.client.generic("POST", door.address(ground.ids, "en"), body, FORM, HTTP_ACCEPT=PERSON)
    if door.name == "account_signup":
        ground.keep("NEW")
    return answer


def pages(ground: Ground, orders: list[Order], threads: list[Inquiry]) -> Iterator[tuple[str, str]]:
    """Role and address of all there is to read: every door of the table, and what was made just now."""
    for door in DOORS:
        if door.verb == "GET" and 200 in door.ok and not door.name.startswith(NOTHING_KEPT):
            fields = body_of(door.fields(ground.ids))
            yield door.role, f"{door.address(ground.ids, 'en')}?{fields}"
    mine = {"invoice__buyer": ground.world.a.buyer.company}
    for dispute in TradeDispute.objects.filter(**mine):
        yield "BA", reverse("payments:dispute", args=[dispute.public_id])
    for note in CreditNote.objects.filter(**mine):
        yield "BA", reverse("payments:credit_document", args=[note.public_id])
    yield "NEW", reverse("accounts:me")
    yield "NEW", reverse("home")
    for order in orders:
        yield "BA", reverse("orders:order", args=[order.public_id])
        yield "BA", reverse("payments:receipt", args=[order.group.public_id])
        yield "SA", reverse("fulfilment:order", args=[order.public_id])
        yield "SP", reverse("dashboards:order", args=[order.public_id])
        yield "FI", reverse("payments:order_journals", args=[order.public_id])
    for thread in threads:
        yield "BA", reverse("sourcing:thread", args=[thread.public_id])
        yield "SA", reverse("sourcing:thread", args=[thread.public_id])


def read_all(ground: Ground, orders: list[Order], threads: list[Inquiry]) -> str:
    """Every page after one another; fails where one of them runs a script."""
    bodies = []
    for role, address in pages(ground, orders, threads):
        ground.wear(role)
        answer = ground.client.generic("GET", address, HTTP_ACCEPT=PERSON)
        body = answer.content.decode(errors="replace") if not answer.streaming else ""
        assert answer.status_code < 500, f"{address} of {role}: {answer.fault!r}"
        assert SCRIPT not in body, f"a script runs on {address} of {role}"
        assert "<script>alert(" not in body, f"a script runs on {address} of {role}"
        bodies.append(body)
    for letter in mail.outbox:
        for content, kind in getattr(letter, "alternatives", []):
            assert SCRIPT not in content or "html" not in kind, f"a script in the mail {letter.subject!r}"
    return "\n".join(bodies)


def send_what_fits(ground: Ground, left: list[tuple[Door, str]]) -> list[tuple[Door, str]]:
    """Send a script in one field of each door that the world allows at once; which fields they were."""
    sent = []
    for door, field in {door.name: (door, field) for door, field in reversed(left)}.values():
        answer = post(ground, door, field)
        assert answer.status_code < 500, f"{door} {field}: {answer.fault!r}"
        assert answer.status_code != 422, f"{door} {field} is not taken: {sentences(answer)}"
        if answer.status_code in (302, 303):
            sent.append((door, field))
    return sent


def test_scripts_are_kept_and_shown_as_text(ground: Ground) -> None:
    assert len(TEXTS) > 15
    left, unseen = list(TEXTS), []
    while left:
        with ground.undone():
            known = [set(model.objects.values_list("pk", flat=True)) for model in (Order, Inquiry)]
            sent = send_what_fits(ground, left)
            assert sent, f"never taken: {[f'{door} {field}' for door, field in left]}"
            outbox.drain()
            orders = list(Order.objects.exclude(pk__in=known[0]).select_related("group"))
            text = read_all(ground, orders, list(Inquiry.objects.exclude(pk__in=known[1])))
        unseen += [f"{door} {field}" for door, field in sent if mark_of(door, field) not in text]
        left = [one for one in left if one not in sent]
    assert sorted(unseen) == sorted(TABLE["shown_nowhere"])
