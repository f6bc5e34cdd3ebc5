"""Sending a picture, its results, and what the worker does for pictures."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from marketplace.catalog import actions as catalog
from marketplace.catalog.models import Listing, ListingImage
from marketplace.core import clock, outbox
from search import rebuilding, tasks
from search.backends import serving
from search.looks.descriptor import DESCRIPTOR
from search.models import PendingChange, PictureDescriptor, PictureQuery, SavedSearch
from search.pictures import actions
from tests.factories.companies import make_user
from tests.support.pictures import SPOILT, demo_file, drawn, saved

SOCK, GLOVE = "demo/goods/zhuji-socks/crew-argyle-black", "demo/goods/taizhou-gloves/touch-plain-black"


@pytest.fixture
def pictured(two_towns: dict[str, Listing]) -> dict[str, Listing]:
    """The two towns' listings with a picture each, looked at and indexed."""
    for code, path in (("zhuji-socks", SOCK), ("taizhou-gloves", GLOVE)):
        ListingImage.objects.filter(listing=two_towns[code]).update(path=path)
    actions.describe_missing(tell=False)
    rebuilding.rebuild("embedded")
    return two_towns


def send(client: Client, content: bytes, *, at: str = "/en/find/picture/", name: str = "p.jpg") -> str:
    """Send a picture; returns the address it leads to."""
    response = client.post(at, {"picture": SimpleUploadedFile(name, content)})
    assert response.status_code == 303, response.content.decode()[:2000]
    return response.headers["Location"]


def shown(client: Client, address: str) -> list[str]:
    """Outward ids of the cards, in order."""
    page = client.get(address).content.decode()
    results = page[page.index('id="results"') :]
    return list(dict.fromkeys(re.findall(r"/listings/([0-9a-z]{13})/", results)))


def test_a_picture_leads_to_its_look_alikes_at_an_address_one_can_share(
    client: Client, pictured: dict[str, Listing]
) -> None:
    address = send(client, demo_file(SOCK))

    assert shown(client, address) == [pictured["zhuji-socks"].public_id]
    page = Client().get(address).content.decode()
    assert "1 listing looks alike" in page
    assert 'src="data:image/webp;base64,' in page
    assert "¥3.00" in page
    assert "Save this search" not in page
    assert "¥2.45" in client.get(f"{address}&quantity=1500").content.decode()


def test_in_a_portal_it_stays_there_and_the_rest_is_offered(
    client: Client, pictured: dict[str, Listing]
) -> None:
    address = send(client, demo_file(SOCK), at="/en/taizhou-gloves/find/picture/")

    assert address.startswith("/en/taizhou-gloves/find/?picture=")
    page = client.get(address).content.decode()
    assert "Nothing on sale here looks like this picture." in page
    assert "In other towns: 1 listing" in page
    assert shown(client, address.replace("/taizhou-gloves", "")) == [pictured["zhuji-socks"].public_id]


def test_results_can_be_narrowed_and_the_picture_removed(
    client: Client, pictured: dict[str, Listing]
) -> None:
    address = send(client, demo_file(SOCK))

    assert shown(client, f"{address}&category=kind-zhuji-socks") == [pictured["zhuji-socks"].public_id]
    assert shown(client, f"{address}&category=kind-taizhou-gloves") == []
    page = client.get(f"{address}&quantity=1500").content.decode()
    assert re.search(r'href="\?quantity=1500"[^>]*>.*?Remove the picture', page, re.DOTALL)


def test_a_listing_leads_to_what_looks_like_it_without_itself(
    client: Client, pictured: dict[str, Listing]
) -> None:
    sock, glove = pictured["zhuji-socks"], pictured["taizhou-gloves"]
    ListingImage.objects.filter(listing=glove).update(path=SOCK)
    rebuilding.rebuild("embedded")

    link = f"/en/find/?looks={sock.public_id}"

    assert link in client.get(f"/en/find/like/{sock.public_id}/").content.decode()
    assert shown(client, link) == [glove.public_id]
    assert client.get("/en/find/?looks=aaaaaaaaaaaaa").status_code == 404


@pytest.mark.parametrize("name", SPOILT)
@pytest.mark.parametrize("language", ["", "/en"])
def test_what_is_no_picture_is_told_and_the_page_stays(
    client: Client, db: None, name: str, language: str
) -> None:
    content, _code = SPOILT[name]

    response = client.post(f"{language}/find/picture/", {"picture": SimpleUploadedFile("a.jpg", content)})

    page = response.content.decode()
    assert response.status_code == 422
    told = re.search(r'id="picture-error"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert told
    assert bool(re.search("[一-鿿]", told[1])) is (language == "")
    assert 'type="file"' in page
    assert PictureQuery.objects.count() == 0


def test_no_file_and_a_text_in_its_place_are_told(client: Client, db: None) -> None:
    for data in ({}, {"picture": "a text"}):
        assert client.post("/en/find/picture/", data).status_code == 422
    assert PictureQuery.objects.count() == 0


def test_a_wrong_name_does_not_matter_and_the_phones_second_field_counts(
    client: Client, pictured: dict[str, Listing]
) -> None:
    empty, photo = (
        SimpleUploadedFile("a.jpg", b""),
        SimpleUploadedFile("../../x.exe", demo_file(SOCK), "text/plain"),
    )
    response = client.post("/en/find/picture/", {"picture": [empty, photo]})
    assert response.status_code == 303


def test_nothing_of_the_file_is_kept(client: Client, pictured: dict[str, Listing]) -> None:
    send(client, saved(drawn((900, 900)), "JPEG"))

    kept = PictureQuery.objects.get()
    assert len(bytes(kept.small)) < 8_000
    assert kept.expires_at - kept.created_at == timedelta(days=30)


def test_it_is_forgotten_after_a_month_and_the_page_says_so(
    client: Client, pictured: dict[str, Listing]
) -> None:
    address = send(client, demo_file(SOCK))

    with clock.at(clock.now() + timedelta(days=31)):
        gone = client.get(address)
        assert gone.status_code == 404
        assert "no longer kept" in gone.content.decode()
        assert tasks.look_after()["pictures"]["forgotten"] == 1

    assert PictureQuery.objects.count() == 0


def test_a_vector_of_another_descriptor_is_no_vector(client: Client, pictured: dict[str, Listing]) -> None:
    address = send(client, demo_file(SOCK))
    PictureQuery.objects.update(made_by=DESCRIPTOR + 1)
    assert client.get(address).status_code == 404


def test_sending_is_limited(client: Client, db: None, settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "picture": (2, 600)}
    codes = [client.post("/en/find/picture/").status_code for _time in range(3)]
    assert codes == [422, 422, 429]


def test_it_takes_a_token_of_the_page(db: None) -> None:
    content = SimpleUploadedFile("p.jpg", saved(drawn(), "JPEG"))
    response = Client(enforce_csrf_checks=True).post("/en/find/picture/", {"picture": content})
    assert response.status_code == 403
    assert PictureQuery.objects.count() == 0


def test_a_page_costs_one_query_more_whatever_it_shows(
    client: Client, pictured: dict[str, Listing], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = send(client, demo_file(SOCK))
    client.get(address)
    serving.vocabulary()
    with django_assert_num_queries(7):
        Client().get(f"{address}&page=1&sort=newest")


def test_a_picture_is_not_kept_with_a_saved_search(client: Client, pictured: dict[str, Listing]) -> None:
    client.force_login(make_user())
    address = send(client, demo_file(SOCK))
    query = address.partition("?")[2] + "&category=kind-zhuji-socks"
    client.post("/en/find/save/", {"query": query, "name": "x", "frequency": "daily", "in_app": "on"})
    assert SavedSearch.objects.get().query == "category=kind-zhuji-socks"


# The worker


def test_a_new_picture_is_looked_at_once_and_found(client: Client, pictured: dict[str, Listing]) -> None:
    glove = pictured["taizhou-gloves"]
    ListingImage.objects.filter(listing=glove).update(path=SOCK)
    made_at = PictureDescriptor.objects.get(path=SOCK).made_at

    with transaction.atomic():
        catalog.tell_listings_changed([glove.pk])
    outbox.drain()

    assert PictureDescriptor.objects.get(path=SOCK).made_at == made_at
    assert len(shown(client, send(client, demo_file(SOCK)))) == 2
    assert not PendingChange.objects.exists()


def test_another_file_at_the_same_place_is_looked_at_again(pictured: dict[str, Listing]) -> None:
    sock = pictured["zhuji-socks"]
    before = bytes(PictureDescriptor.objects.get(path=SOCK).vector)
    PictureDescriptor.objects.filter(path=SOCK).update(digest="another", vector=b"x" * len(before))

    assert actions.describe_listings([sock.pk]) == 1
    assert bytes(PictureDescriptor.objects.get(path=SOCK).vector) == before
    assert list(PendingChange.objects.values_list("listing_id", flat=True)) == [sock.pk]
    assert actions.describe_listings([sock.pk]) == 0


def test_a_file_that_is_not_there_is_tried_once_and_does_no_harm(
    client: Client, two_towns: dict[str, Listing]
) -> None:
    actions.describe_missing()
    row = PictureDescriptor.objects.get()

    assert bytes(row.vector) == b""
    assert actions.describe_missing() == 0
    sock = two_towns["zhuji-socks"]
    assert client.get(f"/en/find/?looks={sock.public_id}").status_code == 404
    assert "looks=" not in client.get(f"/en/find/like/{sock.public_id}/").content.decode()
