"""Rules of staff and operators: what they do to results, who may change them, going live and back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from marketplace.core import audit, clock, outbox
from marketplace.core.errors import InvalidInput, NotFound
from search import rebuilding
from search.backends.interface import Filters, SearchRequest, Sort
from search.backends.serving import embedded
from search.curation import actions, queries, tasks
from search.curation.errors import AlreadyRebuilding, NoDraft, TooManyPins
from search.curation.why import explain
from search.models import QualityRun, RebuildOrder, Rule, RuleVersion
from search.queries import ask
from search.rulebook import live
from search.rulebook.live import book_with
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory, make_operator
from tests.factories.companies import make_member, make_staff

from .ruling import EMPTY, live_rules, pin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


@pytest.fixture
def market() -> dict[str, Listing]:
    """Two towns with four listings, indexed."""
    socks = make_factory(cluster=make_cluster(code="zhuji-socks", name_en="Zhuji"))
    gloves = make_factory(cluster=make_cluster(code="taizhou-gloves", name_en="Taizhou"))
    kind = make_category(slug="socks", name_zh="袜子", name_en="Socks")
    made = {}
    for name, factory, zh, en in (
        ("crew", socks, "纯棉中筒袜", "Cotton crew socks"),
        ("boat", socks, "纯棉船袜", "Cotton boat socks"),
        ("wool", socks, "羊毛袜", "Wool socks"),
        ("glove", gloves, "丁腈手套", "Nitrile gloves"),
    ):
        category = (
            kind if factory is socks else make_category(slug="gloves", name_zh="手套", name_en="Gloves")
        )
        made[name] = make_listing(
            factory=factory, category=category, title_zh=zh, title_en=en, attributes=[], ladder=((60, 300),)
        )
    rebuilding.rebuild("embedded")
    return made


@pytest.fixture
def staff() -> User:
    return make_staff("support")


def found(q: str, **wishes: Any) -> list[int]:
    return ask(SearchRequest(q=q, locale="en", **wishes)).ids


def test_a_pin_stands_at_its_place_found_or_not(market: dict[str, Listing], staff: User) -> None:
    before = found("socks")
    assert market["glove"].pk not in before
    version = live_rules(staff, pin(market["glove"], position=2), pin(market["wool"], position=1))
    result = ask(SearchRequest(q=" Socks ", locale="en"))
    assert result.ids[:2] == [market["wool"].pk, market["glove"].pk]
    assert result.total == len(before) + 1
    assert set(result.trace["rules"]) == set(version.rules.values_list("public_id", flat=True))  # type: ignore[call-overload]
    assert found("cotton socks") == [key for key in before if key != market["wool"].pk]


@pytest.mark.parametrize(
    "wishes",
    [
        {"portal": "zhuji-socks"},
        {"filters": Filters(clusters=("zhuji-socks",))},
        {"filters": Filters(categories=("socks",))},
        {"sort": Sort.PRICE},
    ],
)
def test_pins_obey_the_portal_filters_and_other_orders(
    market: dict[str, Listing], staff: User, wishes: dict[str, Any]
) -> None:
    before = found("socks", **wishes)
    live_rules(staff, pin(market["glove"]))
    assert found("socks", **wishes) == before


def test_what_is_off_sale_is_not_pinned_back(market: dict[str, Listing], staff: User, client: Client) -> None:
    live_rules(staff, pin(market["glove"]))
    Listing.objects.filter(pk=market["glove"].pk).update(state=Listing.State.DRAFT)
    html = unescape(client.get("/en/find/?q=socks").content.decode())
    assert "Nitrile gloves" not in html


def test_pages_do_not_overlap_around_a_pin(market: dict[str, Listing], staff: User) -> None:
    live_rules(staff, pin(market["glove"], position=2))
    pages = [found("socks", offset=start, limit=2) for start in (0, 2, 4)]
    keys = [key for page in pages for key in page]
    assert len(keys) == len(set(keys)) == 4


def test_rules_hold_for_their_days_languages_and_queries(market: dict[str, Listing], staff: User) -> None:
    yesterday = clock.today() - timedelta(days=1)
    before = found("warm socks", loose=True)
    live_rules(
        staff,
        pin(market["glove"], ends_on=yesterday),
        pin(market["glove"], query="cotton socks", language="zh-hans"),
        pin(market["glove"], query="warm", match="contains"),
    )
    assert market["glove"].pk not in found("socks")
    assert market["glove"].pk not in found("cotton socks")
    assert ask(SearchRequest(q="cotton socks", locale="zh-hans")).ids[0] == market["glove"].pk
    assert found("warm socks", loose=True)[0] == market["glove"].pk
    assert found("warmer socks", loose=True) == [key for key in before if key]


def test_weights_raise_and_lower(market: dict[str, Listing], staff: User) -> None:
    first, *_rest, last = found("socks")
    low, high = Listing.objects.get(pk=first), Listing.objects.get(pk=last)
    live_rules(
        staff,
        {"kind": "weight", "query": "socks", "listing": high, "factor": 5},
        {"kind": "weight", "query": "socks", "listing": low, "factor": 0.2},
    )
    after = found("socks")
    assert (after[0], after[-1]) == (last, first)


def test_synonyms_and_spelling_are_live_without_reindexing(market: dict[str, Listing], staff: User) -> None:
    socks = set(found("socks"))
    assert not found("footgear")
    live_rules(
        staff,
        {"kind": "one_way", "forms": "footgear | 足衣", "others": "sock"},
        {"kind": "means", "forms": "soxx", "others": "cotton socks"},
        {"kind": "synonym", "forms": "mitten | glove | 手套"},
        {"kind": "keep", "forms": "sockz"},
    )
    assert set(found("footgear")) == set(found("足衣")) == socks
    assert found("mitten") == [market["glove"].pk]
    read = ask(SearchRequest(q="soxx"))
    assert set(read.ids) == {market["crew"].pk, market["boat"].pk}
    assert read.corrected == "cotton socks"
    assert ask(SearchRequest(q="sockz")).corrected is None
    assert ask(SearchRequest(q="soxx", mend=False)).total == 0


def test_rules_for_the_mended_spelling_hold_for_the_misspelt(
    market: dict[str, Listing], staff: User, client: Client
) -> None:
    for _ in range(6):  # so that a misspelt word has a common one beside it
        make_listing(factory=market["crew"].factory, title_en="Cotton socks", attributes=[])
    rebuilding.rebuild("embedded")
    version = live_rules(
        staff,
        pin(market["glove"], query="cotton socks"),
        {"kind": "weight", "query": "cotton", "match": "contains", "listing": market["boat"], "factor": 10},
        {"kind": "means", "forms": "sandals", "others": "gloves"},
    )
    typed = ask(SearchRequest(q="coton socks", locale="en"))
    assert typed.corrected == "cotton socks"
    assert typed.ids[:2] == [market["glove"].pk, market["boat"].pk]
    told = set(version.rules.exclude(kind="means").values_list("public_id", flat=True))
    assert set(typed.trace["rules"]) == told  # type: ignore[call-overload]
    assert market["glove"].pk not in found("coton socks", mend=False)
    page = sign_in(staff).get(reverse("curation:why", args=[market["glove"].public_id]) + "?q=coton+socks")
    assert "“cotton socks”" in page.content.decode()


def test_words_for_the_mended_spelling_hold_for_the_misspelt(market: dict[str, Listing], staff: User) -> None:
    for number in range(6):
        make_listing(factory=market["crew"].factory, title_en=f"Sandals no. {number}", attributes=[])
    rebuilding.rebuild("embedded")
    assert ask(SearchRequest(q="sandls", locale="en")).corrected == "sandals"
    live_rules(staff, {"kind": "means", "forms": "sandals", "others": "gloves"})
    read = ask(SearchRequest(q="sandls", locale="en"))
    assert (read.ids, read.corrected) == ([market["glove"].pk], "gloves")


def test_paid_placement_is_labelled_and_never_in_a_portal(
    market: dict[str, Listing], staff: User, client: Client
) -> None:
    until = clock.today() + timedelta(days=3)
    live_rules(staff, {**pin(market["wool"]), "kind": "paid", "ends_on": until})
    html = client.get("/en/find/?q=socks").content.decode()
    first = html.index('class="card__link"')
    assert "Wool socks" in html[first : first + 200]
    assert html.count("Promoted") == 1
    assert "Promoted" not in client.get("/en/zhuji-socks/find/?q=socks").content.decode()


def test_a_town_has_rules_of_its_own(market: dict[str, Listing], staff: User) -> None:
    town = market["crew"].cluster
    last = found("socks", portal=town.code)[-1]
    live_rules(staff, pin(Listing.objects.get(pk=last)), cluster=town)
    assert found("socks", portal=town.code)[0] == last
    assert found("socks")[0] != last
    with pytest.raises(InvalidInput):
        live_rules(staff, {**pin(market["crew"]), "kind": "paid", "ends_on": clock.today()}, cluster=town)


def test_going_back_restores_and_every_step_is_recorded(market: dict[str, Listing], staff: User) -> None:
    before = found("socks")
    first = live_rules(staff, pin(market["glove"]))
    second = live_rules(staff, pin(market["wool"], query="wool"))
    assert second.rules.count() == 2
    actions.remove_rule(
        acting_user=staff,
        cluster=None,
        public_id=_draft_pin(staff),
    )
    third = actions.publish_draft(acting_user=staff, cluster=None, note="without")
    live.forget()
    assert found("socks") == before
    actions.restore_version(acting_user=staff, cluster=None, public_id=first.public_id)
    live.forget()
    assert found("socks")[0] == market["glove"].pk
    third.refresh_from_db()
    assert third.state == RuleVersion.State.FORMER
    assert RuleVersion.objects.filter(state="live").count() == 1
    assert [r.action for r in audit.trail(first)] == [
        "rules.begun", "rules.rule_added", "rules.published", "rules.restored",
    ]  # fmt: skip


def _draft_pin(staff: User) -> str:
    draft = actions.begin_draft(acting_user=staff, cluster=None)
    return draft.rules.get(query="socks").public_id


def test_a_draft_changes_nothing_until_it_is_live(market: dict[str, Listing], staff: User) -> None:
    before = found("socks")
    draft = actions.begin_draft(acting_user=staff, cluster=None)
    actions.put_rule(acting_user=staff, cluster=None, values={**EMPTY, **pin(market["glove"])})
    live.forget()
    assert found("socks") == before
    scope = queries.Scope(queries.MARKET, None, is_staff=True)
    (tried,) = queries.try_draft(scope, draft, ["socks"])
    assert tried.after[0].title != tried.before[0].title
    assert tried.after[0].rose is None
    assert ask(SearchRequest(q="socks"), book=book_with(draft)).ids[0] == market["glove"].pk


def test_a_draft_is_dropped_whole_and_the_trail_keeps_its_rules(
    market: dict[str, Listing], staff: User
) -> None:
    live_version = live_rules(staff, pin(market["glove"]))
    draft = actions.begin_draft(acting_user=staff, cluster=None)
    actions.put_rule(acting_user=staff, cluster=None, values={**EMPTY, "kind": "keep", "forms": "sockz"})
    page = reverse("curation:discard", args=["market"])
    client = sign_in(staff)
    html = client.get(page).content.decode()
    assert "sockz" in html
    assert RuleVersion.objects.filter(pk=draft.pk).exists(), "looking drops nothing"
    assert client.post(page, {"draft": live_version.public_id}).status_code == 409
    assert client.post(page, {}).status_code == 422
    assert draft.rules.count() == 2
    assert client.post(page, {"draft": draft.public_id}).status_code == 302
    assert list(RuleVersion.objects.values_list("pk", "state")) == [(live_version.pk, "live")]
    assert Rule.objects.get().kind == "pin"
    (dropped,) = [entry for entry in audit.trail(draft) if entry.action == "rules.discarded"]
    assert dropped.facts["rules"] == ["pin: socks", "keep: sockz"]
    assert client.post(page, {"draft": draft.public_id}).status_code == 409


def test_refusals_change_nothing(market: dict[str, Listing], staff: User) -> None:
    values = {**EMPTY, **pin(market["crew"])}
    with pytest.raises(NoDraft):
        actions.put_rule(acting_user=staff, cluster=None, values=values)
    with pytest.raises(NoDraft):
        actions.publish_draft(acting_user=staff, cluster=None, note="")
    actions.begin_draft(acting_user=staff, cluster=None)
    for listing in ("crew", "boat", "wool"):
        actions.put_rule(acting_user=staff, cluster=None, values={**EMPTY, **pin(market[listing])})
    with pytest.raises(TooManyPins):
        actions.put_rule(acting_user=staff, cluster=None, values={**EMPTY, **pin(market["glove"])})
    with pytest.raises(NotFound):
        actions.restore_version(acting_user=staff, cluster=None, public_id="0" * 13)
    town = market["crew"].cluster
    actions.begin_draft(acting_user=staff, cluster=town)
    key = Rule.objects.filter(version__cluster__isnull=True)[0].public_id
    with pytest.raises(NotFound):
        actions.remove_rule(acting_user=staff, cluster=town, public_id=key)
    assert Rule.objects.count() == 3


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_an_operator_sees_and_edits_only_their_town(market: dict[str, Listing], staff: User) -> None:
    own, other = market["crew"].cluster, market["glove"].cluster
    operator = sign_in(make_member(make_operator(own), role="operator"))
    rules = [reverse("curation:rules", args=[code]) for code in (own.code, other.code, "market", "nowhere")]
    assert [operator.get(url).status_code for url in rules] == [200, 404, 404, 404]
    operator.post(reverse("curation:begin", args=[own.code]))
    new = reverse("curation:new_rule", args=[own.code])
    body = {"kind": "pin", "query": "socks", "match": "exact", "position": "1"}
    assert operator.post(new, {**body, "listing": market["glove"].public_id}).status_code == 422
    assert operator.post(new, {**body, "listing": market["wool"].public_id}).status_code == 302
    assert operator.get(reverse("curation:preview", args=[own.code])).status_code == 200
    assert operator.post(reverse("curation:publish", args=[own.code]), {"note": "wool"}).status_code == 302
    live.forget()
    assert found("socks", portal=own.code)[0] == market["wool"].pk
    why = [reverse("curation:why", args=[market[name].public_id]) + "?q=socks" for name in ("wool", "glove")]
    assert [operator.get(url).status_code for url in why] == [200, 404]


def test_why_adds_up_to_the_score_and_readers_have_no_way_there(
    market: dict[str, Listing], staff: User, client: Client
) -> None:
    request = SearchRequest(q="cotton socks", locale="en")
    for hit in embedded().search(request).hits:
        why = explain(embedded(), request, hit.listing_id)
        assert why is not None
        assert why.score == pytest.approx(hit.score, rel=1e-3)
    assert "/staff/search/why/" not in client.get("/en/find/?q=socks").content.decode()
    html = sign_in(staff).get("/en/find/?q=socks").content.decode()
    (url, *_more) = re.findall(r'href="(/en/staff/search/why/[^"]+)"', html)
    page = sign_in(staff).get(unescape(url))
    assert "sock" in page.content.decode()
    assert client.get(unescape(url)).status_code == 302


def test_judged_queries_are_measured_when_rules_go_live(market: dict[str, Listing], staff: User) -> None:
    first, *_rest, last = found("socks")
    actions.judge(acting_user=staff, q="socks", listing=Listing.objects.get(pk=last), grade=3)
    actions.judge(acting_user=staff, q="socks", listing=Listing.objects.get(pk=first), grade=1)
    worse = queries.quality().mean
    live_rules(staff, pin(Listing.objects.get(pk=last)))
    assert worse < queries.quality().mean == 1
    outbox.drain()
    assert QualityRun.objects.get().ndcg_bp == 10_000


def test_a_rebuild_is_asked_for_once_and_tells_how_it_ended(market: dict[str, Listing], staff: User) -> None:
    order = actions.ask_rebuild(acting_user=staff, engine="embedded")
    with pytest.raises(AlreadyRebuilding):
        actions.ask_rebuild(acting_user=staff, engine="embedded")
    with pytest.raises(NotFound):
        actions.ask_rebuild(acting_user=staff, engine="sqlite")
    with clock.at(clock.now() + timedelta(hours=1)):
        after_a_kill = actions.ask_rebuild(acting_user=staff, engine="embedded")
    order.refresh_from_db()
    assert order.state == RebuildOrder.State.FAILED
    order = after_a_kill
    page = sign_in(staff).get(reverse("curation:health"))
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert tasks.run_order(order.pk) == "done"
    order.refresh_from_db()
    assert (order.state, order.done, order.total) == (RebuildOrder.State.DONE, 4, 4)
    assert tasks.run_order(order.pk) == ""
    html = sign_in(staff).get(reverse("curation:health")).content.decode()
    assert 'hx-trigger="every 2s"' not in html
