"""The demo's rows: written once, found again, and what the books and the catalogue ask of them holds."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Min

from clusters.models import Cluster, Factory
from marketplace.accounts.models import User
from marketplace.campaigns.models import Campaign
from marketplace.catalog.models import Category, Certificate, Listing, PriceHistory, PriceTier, Variant
from marketplace.companies.models import Company, Membership
from marketplace.core import clock
from marketplace.demo.making import people, stock
from marketplace.demo.seeding import Wish, make_base, write_accounts

pytestmark = pytest.mark.django_db
RICH, TOTAL = 156, 180


@pytest.fixture
def demo() -> None:
    """The base and the first listings: every works has at least two."""
    make_base(Wish())
    stock.write_listings(7, TOTAL, rich=RICH)


def _counts() -> dict[str, int]:
    models = (
        Cluster,
        Category,
        Company,
        Membership,
        User,
        Factory,
        Certificate,
        Listing,
        Variant,
        PriceTier,
        Campaign,
    )
    return {model.__name__: model._default_manager.count() for model in models}


def test_a_second_run_adds_nothing(demo: None) -> None:
    before = _counts()
    make_base(Wish())
    assert stock.write_listings(7, TOTAL, rich=RICH) == 0
    assert _counts() == before
    assert before["Cluster"] == 10
    assert before["Factory"] >= 60


def test_more_listings_are_added_to_those_there(demo: None) -> None:
    first = set(Listing.objects.values_list("pk", "public_id"))
    assert stock.write_listings(7, TOTAL + 30, rich=RICH) == 30
    assert first < set(Listing.objects.values_list("pk", "public_id"))
    made = Listing.objects.create(
        **{
            f: getattr(Listing.objects.earliest("pk"), f)
            for f in ("supplier", "factory", "cluster", "category")
        },
        title_zh="新",
        title_en="New",
    )
    assert made.pk > max(pk for pk, _ in first)  # the database counts on from the keys that were chosen


def test_listings_can_be_sold(demo: None) -> None:
    assert not Listing.objects.exclude(state=Listing.State.PUBLISHED).exists()
    assert not Listing.objects.annotate(n=Count("variants")).filter(n=0).exists()
    lowest = Listing.objects.annotate(first=Min("tiers__min_qty"))
    assert not lowest.exclude(first=F("moq")).exists()
    assert not Listing.objects.exclude(best_price__lte=F("base_price")).exists()
    assert not Listing.objects.exclude(supplier=F("factory__supplier")).exists()
    assert not Listing.objects.exclude(cluster=F("factory__cluster")).exists()
    assert not Variant.objects.exclude(supplier=F("listing__supplier")).exists()
    assert PriceHistory.objects.values("listing").distinct().count() == RICH
    assert not Listing.objects.filter(images__isnull=True).exists()


def test_clusters_know_how_much_they_show(demo: None) -> None:
    for cluster in Cluster.objects.all():
        assert cluster.listing_count == Listing.objects.filter(cluster=cluster).count() > 0
        assert cluster.factory_count == Factory.objects.filter(cluster=cluster).count() > 0


def test_every_role_can_sign_in(demo: None) -> None:
    for account in people.accounts():
        user = User.objects.get(email=account.email)
        assert check_password(people.PASSWORD, user.password)
        assert user.emailaddress_set.filter(verified=True, primary=True).exists()
        assert user.staff_role == account.staff_role
        if not account.staff_role:
            assert user.memberships.filter(state=Membership.State.ACTIVE).exists()
    ownerless = Company.objects.exclude(memberships__role=Membership.Role.OWNER).exclude(is_platform=True)
    assert not ownerless.exists()


def test_an_origin_day_and_the_festival_run_now(demo: None) -> None:
    now = clock.now()
    running = Campaign.objects.filter(starts_at__lte=now, ends_at__gt=now, state=Campaign.State.APPROVED)
    assert {campaign.kind for campaign in running} == {Campaign.Kind.ORIGIN_DAY, Campaign.Kind.FESTIVAL}


def test_accounts_are_written_down(demo: None, settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    write_accounts()
    rows = json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))
    assert {"buyer@chandi.test", "supplier@chandi.test", "operator@chandi.test", "staff@chandi.test"} <= {
        row["email"] for row in rows
    }
    assert all(set(row) == {"role", "email", "password", "path"} for row in rows)


def test_reset_is_refused_where_debugging_is_off(demo: None, settings: Any) -> None:
    settings.DEBUG = False
    before = _counts()
    with pytest.raises(CommandError):
        call_command("seed", "--reset", stdout=io.StringIO())
    assert _counts() == before
