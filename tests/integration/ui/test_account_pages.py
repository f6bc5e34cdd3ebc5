"""Sign-in, sign-up and the account pages stand in the frame and keep what was typed."""

import pytest
from django.test import Client

from tests.factories.companies import PASSWORD, make_buyer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/account/login/", "/account/signup/", "/account/password/reset/", "/en/account/login/"]
)
def test_entrances_open_in_the_frame(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert 'class="top"' in text
    assert 'class="form"' in text
    assert 'name="robots" content="noindex"' in text


@pytest.mark.parametrize(
    "address", ["/account/email/", "/account/password/change/", "/account/2fa/", "/account/sessions/"]
)
def test_account_pages_say_where_one_is(client: Client, address: str) -> None:
    client.force_login(make_buyer().user)
    response = client.get(address, follow=True)
    text = response.content.decode()
    assert response.status_code == 200
    assert 'class="top"' in text
    if not response.redirect_chain:
        assert f'href="{address}" aria-current="page"' in text


def test_a_wrong_password_keeps_the_address_and_says_so_twice(client: Client) -> None:
    user = make_buyer().user
    response = client.post("/en/account/login/", {"login": user.email, "password": "not " + PASSWORD})
    text = response.content.decode()
    assert f'value="{user.email}"' in text
    assert "data-errors" in text
    assert "Please correct one thing" in text


def test_errors_at_a_field_are_tied_to_it(client: Client) -> None:
    text = client.post("/en/account/signup/", {"email": "nobody@", "password1": ""}).content.decode()
    assert 'href="#id_email"' in text
    assert 'id="id_email_error"' in text
    assert 'aria-describedby="id_email_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'value="nobody@"' in text
