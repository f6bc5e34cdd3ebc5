"""Who is signed in and for whom they may act, read in one query, and right from the next request on."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import Session
from marketplace.companies.middleware import ActingCompany, Authentication
from marketplace.companies.models import Company, Membership
from marketplace.companies.sessions import SessionStore
from tests.factories.companies import make_buyer, make_company, make_member, make_supplier, make_user

pytestmark = pytest.mark.django_db


def request_of(client: Client) -> Any:
    """A request carrying the client's cookie, as the views get it."""
    request: Any = RequestFactory().get("/")
    request.session = SessionStore(client.cookies["sessionid"].value)
    Authentication(lambda r: r).process_request(request)
    ActingCompany(lambda r: r)(request)  # type: ignore[arg-type,return-value]
    return request


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_person_companies_and_supplier_come_in_one_query() -> None:
    supplier = make_supplier()
    user = make_member(supplier.company, role="sales")
    Membership.objects.create(user=user, company=make_company(), role="buyer")
    request = request_of(signed_in(user))

    with CaptureQueriesContext(connection) as queries:
        acting = request.acting
        seen = (request.user.email, acting.company, acting.role, acting.supplier, acting.user.pk)
    assert len(queries) == 1
    assert seen == (user.email, supplier.company, "sales", supplier, user.pk)
    assert Session.objects.get().user_id == user.pk
    assert [m.company_id for m in request.session.memberships] == sorted(
        Membership.objects.filter(user=user).values_list("company_id", flat=True)
    )


def test_a_company_without_supplier_asks_no_more() -> None:
    request = request_of(signed_in(make_buyer().user))
    with CaptureQueriesContext(connection) as queries:
        assert request.acting.supplier is None
    assert len(queries) == 1


@pytest.mark.parametrize("state", ["disabled", "invited"])
def test_a_membership_that_ended_is_gone_at_once(state: str) -> None:
    buyer = make_buyer()
    client = signed_in(buyer.user)
    assert request_of(client).acting.company == buyer.company
    Membership.objects.update(state=state)
    assert request_of(client).acting is None


@pytest.mark.parametrize("state", ["closed", "rejected"])
def test_nobody_acts_for_a_closed_company(state: str) -> None:
    buyer = make_buyer()
    client = signed_in(buyer.user)
    Company.objects.update(state=state)
    assert request_of(client).acting is None


def test_a_person_shut_out_is_nobody() -> None:
    user = make_user()
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert request_of(client).user.is_anonymous


def test_another_password_ends_the_session() -> None:
    user = make_user()
    client = signed_in(user)
    assert request_of(client).user == user
    user.set_password("another long password 9")
    user.save()
    assert request_of(client).user.is_anonymous
    assert not Session.objects.filter(user=user).exists()


def test_a_row_of_another_person_is_not_believed() -> None:
    """What the signed data says decides; the column only lets both be read together."""
    user, other = make_user(), make_user()
    client = signed_in(user)
    Session.objects.update(user=other)
    assert request_of(client).user == user


def test_a_removed_or_unknown_session_is_nobody() -> None:
    client = signed_in(make_user())
    request = request_of(client)
    Session.objects.all().delete()
    assert request.user.is_anonymous
    assert request.session.session_key is None


def test_who_signs_in_during_the_request_is_asked_for_anew() -> None:
    first, second = make_buyer(), make_buyer()
    request = request_of(signed_in(first.user))
    assert request.session.memberships is None
    request.session.load()
    request.user = second.user
    assert request.acting.company == second.company
