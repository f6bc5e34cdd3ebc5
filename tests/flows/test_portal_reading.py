"""A reader comes in by the map, stays inside a portal, and changes the language without losing the place."""

import re

import pytest
from django.test import Client

from clusters.actions import hand_over
from cms.seeding import Tale, Words
from tests.factories.catalog import make_listing, variants_of
from tests.factories.clusters import make_cluster
from tests.factories.companies import make_buyer, make_company, make_member, make_staff
from tests.factories.orders import make_group
from tests.factories.pages import make_portal

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_from_the_map_into_a_portal_and_to_its_goods(client: Client) -> None:
    town, other = make_cluster(name_en="Zhuji socks"), make_cluster(name_en="Baigou bags")
    listing, foreign = make_listing(cluster=town), make_listing(cluster=other)
    make_portal(other)
    make_portal(town, stories=(Tale(Words("样品", "A sample"), (Words("一天", "One day"),)),))

    assert f'href="/en/{town.code}/"' in read(client, "/en/")
    portal = read(client, f"/en/{town.code}/")
    assert listing.title_en in portal
    assert foreign.title_en not in portal

    # Every way on from the page's own content stays in the portal.
    main = portal.split("<main")[1].split("</main>")[0]
    ways = {
        href for href in re.findall(r'href="(/[^"#]*)"', main) if not href.startswith(("/static", "/media"))
    }
    assert ways
    assert all(href.startswith(f"/en/{town.code}/") for href in ways), ways
    assert listing.title_en in read(client, f"/en/{town.code}/listings/{listing.public_id}/")
    assert client.get(f"/en/{town.code}/listings/{foreign.public_id}/").status_code == 404


def test_the_language_switch_keeps_the_place(client: Client) -> None:
    town = make_cluster()
    make_portal(town, stories=(Tale(Words("样品", "A sample"), (Words("一天", "One day"),)),))
    for path in ("/", f"/{town.code}/", f"/{town.code}/story-1/"):
        assert f'href="/language/en/?next=/en{path}"' in read(client, path)
        assert f'href="/en/language/zh-hans/?next={path}"' in read(client, f"/en{path}")


def test_a_buyer_finds_what_is_due_and_what_to_order_again_first(client: Client) -> None:
    town = make_cluster()
    make_portal(town)
    listing = make_listing(cluster=town)
    buyer, stranger = make_buyer(), make_buyer()
    make_group(buyer, {variants_of(listing)[0]: 120})

    assert "Order again" not in read(client, "/en/")
    client.force_login(buyer.user)
    home = read(client, "/en/")
    assert home.index("What is due") < home.index("The towns")
    assert "Order again" in home
    assert 'href="/en/finance/"' in home
    client.force_login(stranger.user)
    assert "Order again" not in read(client, "/en/")


def test_only_those_who_tend_a_page_are_offered_to_edit_it(client: Client) -> None:
    town, other = make_cluster(), make_cluster()
    page = make_portal(town)
    make_portal(other)
    operator = make_company(is_operator=True)
    person = make_member(operator, role="operator")
    hand_over(acting_user=make_staff(), cluster=town, operator=operator)
    assert "/cms/pages/" not in read(client, f"/{town.code}/")
    client.force_login(make_buyer().user)
    assert "/cms/pages/" not in read(client, f"/{town.code}/")
    client.force_login(person)
    assert f"/cms/pages/{page.pk}/edit/" in read(client, f"/{town.code}/")
    assert "/cms/pages/" not in read(client, f"/{other.code}/")
