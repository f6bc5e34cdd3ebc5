"""While nobody takes messages, changes are saved, pages answer, and later the index comes right by itself."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from kombu.exceptions import OperationalError

from marketplace.catalog.actions import set_ladder
from marketplace.catalog.rules import Tier
from marketplace.core import clock, outbox
from marketplace.core.actors import SYSTEM
from marketplace.core.models import OutboxDelivery
from marketplace.core.relay import relay_once
from marketplace.core.tasks import deliver
from search import indexing
from search.backends import serving
from search.backends.interface import SearchRequest, Sort
from search.models import SearchIndex
from search.rebuilding import rebuild
from tests.factories.catalog import make_listing
from tools.processes import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


def test_a_change_without_a_broker_is_late_and_not_lost(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = make_listing(title_en="Cotton crew socks", ladder=((1, 300),))
    dear = make_listing(factory=cheap.factory, title_en="Wool socks", ladder=((1, 500),))
    rebuild("embedded")
    client.get("/en/find/", {"q": "socks"})  # the first page of a process takes its time
    by_price = SearchRequest(q="socks", sort=Sort.PRICE)
    assert serving.search(by_price).ids == [cheap.pk, dear.pk]
    outbox.drain()
    nobody = deliver.app.connection_for_write(f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(deliver, "apply_async", partial(deliver.apply_async, connection=nobody))
    set_ladder(acting_user=SYSTEM, listing=dear, ladder=[Tier(1, 100)], reason="cheaper yarn")
    with pytest.raises(OperationalError):
        relay_once()
    started = time.perf_counter()
    assert client.get("/en/find/", {"q": "socks", "sort": "price"}).status_code == 200
    assert time.perf_counter() - started < 3
    assert OutboxDelivery.objects.filter(consumer__startswith="search.").exists()
    monkeypatch.undo()
    with clock.at(clock.now() + timedelta(minutes=5)):
        outbox.drain()
        indexing.flush_all()
    assert serving.search(by_price).ids == [dear.pk, cheap.pk]
    row = SearchIndex.objects.get(state=SearchIndex.State.LIVE)
    assert indexing.compare(row, serving.embedded()).count == 0
