"""What people get wrong, by mistake or on purpose, with what is theirs and what is not.

Each asserts a clear sentence in the reader's language, the form as typed, and that nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing, PriceTier
from marketplace.companies.models import Company
from marketplace.orders.models import Cart, CartLine, Order, OrderGroup
from tests.factories.companies import PASSWORD
from tests.support.bad_input_checks import faults_of, is_shown
from tests.support.bad_input_table import LANGUAGES, PERSON, body_of, doors
from tests.support.bad_input_world import CSRF, Ground, standing
from tests.support.world import NEVER_USED

FORM = "application/x-www-form-urlencoded"
DOORS = {str(door): door for door in doors()}


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with standing(django_db_blocker) as found:
        yield found


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def post(ground: Ground, name: str, language: str, role: str = "", **fields: str) -> Any:
    """A valid request of a door but for these fields; things of the world stand in braces."""
    door = DOORS[f"POST {name}"]
    ground.wear(role or door.role)
    raw = {key.format(**ground.ids): quote_plus(value.format(**ground.ids)) for key, value in fields.items()}
    body = f"csrfmiddlewaretoken={CSRF}&{body_of(door.fields(ground.ids), raw)}"
    address = door.address(ground.ids, language)
    return ground.client.generic("POST", address, body, FORM, HTTP_ACCEPT=PERSON)


def refused(ground: Ground, name: str, language: str, *allowed: int, **fields: str) -> Any:
    """The answer to a request that is refused by the contract."""
    answer, changed = ground.attempt(lambda: post(ground, name, language, **fields))
    assert not faults_of(answer, language=language, allowed=allowed)
    assert not changed
    return answer


# Quantities and goods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["-1", "1.5", "1000000000000", "7"])
def test_a_quantity_that_is_not_sold_is_refused_with_the_next_ones(
    ground: Ground, language: str, typed: str
) -> None:
    answer = refused(
        ground, "orders:add", language, 422, listing="{socks}", **{"q_{unlined}": typed, "q_{variant}": ""}
    )
    assert is_shown(typed, answer)
    if typed == "7":
        assert "120" in answer.content.decode(), "the smallest quantity is not named"


@pytest.mark.parametrize("typed", ["0", "", "-1", "1.5", "1000000000000", "121", "7"])
def test_a_line_of_the_basket_keeps_to_the_dozen(ground: Ground, language: str, typed: str) -> None:
    answer = refused(ground, "orders:change", language, 422, **{"q_{lined}": typed})
    assert is_shown(typed, answer)
    if typed == "121":
        body = answer.content.decode()
        assert "120" in body
        assert "132" in body


def test_a_colour_of_another_listing_is_refused(ground: Ground, language: str) -> None:
    refused(ground, "orders:add", language, 422, listing="{socks}", **{"q_{variant}": "120"})


@pytest.mark.parametrize("listing", ["draft", "never"])
def test_goods_that_are_not_on_sale_are_as_good_as_absent(
    ground: Ground, language: str, listing: str
) -> None:
    answer = refused(ground, "orders:add", language, 404, listing=f"{{{listing}}}")
    absent = refused(ground, "orders:add", language, 404, listing=NEVER_USED)
    assert answer.status_code == absent.status_code
    assert "Secret draft" not in answer.content.decode()


def test_goods_withdrawn_while_in_the_basket_are_not_ordered(ground: Ground, language: str) -> None:
    with ground.undone():
        Listing.objects.filter(public_id=ground.ids["socks"]).update(state=Listing.State.PAUSED)
        orders = Order.objects.count()
        answer = post(ground, "payments:checkout", language)
        assert answer.status_code in (303, 409)
        assert Order.objects.count() == orders


# Stale and repeated -----------------------------------------------------------------------------------------


def test_a_price_that_has_changed_since_is_shown_before_it_is_taken(ground: Ground, language: str) -> None:
    with ground.undone():
        PriceTier.objects.filter(listing__public_id=ground.ids["socks"]).update(unit_price=999)
        before = Order.objects.count()
        answer = post(ground, "payments:checkout", language, ship_name="Wang Fang")
        # The basket says what is new and asks; until then there is nothing to order.
        assert answer.status_code in (303, 409)
        assert Order.objects.count() == before


def test_a_total_that_the_page_did_not_show_is_not_charged(ground: Ground, language: str) -> None:
    answer = refused(ground, "payments:checkout", language, 409, expected_total="1", ship_name="Wang Fang")
    assert is_shown("Wang Fang", answer)


def test_the_same_order_sent_twice_is_one_order(ground: Ground, language: str) -> None:
    with ground.undone():
        groups = OrderGroup.objects.count()
        first, second = (post(ground, "payments:checkout", language) for _ in range(2))
        assert first.status_code == second.status_code == 303
        assert first["Location"] == second["Location"]
        assert OrderGroup.objects.count() == groups + 1


@pytest.mark.parametrize(
    ("name", "model"), [("orders:add", CartLine), ("sourcing:ask", None), ("fulfilment:ship", None)]
)
def test_a_double_click_counts_once(ground: Ground, language: str, name: str, model: Any) -> None:
    def twice() -> None:
        first, second = (post(ground, name, language) for _ in range(2))
        assert first.status_code == second.status_code == 303
        assert first["Location"].split("?")[0] == second["Location"].split("?")[0]

    def once() -> None:
        assert post(ground, name, language).status_code == 303

    counts = []
    for step in (once, twice):
        with ground.undone():
            step()
            counts.append([_pieces(ground), Order.objects.filter(state="partially_shipped").count()])
    assert counts[0] == counts[1]


def _pieces(ground: Ground) -> list[int]:
    return sorted(CartLine.objects.values_list("quantity", flat=True))


# What is others' --------------------------------------------------------------------------------------------

OTHERS = [
    (door.name, door.verb)
    for door in DOORS.values()
    if set(door.spec.get("args", ()))
    & {"order", "waiting", "group", "invoice", "inquiry", "accepted", "partial"}
    and door.role in ("BA", "SA")
]


@pytest.mark.parametrize(("name", "verb"), OTHERS, ids=[f"{verb} {name}" for name, verb in OTHERS])
def test_what_is_anothers_is_as_good_as_absent(ground: Ground, name: str, verb: str) -> None:
    door = DOORS[f"{verb} {name}"]
    theirs = {**ground.ids, **ground.world.b.ids, "accepted": ground.world.b.ids["order"]}
    theirs["partial"] = ground.world.b.ids["order"]
    answers = []
    for ids in (theirs, {**theirs, **dict.fromkeys(door.spec["args"], NEVER_USED)}):
        ground.wear(door.role)
        body = f"csrfmiddlewaretoken={CSRF}&{body_of(door.fields(ground.ids))}" if verb == "POST" else ""
        address = door.address(ids, "en")
        answer, changed = ground.attempt(
            lambda: ground.client.generic(verb, address, body, FORM, HTTP_ACCEPT=PERSON)  # noqa: B023
        )
        assert not changed
        answers.append(answer)
    if verb == "GET" and door.ok == [302]:
        assert answers[0].status_code == answers[1].status_code == 302  # on to a page that is absent
        return
    for answer in answers:
        assert not faults_of(answer, language="en", allowed=(404,))
    assert b"BBMARKER" not in answers[0].content


def test_anothers_basket_is_not_ordered(ground: Ground, language: str) -> None:
    theirs = Cart.objects.filter(company=ground.world.b.buyer.company)[0].public_id
    for cart in (theirs, NEVER_USED):
        refused(ground, "payments:checkout", language, 404, cart=cart)


# A session that ends half-way -------------------------------------------------------------------------------


def test_the_basket_outlives_the_session(ground: Ground, language: str) -> None:
    with ground.undone():
        kept = _pieces(ground)
        ground.wear("BA")
        ground.client.cookies[settings.SESSION_COOKIE_NAME] = "ended"
        door = DOORS["POST payments:checkout"]
        body = f"csrfmiddlewaretoken={CSRF}&{body_of(door.fields(ground.ids))}"
        address = door.address(ground.ids, language)
        answer = ground.client.generic("POST", address, body, FORM, HTTP_ACCEPT=PERSON)
        assert answer.status_code == 302
        assert reverse("account_login").removeprefix("/") in answer["Location"]
        form = {"login": ground.users["BA"].email, "password": PASSWORD, "csrfmiddlewaretoken": CSRF}
        signed_in = ground.client.post(answer["Location"], {**form, "next": address})
        assert signed_in.status_code == 302
        assert signed_in["Location"] == address
        page = ground.client.generic("GET", signed_in["Location"], HTTP_ACCEPT=PERSON)
        assert page.status_code == 200, "the way back does not lead to the checkout"
        assert _pieces(ground) == kept


# Look-alikes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "SHOP aamarker",
        "Shop  AAMARKER.",
        "\uff33\uff48\uff4f\uff50 AAMARKER",
        "Sh\u043ep AAMARKER",
        "Shop-AAMARKER",
    ],
)
def test_a_company_whose_name_looks_like_anothers_is_refused(
    ground: Ground, language: str, name: str
) -> None:
    companies = Company.objects.count()
    answer = refused(ground, "account_signup", language, 409, company_name=name)
    assert is_shown(name, answer)
    assert Company.objects.count() == companies


@pytest.mark.parametrize("spelling", ["upper", "wide"])
def test_a_mailbox_has_one_account(ground: Ground, language: str, spelling: str) -> None:
    known = ground.ids["email"]
    email = known.upper() if spelling == "upper" else known.replace("example", "\uff45xample")
    people = User.objects.count()
    refused(ground, "account_signup", language, 409, email=email)
    assert User.objects.count() == people


def test_another_name_is_taken(ground: Ground, language: str) -> None:
    """Without this the refusals above would prove nothing."""
    with ground.undone(), translation.override(language):
        assert post(ground, "account_signup", language, company_name="Quite another").status_code == 302
