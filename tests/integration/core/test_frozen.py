"""Frozen reads answer what their querysets answer, whatever the values, and are compiled once per shape."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.models import Certificate, Listing, PriceTier, Variant
from marketplace.core.frozen import Frozen, Marks, attach
from tests.factories.catalog import make_listing

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_queryset() -> None:
    listings = [make_listing() for _ in range(3)]
    frozen = Frozen(
        lambda m: Listing.objects.filter(pk__in=m.wholes("keys")).order_by("pk").values_list("pk", "title_en")
    )
    for some in (listings[:1], listings, listings[1:]):
        keys = [listing.pk for listing in some]
        assert frozen(keys=keys) == list(
            Listing.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "title_en")
        )


def test_objects_come_with_their_joined_sides_and_converted_columns() -> None:
    listing = make_listing()
    frozen = Frozen(
        lambda m: Listing.objects.filter(public_id=m.text("public_id")).select_related("supplier", "cluster")
    )
    with CaptureQueriesContext(connection) as queries:
        (found,) = frozen(public_id=listing.public_id)
        assert found.supplier.name_en == listing.supplier.name_en
        assert found.cluster.code == listing.cluster.code
    assert len(queries) == 1
    listing.refresh_from_db()
    assert found == listing
    assert found.attributes == listing.attributes, "JSON is read"
    assert found.is_made_to_order is listing.is_made_to_order, "booleans are booleans on every database"
    assert found.created_at == listing.created_at, "moments carry their zone"
    assert frozen(public_id="nobody") == []


def test_days_and_moments_are_filled_in() -> None:
    listing = make_listing()
    start, stop = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    Certificate.objects.create(
        factory=listing.factory, kind="ISO 9001", number="1", issuer="SGS", valid_from=start, valid_until=stop
    )

    def in_force(m: Marks) -> QuerySet[Certificate]:
        today = m.day("today")
        return Certificate.objects.filter(
            valid_from__lte=today, valid_until__gte=today, created_at__lt=m.moment("before")
        )

    frozen = Frozen(in_force)
    later = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    assert len(frozen(today=start, before=later)) == 1
    assert len(frozen(today=stop, before=later)) == 1
    assert frozen(today=stop + dt.timedelta(days=1), before=later) == []
    assert frozen(today=start, before=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) == []


def test_each_shape_is_compiled_once() -> None:
    listing = make_listing()
    built = []

    def build(m: Marks) -> QuerySet[Variant]:
        built.append(1)
        return Variant.objects.filter(listing__in=m.wholes("keys"))

    frozen = Frozen(build)
    for count in (1, 1, 3, 4, 4):
        frozen(keys=[listing.pk] * count)
    assert len(built) == 2, "one key; up to four keys"


def test_a_mark_that_the_query_lost_is_refused() -> None:
    def build(m: Marks) -> QuerySet[Listing]:
        m.whole("forgotten")
        return Listing.objects.filter(moq=1)

    with pytest.raises(ValueError, match="forgotten"):
        Frozen(build)(forgotten=1)


def test_attached_rows_are_read_without_a_query() -> None:
    listing = make_listing()
    tiers = list(PriceTier.objects.filter(listing=listing))
    attach(listing, "tiers", tiers)
    with CaptureQueriesContext(connection) as queries:
        assert list(listing.tiers.all()) == tiers
        assert all(tier.listing is listing for tier in listing.tiers.all())
    assert not queries.captured_queries
