"""Operators find the search rules of their own towns where they are: menu, palette, their pages' admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from clusters.models import Cluster
from clusters.queries import cluster_lines, towns_run_by
from cms.wagtail_hooks import PortalsPanel
from marketplace.accounts.models import User
from tests.factories.clusters import make_cluster, make_operator
from tests.factories.companies import make_company, make_member, make_user
from tests.factories.pages import make_portal

pytestmark = pytest.mark.django_db
RULES = "/en/staff/search/rules/{}/"


@pytest.fixture
def operator() -> User:
    """Who runs Zhuji; Taizhou is another's."""
    own = make_cluster(code="zhuji-socks", name_en="Zhuji")
    make_operator(make_cluster(code="taizhou-gloves", name_en="Taizhou"))
    return make_member(make_operator(own), role="operator")


def page_of(client: Client, user: User, address: str) -> str:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/en/inbox/", "/en/find/saved/", "/en/zhuji-socks/find/saved/"])
def test_every_page_leads_an_operator_to_the_own_rules(client: Client, operator: User, address: str) -> None:
    html = page_of(client, operator, address)
    assert html.count(RULES.format("zhuji-socks")) == 2, "in the menu and in the palette"
    assert "Search rules: Zhuji" in html
    assert RULES.format("taizhou-gloves") not in html
    assert client.get(RULES.format("zhuji-socks")).status_code == 200


def test_others_have_no_such_door(client: Client, operator: User) -> None:
    for user in (make_user(), make_member(make_company(), role="owner")):
        assert "/staff/search/rules/" not in page_of(client, user, "/en/inbox/")
    assert "/staff/search/rules/" not in Client().get("/en/clusters/").content.decode()


def test_the_towns_of_an_operator_are_in_memory(operator: User, django_assert_num_queries: Any) -> None:
    company = Cluster.objects.get(code="zhuji-socks").operator_id
    assert company is not None
    cluster_lines()
    with django_assert_num_queries(0):
        assert [line.code for line in towns_run_by(company)] == ["zhuji-socks"]


def test_the_front_of_the_pages_admin_leads_there_too(rf: RequestFactory) -> None:
    town = make_cluster(code="zhuji-socks")
    make_portal(town)
    request = rf.get("/cms/")
    request.user = make_user(is_superuser=True)
    panel = str(PortalsPanel().render_html({"request": request}))
    assert f'href="{reverse("curation:rules", args=["zhuji-socks"])}"' in panel
