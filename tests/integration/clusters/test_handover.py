"""A portal handed over is tended by its operator alone; taken back, by staff alone, at the next request."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import GroupPagePermission

from clusters.actions import hand_over, refresh_operators, take_back
from clusters.errors import NotAnOperator, PortalMissing
from clusters.models import Cluster, Handover
from cms.images import Picture
from cms.pages.portal import PortalPage
from marketplace.accounts.models import User
from marketplace.companies.models import Company, Membership
from marketplace.core import audit
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import OutboxEvent
from tests.factories.catalog import make_listing
from tests.factories.clusters import make_cluster
from tests.factories.companies import make_company, make_member, make_staff, make_user
from tests.factories.pages import make_portals

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns() -> tuple[Cluster, Cluster]:
    """Two clusters with portals; the first will be handed over."""
    own, other = make_cluster(name_en="Own Town"), make_cluster(name_en="Other Town")
    make_portals([own, other])
    return own, other


@pytest.fixture
def operator() -> Company:
    return make_company(is_operator=True)


def page_of(cluster: Cluster, language: str = "en") -> PortalPage:
    return PortalPage.objects.get(cluster=cluster, locale__language_code=language)


def edit_url(page: PortalPage) -> str:
    return f"/cms/pages/{page.pk}/edit/"


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_the_operator_edits_its_own_portal_and_no_other(
    client: Client, towns: tuple[Cluster, Cluster], operator: Company
) -> None:
    own, other = towns
    signed_in(client, make_member(operator, role=Membership.Role.OPERATOR))
    assert client.get(edit_url(page_of(own))).status_code == 302

    hand_over(acting_user=make_staff(), cluster=own, operator=operator)
    for language in ("zh-hans", "en"):
        assert client.get(edit_url(page_of(own, language))).status_code == 200
        foreign = client.get(edit_url(page_of(other, language)))
        assert foreign.status_code == 302
        assert foreign["Location"] == "/cms/"


def test_the_explorer_lists_nothing_of_another_cluster(
    client: Client, towns: tuple[Cluster, Cluster], operator: Company
) -> None:
    own, other = towns
    signed_in(client, make_member(operator, role=Membership.Role.OPERATOR))
    hand_over(acting_user=make_staff(), cluster=own, operator=operator)
    home = page_of(own).get_parent()
    seen = ""
    chooser = f"/cms/choose-page/{home.pk}/"
    for path in (
        "/cms/",
        "/cms/pages/",
        f"/cms/pages/{home.pk}/",
        chooser,
        "/cms/choose-page/search/?q=Town",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        seen += answer.content.decode()
    assert "Own Town" in seen
    assert "Other Town" not in seen
    assert f"/cms/pages/{page_of(other).pk}/" not in seen


def test_what_the_operator_writes_is_published(
    client: Client, towns: tuple[Cluster, Cluster], operator: Company
) -> None:
    own, _other = towns
    signed_in(client, make_member(operator, role=Membership.Role.OPERATOR))
    hand_over(acting_user=make_staff(), cluster=own, operator=operator)
    page = page_of(own)
    form = {
        "title": page.title,
        "lede": "Written by the town itself.",
        "picture": "",
        "seo_title": "",
        "search_description": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "action-publish",
    }
    assert client.post(edit_url(page), form).status_code == 302
    assert "Written by the town itself." in client.get(f"/en/{own.code}/").content.decode()

    foreign = page_of(_other)
    client.post(edit_url(foreign), form)
    assert page_of(_other).lede == foreign.lede


def test_the_listing_chooser_offers_own_goods_only(
    client: Client, towns: tuple[Cluster, Cluster], operator: Company
) -> None:
    own, other = towns
    mine, foreign = make_listing(cluster=own), make_listing(cluster=other)
    draft = make_listing(cluster=own, state="draft")
    signed_in(client, make_member(operator, role=Membership.Role.OPERATOR))
    hand_over(acting_user=make_staff(), cluster=own, operator=operator)
    for path in (
        "/cms/choose-listing/",
        "/cms/choose-listing/results/",
        "/cms/choose-listing/results/?q=socks",
    ):
        shown = client.get(path).content.decode()
        assert mine.title_en in shown
        assert foreign.title_en not in shown
        assert draft.title_en not in shown
    assert client.get(f"/cms/choose-listing/chosen/{mine.pk}/").status_code == 200
    for key in (foreign.pk, draft.pk, 999_999, "x"):
        assert client.get(f"/cms/choose-listing/chosen/{key}/").status_code == 404
    several = client.get(f"/cms/choose-listing/chosen-multiple/?id={mine.pk}&id={foreign.pk}&id=x").json()
    assert [item["id"] for item in several["result"]] == [str(mine.pk)]


def test_pictures_of_another_cluster_are_not_offered(
    client: Client, towns: tuple[Cluster, Cluster], operator: Company
) -> None:
    own, other = towns
    staff = make_staff()
    signed_in(client, make_member(operator, role=Membership.Role.OPERATOR))
    hand_over(acting_user=staff, cluster=own, operator=operator)
    hand_over(acting_user=staff, cluster=other, operator=make_company(is_operator=True))
    from_collections = {
        row.collection.name
        for row in Group.objects.get(name=f"portal:{own.code}").collection_permissions.all()
    }
    assert from_collections == {own.code}
    assert not Picture.objects.exists()
    shown = client.get("/cms/images/chooser/").content.decode()
    assert other.code not in shown


def test_taken_back_everything_ends_at_the_next_request(
    client: Client, towns: tuple[Cluster, Cluster], operator: Company
) -> None:
    own, _other = towns
    staff = make_staff()
    signed_in(client, make_member(operator, role=Membership.Role.OPERATOR))
    hand_over(acting_user=staff, cluster=own, operator=operator, reason="contract 7")
    assert client.get(edit_url(page_of(own))).status_code == 200

    deed = take_back(acting_user=staff, cluster=own, reason="contract ended")
    assert client.get(edit_url(page_of(own))).status_code == 302
    assert client.get("/cms/").status_code == 302
    own.refresh_from_db()
    assert (own.state, own.operator_id) == ("taken_back", None)
    assert deed.until is not None
    assert not GroupPagePermission.objects.filter(group__name=f"portal:{own.code}").exists()
    steps = [(row.action, row.actor_id, row.reason) for row in audit.trail(own)]
    assert steps == [
        ("portal.handed_over", staff.pk, "contract 7"),
        ("portal.taken_back", staff.pk, "contract ended"),
    ]
    assert list(OutboxEvent.objects.values_list("name", flat=True)) == [
        "portal.handed_over",
        "portal.taken_back",
    ]


def test_only_members_who_may_operate_are_let_in(towns: tuple[Cluster, Cluster], operator: Company) -> None:
    own, _other = towns
    owner = make_member(operator, role=Membership.Role.OWNER)
    make_member(operator, role=Membership.Role.FINANCE)
    left = make_member(operator, role=Membership.Role.OPERATOR)
    Membership.objects.filter(user=left).update(state=Membership.State.DISABLED)
    make_user()
    hand_over(acting_user=make_staff(), cluster=own, operator=operator)
    group = Group.objects.get(name=f"portal:{own.code}")
    assert list(group.user_set.all()) == [owner]

    Membership.objects.filter(user=left).update(state=Membership.State.ACTIVE)
    refresh_operators(company=operator)
    assert set(group.user_set.all()) == {owner, left}


def test_the_same_handover_twice_is_one_deed(towns: tuple[Cluster, Cluster], operator: Company) -> None:
    own, _other = towns
    staff = make_staff()
    first = hand_over(acting_user=staff, cluster=own, operator=operator)
    assert hand_over(acting_user=staff, cluster=own, operator=operator) == first
    with pytest.raises(IllegalTransition):
        hand_over(acting_user=staff, cluster=own, operator=make_company(is_operator=True))
    assert Handover.objects.count() == 1
    own.refresh_from_db()
    assert own.operator == operator


def test_refused_handovers_change_nothing(towns: tuple[Cluster, Cluster], operator: Company) -> None:
    own, _other = towns
    staff, bare = make_staff(), make_cluster()
    with pytest.raises(NotAnOperator):
        hand_over(acting_user=staff, cluster=own, operator=make_company(is_buyer=True))
    with pytest.raises(NotAnOperator):
        hand_over(acting_user=staff, cluster=own, operator=make_company(is_operator=True, state="suspended"))
    with pytest.raises(PortalMissing):
        hand_over(acting_user=staff, cluster=bare, operator=operator)
    with pytest.raises(IllegalTransition):
        take_back(acting_user=staff, cluster=own, reason="never had it")
    assert not Handover.objects.exists()
    assert not Group.objects.filter(name__startswith="portal:").exists()
    assert set(Cluster.objects.values_list("state", flat=True)) == {"platform_run"}
    assert not OutboxEvent.objects.exists()
