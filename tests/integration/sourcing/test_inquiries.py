"""Inquiries: asked once, answered, read by their two sides only."""

from typing import Any

import pytest
from django.test import Client

from marketplace.companies.acting import Acting
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.models import AuditRecord, OutboxEvent
from marketplace.sourcing.actions import close_inquiry, open_inquiry, reply_to_inquiry
from marketplace.sourcing.errors import InquiryClosed, OwnListing, SubmissionReused
from marketplace.sourcing.models import Inquiry, InquiryMessage
from marketplace.sourcing.queries import asked_of, inquiry_for_reader
from tests.factories.catalog import make_listing
from tests.factories.clusters import make_cluster, make_factory, make_operator
from tests.factories.companies import (
    acting_for,
    make_buyer,
    make_platform,
    make_supplier,
    selling_for,
)

pytestmark = pytest.mark.django_db


def ask(buyer: Acting, key: str = "k", **changes: Any) -> Inquiry:
    listing = changes.pop("listing", None) or make_listing()
    fields: dict[str, Any] = {
        "cluster": listing.cluster,
        "supplier": listing.supplier,
        "listing": listing,
        "subject": "144 needles?",
        "body": "By the end of the month.",
        "quantity": 3_000,
    }
    return open_inquiry(acting_user=buyer.user, acting=buyer, submission_key=key, **{**fields, **changes})


def reply(acting: Acting, inquiry: Inquiry, body: str = "Yes.") -> InquiryMessage:
    return reply_to_inquiry(
        acting_user=acting.user, acting=acting, inquiry_public_id=inquiry.public_id, body=body
    )


def test_a_question_is_asked_once_however_often_it_is_sent() -> None:
    buyer, listing = make_buyer(), make_listing()

    first, again = ask(buyer, listing=listing), ask(buyer, listing=listing)

    assert first.pk == again.pk
    assert InquiryMessage.objects.count() == 1
    assert OutboxEvent.objects.filter(name="inquiry.opened").count() == 1
    with pytest.raises(SubmissionReused):
        ask(make_buyer(), listing=listing)


def test_it_goes_back_and_forth_until_it_is_closed() -> None:
    buyer, listing = make_buyer(), make_listing()
    seller = selling_for(listing.supplier)
    inquiry = ask(buyer, listing=listing)

    reply(seller, inquiry)
    reply(seller, inquiry)
    inquiry.refresh_from_db()
    answered_at = inquiry.first_reply_at
    assert (inquiry.state, inquiry.messages.count()) == ("answered", 2)
    reply(buyer, inquiry, "And the price?")
    inquiry.refresh_from_db()
    assert inquiry.state == "open"
    reply(seller, inquiry, "¥2.10.")
    for _press in range(2):
        close_inquiry(acting_user=buyer.user, acting=buyer, inquiry_public_id=inquiry.public_id)
    inquiry.refresh_from_db()

    assert (inquiry.state, inquiry.first_reply_at) == ("closed", answered_at)
    with pytest.raises(InquiryClosed):
        reply(buyer, inquiry, "Hello?")
    names = OutboxEvent.objects.filter(name__startswith="inquiry").values_list("name", flat=True)
    assert sorted(names) == ["inquiry.answered"] * 2 + ["inquiry.asked_again", "inquiry.opened"]
    actions = AuditRecord.objects.filter(subject_type="sourcing.inquiry").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "inquiry.opened",
        "inquiry.answered",
        "inquiry.asked_again",
        "inquiry.answered",
        "inquiry.closed",
    ]


def test_roles_and_companies_that_may_not() -> None:
    listing = make_listing()
    finance = make_buyer(role="finance")
    seller = selling_for(listing.supplier)
    own = make_supplier()
    own.company.is_buyer = True
    own.company.save()

    with pytest.raises(Forbidden):
        ask(finance, listing=listing)
    with pytest.raises(Forbidden):
        ask(seller, listing=listing)
    with pytest.raises(OwnListing):
        ask(acting_for(own.company), listing=make_listing(supplier=own))
    assert not Inquiry.objects.exists()
    inquiry = ask(make_buyer(), listing=listing)
    with pytest.raises(Forbidden):
        reply(selling_for(listing.supplier, role="finance"), inquiry)
    with pytest.raises(Forbidden):
        close_inquiry(acting_user=seller.user, acting=seller, inquiry_public_id=inquiry.public_id)


def test_strangers_and_absent_threads_answer_alike() -> None:
    inquiry = ask(make_buyer())
    for stranger in (make_buyer(), selling_for(make_supplier())):
        for public_id in (inquiry.public_id, "0" * 13):
            with pytest.raises(NotFound):
                inquiry_for_reader(stranger, public_id)
    with pytest.raises(NotFound):
        inquiry_for_reader(None, inquiry.public_id)


def test_a_town_is_answered_by_its_operator_and_by_the_platform_while_it_has_none() -> None:
    run, alone = make_cluster(), make_cluster()
    operator = make_operator(run)
    platform = make_platform()
    first = ask(make_buyer(), "a", cluster=run, supplier=None, listing=None)
    second = ask(make_buyer(), "b", cluster=alone, supplier=None, listing=None)

    assert list(asked_of(acting_for(operator, role="operator"))) == [first]
    assert list(asked_of(acting_for(platform))) == [second]
    assert reply(acting_for(operator, role="operator"), first).author_company_id == operator.pk
    with pytest.raises(NotFound):
        reply(acting_for(operator, role="operator"), second)


# Through the pages ------------------------------------------------------------------------------------


def signed_in(acting: Acting) -> Client:
    client = Client()
    client.force_login(acting.user)
    return client


def form(**changes: str) -> dict[str, str]:
    return {"subject": "Samples?", "body": "How much?", "quantity": "", "submission_key": "s1", **changes}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_asking_and_answering_through_the_pages() -> None:
    buyer, listing = make_buyer(), make_listing()
    browser, desk = signed_in(buyer), signed_in(selling_for(listing.supplier))

    page = browser.get(f"/en/ask/{listing.public_id}/?quantity=600")
    assert 'value="600"' in text_of(page)
    assert listing.title_en in text_of(page)
    sent = browser.post(f"/en/ask/{listing.public_id}/", form(quantity="600"))
    again = browser.post(f"/en/ask/{listing.public_id}/", form(quantity="600"))
    assert sent.status_code == again.status_code == 303
    assert sent["Location"] == again["Location"]
    inquiry = Inquiry.objects.get()
    assert (inquiry.quantity, inquiry.supplier_id) == (600, listing.supplier_id)

    assert inquiry.subject in text_of(desk.get("/en/desk/"))
    desk.post(f"/en/ask/threads/{inquiry.public_id}/", {"body": "¥12 each."})
    assert "¥12 each." in text_of(browser.get(f"/en/ask/threads/{inquiry.public_id}/"))
    assert inquiry.subject in text_of(browser.get("/en/ask/threads/"))
    assert inquiry.subject in text_of(desk.get("/en/ask/threads/"))
    assert browser.post(f"/en/ask/threads/{inquiry.public_id}/close/").status_code == 303
    closed = browser.post(f"/en/ask/threads/{inquiry.public_id}/", {"body": "More"})
    assert closed.status_code == 409
    assert "More" in text_of(closed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"body": ""},
        {"body": "x" * 4_001},
        {"subject": "x" * 161},
        {"quantity": "-1"},
        {"quantity": "1.5"},
        {"quantity": "１２"},
        {"quantity": "1000000000000"},
        {"body": "a\x00b"},
    ],
)
def test_wrong_input_comes_back_as_typed(wrong: dict[str, str]) -> None:
    listing = make_listing()
    response = signed_in(make_buyer()).post(f"/en/ask/{listing.public_id}/", form(**wrong))

    assert response.status_code == 422
    assert not Inquiry.objects.exists()
    kept = {**form(), **wrong}
    if "\x00" not in kept["body"]:
        assert kept["body"][:3_000] in text_of(response)
    assert "Please correct" in text_of(response)


def test_scripts_are_shown_as_text() -> None:
    evil = '"><script>alert(1)</script>'
    buyer, listing = make_buyer(), make_listing()
    browser = signed_in(buyer)
    browser.post(f"/en/ask/{listing.public_id}/", form(subject=evil, body=evil))
    inquiry = Inquiry.objects.get()

    for client in (browser, signed_in(selling_for(listing.supplier))):
        for path in (f"/en/ask/threads/{inquiry.public_id}/", "/en/ask/threads/"):
            page = text_of(client.get(path))
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert(1)" in page


def test_what_was_typed_before_signing_in_is_kept() -> None:
    buyer, listing = make_buyer(), make_listing()
    browser = Client()

    away = browser.post(f"/en/ask/{listing.public_id}/", form(body="Ribbed cuff, 144 needles"))
    assert away.status_code == 302
    assert away.url.endswith(f"?next=/en/ask/{listing.public_id}/")
    browser.force_login(buyer.user)
    page = text_of(browser.get(f"/en/ask/{listing.public_id}/"))

    assert "Ribbed cuff, 144 needles" in page
    assert 'value="s1"' in page
    assert not Inquiry.objects.exists()


def test_a_town_is_asked_in_its_portal() -> None:
    town = make_cluster(code="hat-town")
    works = make_factory(cluster=town, name_en="Brim Works")
    buyer = make_buyer()
    browser = signed_in(buyer)

    assert browser.get("/en/ask/")["Location"] == "/en/ask/threads/"
    assert "Brim Works" in text_of(browser.get("/en/hat-town/ask/"))
    browser.post("/en/hat-town/ask/", form(to=""))
    browser.post("/en/hat-town/ask/", form(to=works.public_id, submission_key="s2"))
    refused = browser.post("/en/hat-town/ask/", form(to="0" * 13, submission_key="s3"))

    assert refused.status_code == 422
    suppliers = Inquiry.objects.order_by("pk").values_list("supplier", "cluster")
    assert list(suppliers) == [(None, town.pk), (works.supplier_id, town.pk)]


def test_a_thread_of_another_town_is_absent_in_a_portal() -> None:
    buyer, other = make_buyer(), make_cluster(code="hat-town")
    inquiry = ask(buyer)
    browser = signed_in(buyer)

    assert browser.get(f"/en/{inquiry.cluster.code}/ask/threads/{inquiry.public_id}/").status_code == 200
    assert browser.get(f"/en/{other.code}/ask/threads/{inquiry.public_id}/").status_code == 404


def test_unpublished_listings_and_foreign_threads_are_404() -> None:
    draft = make_listing(state="draft")
    inquiry = ask(make_buyer())
    browser = signed_in(make_buyer())

    assert browser.get(f"/en/ask/{draft.public_id}/").status_code == 404
    assert browser.post(f"/en/ask/{draft.public_id}/", form()).status_code == 404
    for path in (inquiry.public_id, "0" * 13):
        assert browser.get(f"/en/ask/threads/{path}/").status_code == 404
        assert browser.post(f"/en/ask/threads/{path}/", {"body": "x"}).status_code == 404
        assert browser.post(f"/en/ask/threads/{path}/close/").status_code == 404
    assert InquiryMessage.objects.count() == 1


def test_twenty_questions_an_hour(settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "inquiry": (2, 3_600)}
    listing = make_listing()
    browser = signed_in(make_buyer())

    codes = [
        browser.post(f"/en/ask/{listing.public_id}/", form(submission_key=f"s{n}")).status_code
        for n in range(3)
    ]

    assert codes == [303, 303, 429]
    assert Inquiry.objects.count() == 2
