"""Index on change, rebuild while writing, drift: through the outbox and the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.actions import pause_listing, publish_listing, set_ladder, tell_listings_changed
from marketplace.catalog.models import Listing, PriceTier
from marketplace.catalog.rules import Tier
from marketplace.companies.models import Supplier
from marketplace.core import clock, outbox
from marketplace.core.actors import SYSTEM
from search import documents, indexing, rebuilding, tasks
from search.backends import serving
from search.backends.embedded import EmbeddedBackend
from search.backends.interface import Band, EngineError, Filters, SearchRequest, Sort
from search.backends.operations import Written
from search.models import IndexRun, PendingChange, SearchIndex
from tests.factories.catalog import make_certificate, make_listing
from tests.factories.clusters import make_cluster, make_factory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]
State = SearchIndex.State


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The outbox tells search what changed, whatever else listens."""
    table = {
        "listing.changed": (tasks.on_listing_changed,),
        "supplier.changed": (tasks.on_parent_changed,),
    }
    monkeypatch.setattr(outbox, "subscriptions", lambda: table)


def found(q: str = "", **fields: object) -> list[int]:
    return serving.search(SearchRequest(q=q, **fields)).ids  # type: ignore[arg-type]


def change(listing: Listing) -> None:
    with transaction.atomic():
        tell_listings_changed([listing.pk])
    outbox.drain()


@pytest.fixture
def socks() -> Listing:
    return make_listing(title_zh="纯棉中筒袜", title_en="Cotton crew socks")


def test_first_index_is_built_by_the_regular_task(socks: Listing) -> None:
    with pytest.raises(EngineError):
        found()
    tasks.flush_pending()
    assert found("mianwa") == [socks.pk]
    tasks.flush_pending()
    assert SearchIndex.objects.count() == 1


@pytest.mark.usefixtures("heard")
def test_changes_reach_the_index(socks: Listing) -> None:
    rebuilding.rebuild("embedded")
    late = make_listing(title_zh="羊毛手套", title_en="Wool gloves")
    assert found("gloves") == []
    change(late)
    assert found("gloves") == [late.pk]
    pause_listing(acting_user=SYSTEM, listing=late, reason="holiday")
    outbox.drain()
    assert found("gloves") == []
    assert found() == [socks.pk]
    publish_listing(acting_user=SYSTEM, listing=late)
    outbox.drain()
    assert found("gloves") == [late.pk]
    assert PendingChange.objects.count() == 0


@pytest.mark.usefixtures("heard")
def test_a_new_price_is_searched_at_once(socks: Listing) -> None:
    rebuilding.rebuild("embedded")
    cheap = Filters(price=Band(0, 199))
    assert found(quantity=3000, filters=cheap) == []
    set_ladder(acting_user=SYSTEM, listing=socks, ladder=[Tier(120, 300), Tier(2000, 199)], reason="spring")
    outbox.drain()
    assert found(quantity=2000, filters=cheap) == [socks.pk]
    assert found(quantity=1999, filters=cheap) == []


@pytest.mark.usefixtures("heard")
def test_a_suspended_supplier_takes_all_its_listings_along(socks: Listing) -> None:
    rebuilding.rebuild("embedded")
    with transaction.atomic():
        Supplier.objects.filter(pk=socks.supplier_id).update(state=Supplier.State.SUSPENDED)
        outbox.publish("supplier.changed", {"supplier": socks.supplier_id})
    outbox.drain()
    assert found() == []


@pytest.mark.usefixtures("heard")
def test_many_changes_of_one_listing_are_one_write(socks: Listing) -> None:
    rebuilding.rebuild("embedded")
    for _ in range(7):
        with transaction.atomic():
            tell_listings_changed([socks.pk])
    outbox.drain()
    run = IndexRun.objects.filter(kind=IndexRun.Kind.CHANGES).get()
    assert (run.listings, run.written) == (1, 1)


def test_an_engine_that_refuses_is_told_again(socks: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    index = rebuilding.rebuild("embedded")
    indexing.note_changes([socks.pk])
    whole = EmbeddedBackend.bulk_write
    monkeypatch.setattr(
        EmbeddedBackend, "bulk_write", lambda *a, **k: Written(failed=((socks.pk, "queue is full"),))
    )
    indexing.flush_all()
    row = PendingChange.objects.get()
    assert (row.tries, row.error) == (1, "refused by the engine")
    assert row.due_at > clock.now()

    def away(*args: object, **kwargs: object) -> Written:
        raise EngineError("gone")

    monkeypatch.setattr(EmbeddedBackend, "bulk_write", away)
    with clock.at(clock.now() + timedelta(minutes=5)):
        indexing.flush_all()
        index.refresh_from_db()
        assert index.last_error == "gone"
        assert PendingChange.objects.get().tries == 2
        assert indexing.oldest_pending_seconds() >= 300
    monkeypatch.setattr(EmbeddedBackend, "bulk_write", whole)
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert indexing.flush_all() == 1
    index.refresh_from_db()
    assert (index.last_error, PendingChange.objects.count()) == ("", 0)


def test_a_change_between_reading_and_striking_off_is_not_lost(
    socks: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = rebuilding.rebuild("embedded")
    whole = EmbeddedBackend.bulk_write
    once: list[bool] = []

    def meanwhile(self: EmbeddedBackend, *args: object, **kwargs: object) -> Written:
        if not once:
            once.append(True)
            Listing.objects.filter(pk=socks.pk).update(title_en="Bamboo scarf")
            indexing.note_changes([socks.pk])
        return whole(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(EmbeddedBackend, "bulk_write", meanwhile)
    indexing.note_changes([socks.pk])
    indexing.flush(index, serving.embedded())
    assert found("scarf") == [socks.pk]
    assert found("crew socks", mend=False) == [socks.pk]  # the Chinese title still says so


def test_only_one_process_writes_and_the_other_does_not_wait(socks: Listing) -> None:
    index = rebuilding.rebuild("embedded")
    SearchIndex.objects.filter(pk=index.pk).update(leased_until=clock.now() + timedelta(seconds=60))
    indexing.note_changes([socks.pk])
    assert indexing.flush_all() == 0
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert indexing.flush_all() == 1


# Rebuild


def test_rebuild_while_writes_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = make_cluster()
    factory = make_factory(cluster=cluster)
    listings = [make_listing(factory=factory, title_en=f"Sock {n}") for n in range(9)]
    rebuilding.rebuild("embedded")
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    seen: list[tuple[int, int]] = []

    def meanwhile(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 4:
            # One already written, one still to come, one gone, one new: all during the rebuild.
            Listing.objects.filter(pk=listings[0].pk).update(title_en="Changed early")
            Listing.objects.filter(pk=listings[7].pk).update(title_en="Changed ahead")
            Listing.objects.filter(pk=listings[1].pk).update(state=Listing.State.PAUSED)
            new = make_listing(factory=factory, title_en="Brand new")
            indexing.note_changes([listings[0].pk, listings[7].pk, listings[1].pk, new.pk])
            assert found("sock 5", limit=1)

    index = rebuilding.rebuild("embedded", progress=meanwhile)
    assert seen[-1][0] >= 9
    assert (index.state, serving.embedded().live()) == (State.LIVE, index.name)
    assert found("changed early") == [listings[0].pk]
    assert found("changed ahead") == [listings[7].pk]
    assert found("brand new")
    assert listings[1].pk not in found(limit=100)
    assert len(found(limit=100)) == 9
    assert indexing.compare(index, serving.embedded()).count == 0
    assert SearchIndex.objects.filter(state=State.RETIRED).count() == 1


class Killed(BaseException):
    """The process ends here."""


def test_a_killed_rebuild_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    factory = make_factory()
    listings = [make_listing(factory=factory) for _ in range(7)]
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    monkeypatch.setattr(rebuilding, "COMMIT_EVERY", 2)

    def die(done: int, total: int) -> None:
        if done >= 4:
            raise Killed

    with pytest.raises(Killed):
        rebuilding.rebuild("embedded", progress=die)
    half = SearchIndex.objects.get()
    assert (half.state, half.documents) == (State.BUILDING, 4)
    assert serving.embedded().live() is None
    Listing.objects.filter(pk=listings[0].pk).update(title_en="Meanwhile")
    indexing.note_changes([listings[0].pk])
    serving.forget()  # another process
    steps: list[int] = []
    index = rebuilding.rebuild("embedded", progress=lambda done, total: steps.append(done))
    assert index.pk == half.pk
    assert steps[0] == 6
    assert sorted(found(limit=50)) == sorted(row.pk for row in listings)
    assert found("meanwhile") == [listings[0].pk]


def test_a_rebuild_does_not_disturb_another(socks: Listing) -> None:
    index = rebuilding._building("embedded", serving.embedded(), fresh=False)
    SearchIndex.objects.filter(pk=index.pk).update(leased_until=clock.now() + timedelta(seconds=60))
    with pytest.raises(indexing.Busy):
        rebuilding.rebuild("embedded")
    with pytest.raises(indexing.Busy):
        rebuilding.rebuild("embedded", fresh=True)
    with pytest.raises(CommandError):
        call_command("rebuild_search", stdout=StringIO())


def test_never_more_than_one_old_index_lies_about(socks: Listing) -> None:
    for _ in range(4):
        rebuilding.rebuild("embedded")
    assert len(serving.embedded().indexes()) == 2
    assert SearchIndex.objects.count() == 2


def test_the_commands(socks: Listing) -> None:
    out = StringIO()
    call_command("rebuild_search", "--engine", "embedded", stdout=out)
    assert "1 listings" in out.getvalue()
    built = serving.embedded().live()
    call_command("rebuild_search", "--engine", "embedded", "--missing", stdout=StringIO())
    assert serving.embedded().live() == built
    for missing in ((), ("--missing",)):
        with pytest.raises(CommandError, match="not configured"):
            call_command("rebuild_search", "--engine", "elasticsearch", *missing, stdout=out)
    Listing.objects.filter(pk=socks.pk).update(version=99)
    with pytest.raises(CommandError):
        call_command("search_drift", "--report", stdout=out)
    call_command("search_drift", stdout=out)
    assert "stale 1" in out.getvalue()
    call_command("search_drift", "--report", stdout=out)


# Drift


def test_drift_is_found_and_mended(socks: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [make_listing(factory=socks.factory) for _ in range(5)]
    index = rebuilding.rebuild("embedded")
    unheard = make_listing(factory=socks.factory)
    Listing.objects.filter(pk=others[0].pk).update(version=7)
    Listing.objects.filter(pk=others[1].pk).update(state=Listing.State.PAUSED)
    waiting = make_listing(factory=socks.factory)
    indexing.note_changes([waiting.pk])
    for window in (1, 2, 3, 100):
        drift = indexing.compare(index, serving.embedded(), window=window)
        assert drift == indexing.Drift((unheard.pk,), (others[0].pk,), (others[1].pk,), drift.compared)
    report = tasks.look_after()
    assert report["embedded"]["missing"] == 1
    assert indexing.compare(index, serving.embedded()).count == 0
    assert PendingChange.objects.count() == 0


def test_old_tombstones_are_forgotten_after_a_week(socks: Listing) -> None:
    index = rebuilding.rebuild("embedded")
    gone = make_listing(factory=socks.factory, state=Listing.State.PAUSED)
    indexing.note_changes([gone.pk])
    indexing.flush_all()
    assert serving.embedded().stats(index.name).tombstones == 1
    with clock.at(clock.now() + timedelta(days=8)):
        indexing.note_changes([socks.pk])
        indexing.flush_all()
        indexing.note_changes([socks.pk])
        with clock.at(clock.now() + timedelta(days=8)):
            indexing.purge()
    assert serving.embedded().stats(index.name).tombstones == 0
    assert found() == [socks.pk]


def test_nightly_runs_once_a_day(socks: Listing) -> None:
    rebuilding.rebuild("embedded")
    tasks.nightly()
    Listing.objects.filter(pk=socks.pk).update(version=50)
    tasks.nightly()
    assert indexing.compare(SearchIndex.objects.get(), serving.embedded()).count == 1
    with clock.at(clock.now() + timedelta(days=1)):
        tasks.nightly()
    assert indexing.compare(SearchIndex.objects.get(), serving.embedded()).count == 0


# Documents


@pytest.fixture
def forty() -> Iterator[list[int]]:
    listings = [make_listing() for _ in range(40)]
    for listing in listings[::3]:
        make_certificate(listing.factory)
    return [row.pk for row in listings]  # type: ignore[return-value]


def test_documents_cost_five_queries_whatever_their_number(forty: list[int]) -> None:
    counts = set()
    documents.build(forty)  # the wordings of attributes are written down once
    for size in (1, 24, 40):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(documents.build(forty[:size])) == size
        counts.add(len(queries))
    assert counts == {5}


def test_a_document_says_what_the_listing_says(socks: Listing) -> None:
    certificate = make_certificate(socks.factory)
    make_certificate(socks.factory, kind="Expired", valid_until=clock.today() - timedelta(days=1))
    own = make_certificate(socks.factory, kind="Own", covers_all=False)
    own.listings.add(socks)
    other = make_listing(factory=socks.factory)
    one, two = documents.build([other.pk, socks.pk])
    assert one.listing_id == socks.pk
    assert one.ladder == ((120, 300), (1200, 245), (3000, 210))
    assert one.cluster == socks.cluster.code
    assert one.features == ("certified", "verified", "stock")
    assert {certificate.kind, "Own"} <= set(one.facts_en)
    assert "Own" not in two.facts_en
    assert "Expired" not in one.facts_en
    assert one.attributes == (("material", "combed cotton"),)
    assert documents.build([0, 10**15]) == []


def test_prices_of_variants_count_where_the_listing_has_none(socks: Listing) -> None:
    first, second = socks.variants.all()[:2]
    Listing.objects.filter(pk=socks.pk).update(moq=10)
    socks.tiers.all().delete()
    PriceTier.objects.create(listing=socks, variant=first, min_qty=10, unit_price=500)
    PriceTier.objects.create(listing=socks, variant=first, min_qty=100, unit_price=300)
    PriceTier.objects.create(listing=socks, variant=second, min_qty=50, unit_price=400)
    assert documents.build([socks.pk])[0].ladder == ((10, 400), (100, 300))
    rebuilding.rebuild("embedded")
    assert found(sort=Sort.PRICE, quantity=99, filters=Filters(price=Band(400, 400))) == [socks.pk]
