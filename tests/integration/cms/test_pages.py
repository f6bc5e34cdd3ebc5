"""Portals, home and stories in both languages: words, addresses, search engines, no cookie."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.pages.home import HomePage
from cms.pages.portal import PortalPage
from cms.seeding import Shelf, Tale, Words, Year
from marketplace.campaigns.models import Campaign
from marketplace.core import clock
from tests.factories.catalog import make_certificate, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.pages import make_portal

pytestmark = pytest.mark.django_db

STORY = {
    "origin": Tale(
        Words("堂屋里的袜机", "A machine in the front room"),
        (Words("从一台手摇袜机开始。", "It began by hand."),),
    ),
    "timeline": (Year("1978", Words("第一台", "The first")), Year("1991", Words("市场", "The market"))),
    "faq": ((Words("最少订多少？", "How few?"), Words("一打。", "A dozen.")),),
    "stories": (
        Tale(Words("三天出样", "A sample in three days"), (Words("早上画，夜里出样。", "Drawn at dawn."),)),
    ),
}


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_portal_speaks_both_languages(client: Client) -> None:
    cluster = make_cluster(name_zh="诸暨袜业", name_en="Zhuji socks", since_year=1978, factory_count=7)
    factory = make_factory(
        cluster=cluster, name_zh="云和织造", name_en="Yunhe Knitting", capacity_per_day=20_000
    )
    make_certificate(factory, kind="OEKO-TEX Standard 100")
    listing = make_listing(factory=factory, title_zh="精梳棉袜", title_en="Combed cotton socks")
    make_portal(cluster, **STORY)

    chinese, english = body(client, f"/{cluster.code}/"), body(client, f"/en/{cluster.code}/")
    for said in (
        "诸暨袜业",
        "堂屋里的袜机",
        "第一台",
        "最少订多少？",
        "云和织造",
        "20,000",
        "精梳棉袜",
        "1978",
    ):
        assert said in chinese
    for said in (
        "Zhuji socks",
        "front room",
        "The first",
        "How few?",
        "Yunhe Knitting",
        "Combed cotton socks",
    ):
        assert said in english
    assert 'lang="zh-Hans"' in chinese
    assert 'lang="en"' in english
    assert f"/{cluster.code}/listings/{listing.public_id}/" in chinese
    assert f"/en/{cluster.code}/listings/{listing.public_id}/" in english
    assert "OEKO-TEX Standard 100" in chinese


def test_asking_stays_inside_the_portal(client: Client) -> None:
    cluster = make_cluster()
    verified = make_factory(cluster=cluster)
    other = make_factory(cluster=cluster, state="unverified")
    make_portal(cluster)
    shown = body(client, f"/en/{cluster.code}/")
    assert shown.count(f'href="/en/{cluster.code}/ask/"') == 2, "on the name card and at the end"
    assert f"/en/{cluster.code}/ask/?to={verified.public_id}" in shown
    assert other.public_id not in shown
    assert "<form" not in shown.split("<main")[1].split("</main>")[0], (
        "an anonymous page carries no form to post"
    )


def test_an_expired_certificate_is_not_shown(client: Client) -> None:
    cluster = make_cluster()
    factory = make_factory(cluster=cluster)
    today = clock.today()
    make_certificate(factory, kind="GRS 4.0", valid_until=today - timedelta(days=1))
    make_certificate(factory, kind="BSCI", valid_from=today - timedelta(days=9), valid_until=today)
    make_portal(cluster)
    shown = body(client, f"/{cluster.code}/")
    assert "BSCI" in shown
    assert "GRS 4.0" not in shown


def test_search_engines_find_the_page_in_each_language(client: Client) -> None:
    cluster = make_cluster(name_zh="诸暨袜业", name_en="Zhuji socks")
    make_portal(cluster)
    shown = body(client, f"/en/{cluster.code}/")
    root = "http://testserver"
    assert f'<link rel="canonical" href="{root}/en/{cluster.code}/">' in shown
    assert f'<link rel="alternate" hreflang="zh-Hans" href="{root}/{cluster.code}/">' in shown
    assert f'<link rel="alternate" hreflang="en" href="{root}/en/{cluster.code}/">' in shown
    assert f'<meta property="og:url" content="{root}/en/{cluster.code}/">' in shown
    facts = [json.loads(text) for text in re.findall(r'application/ld\+json">(.+?)</script>', shown)]
    assert [fact["@type"] for fact in facts] == ["Organization", "BreadcrumbList"]
    assert facts[0]["name"] == "Zhuji socks"
    assert [item["item"] for item in facts[1]["itemListElement"]] == [
        f"{root}/en/",
        f"{root}/en/{cluster.code}/",
    ]


def test_a_page_without_its_twin_has_no_alternate(client: Client) -> None:
    cluster = make_cluster()
    page = make_portal(cluster)
    PortalPage.objects.get(slug=cluster.code, locale__language_code="en").unpublish()
    shown = body(client, page.url)
    assert '<link rel="alternate" hreflang="en"' not in shown
    assert client.get(f"/en/{cluster.code}/").status_code == 404
    assert 'href="/language/en/?next=/en/"' in shown, "the switch leads where there is something"


def test_scripts_in_every_text_are_shown_as_text(client: Client) -> None:
    nasty = Words("<script>alert(1)</script>", "<script>alert(1)</script>")
    cluster = make_cluster(name_zh=nasty.zh)
    make_portal(
        cluster,
        lede=nasty,
        title=nasty,
        origin=Tale(nasty, (nasty,), caption=nasty),
        faq=((nasty, nasty),),
        timeline=(Year("<b>1</b>", nasty, nasty), Year("2", nasty)),
        figures=((nasty, nasty),) * 2,
        figures_source=nasty,
    )
    shown = body(client, f"/{cluster.code}/")
    assert "<script>alert" not in shown
    assert "<b>1</b>" not in shown


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/{code}/", "/en/{code}/", "/{code}/story-1/", "/en/{code}/story-1/"]
)
def test_no_page_sets_a_cookie_for_an_anonymous_reader(client: Client, path: str) -> None:
    cluster = make_cluster()
    make_listing(cluster=cluster)
    make_portal(cluster, **STORY)
    answer = client.get(path.format(code=cluster.code))
    assert answer.status_code == 200
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert "no-store" not in answer.get("Cache-Control", "")


def test_home_shows_the_towns_on_a_map_and_in_a_list(client: Client) -> None:
    towns = [make_cluster(latitude=29 + n, longitude=118 + n, listing_count=100 * n) for n in range(1, 4)]
    make_portal(towns[0])
    shown = body(client, "/en/")
    for town in towns:
        assert shown.count(f'href="/en/{town.code}/"') >= 2, "on the map and in the list"
        assert town.name_en in shown
    assert "300 listings" in shown
    assert HomePage.objects.get(locale__language_code="en").headline in shown


def test_festivals_run_against_the_clock(client: Client) -> None:
    cluster, now = make_cluster(), clock.now()
    make_portal(cluster)
    fields = {
        "kind": "origin_day",
        "cluster": cluster,
        "title_zh": "产地日",
        "title_en": "Origin Day of the town",
    }
    row = Campaign.objects.create(
        **fields,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=2, hours=4, minutes=1),
        state="draft",
    )
    for path in ("/en/", f"/en/{cluster.code}/"):
        assert "Origin Day of the town" not in body(client, path)
    Campaign.objects.update(state="approved")
    for path in ("/en/", f"/en/{cluster.code}/"):
        assert "2 days 4 hours left" in body(client, path)
    with clock.at(row.ends_at + timedelta(seconds=1)):
        for path in ("/en/", f"/en/{cluster.code}/"):
            assert "Origin Day of the town" not in body(client, path)


def test_a_story_lives_below_its_portal(client: Client) -> None:
    cluster = make_cluster(name_en="Zhuji socks")
    listing = make_listing(cluster=cluster)
    foreign = make_listing(cluster=make_cluster())
    make_portal(cluster, **STORY)
    assert f'href="/en/{cluster.code}/story-1/"' in body(client, f"/en/{cluster.code}/")
    shown = body(client, f"/en/{cluster.code}/story-1/")
    assert "A sample in three days" in shown
    assert f'data-accent="{cluster.code}"' in shown
    assert listing.title_en in shown
    assert foreign.title_en not in shown


def test_building_twice_changes_nothing(client: Client) -> None:
    cluster = make_cluster()
    page = make_portal(cluster, **STORY)
    page.lede = "改过的一句话。"
    page.save_revision().publish()
    again = make_portal(cluster, lede=Words("别的话", "other words"), shelves=(Shelf("newest"),))
    assert again.pk == page.pk
    assert again.lede == "改过的一句话。"
    assert PortalPage.objects.count() == 2
    assert HomePage.objects.count() == 2


@pytest.mark.parametrize("path", ["/no-such-town/", "/en/no-such-town/", "/no/such/page/"])
def test_an_unknown_address_is_not_found(client: Client, path: str) -> None:
    make_portal(make_cluster())
    assert client.get(path).status_code == 404


def test_a_portals_address_is_its_clusters_code() -> None:
    page = make_portal(make_cluster())
    page.slug = "somewhere-else"
    with pytest.raises(ValidationError) as refusal:
        page.full_clean()
    assert "slug" in refusal.value.message_dict
