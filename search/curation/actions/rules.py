"""Changing rules in drafts, making them live, going back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.core import audit, clock, outbox
from marketplace.core.errors import InvalidInput, NotFound
from search.models import Rule, RuleVersion
from search.rulebook.rules import MOST_PINS, said

from ..errors import NoDraft, TooManyPins
from ..rules import PINS, problems

State = RuleVersion.State
_COPIED = [
    "kind", "query", "match", "language", "starts_on", "ends_on", "position", "factor", "listing_id",
    "supplier_id", "category_id", "forms", "others",
]  # fmt: skip


def _versions(cluster: Cluster | None) -> list[RuleVersion]:
    """All versions of a town or of the market, locked, newest first."""
    rows = RuleVersion.objects.select_for_update(of=("self",)).order_by("-number")
    return list(rows.filter(cluster=cluster) if cluster else rows.filter(cluster__isnull=True))


def _one(versions: list[RuleVersion], state: str) -> RuleVersion | None:
    return next((version for version in versions if version.state == state), None)


@transaction.atomic
def begin_draft(*, acting_user: User, cluster: Cluster | None) -> RuleVersion:
    """A draft with the rules that are live; the one there is already where there is one."""
    versions = _versions(cluster)
    draft = _one(versions, State.DRAFT)
    if draft is not None:
        return draft
    number = max((version.number for version in versions), default=0) + 1
    draft = RuleVersion.objects.create(cluster=cluster, number=number)
    base = _one(versions, State.LIVE)
    if base is not None:
        copies = base.rules.order_by("pk").values(*_COPIED)
        Rule.objects.bulk_create([Rule(version=draft, **copy) for copy in copies])
    audit.record(draft, "rules.begun", actor=acting_user, to_state=State.DRAFT)
    return draft


def _draft(cluster: Cluster | None) -> RuleVersion:
    draft = _one(_versions(cluster), State.DRAFT)
    if draft is None:
        raise NoDraft
    return draft


@transaction.atomic
def put_rule(
    *, acting_user: User, cluster: Cluster | None, values: Mapping[str, Any], public_id: str = ""
) -> Rule:
    """Add a rule to the draft, or change one of it. `values` are the fields of a Rule.

    Raises NoDraft, NotFound for a rule of no draft of this town, InvalidInput by field, TooManyPins.
    """
    draft = _draft(cluster)
    wrong = problems(values, in_town=cluster is not None)
    if wrong:
        raise InvalidInput(fields=wrong)
    rule = Rule(version=draft)
    if public_id:
        rule = _rule(draft, public_id)
    for name, value in values.items():
        setattr(rule, name, value)
    if rule.kind in PINS and _pins_beside(draft, rule) >= MOST_PINS:
        raise TooManyPins
    rule.save()
    action = "rules.rule_changed" if public_id else "rules.rule_added"
    audit.record(draft, action, actor=acting_user, facts={"rule": rule.public_id, "kind": rule.kind})
    return rule


def _rule(draft: RuleVersion, public_id: str) -> Rule:
    rule = draft.rules.filter(public_id=public_id).first()
    if rule is None:
        raise NotFound
    return rule


def _pins_beside(draft: RuleVersion, rule: Rule) -> int:
    """How many other pins the draft has for the same query on the same pages."""
    others = draft.rules.filter(kind__in=PINS, match=rule.match).exclude(pk=rule.pk)
    query = said(rule.query)
    return sum(
        said(other.query) == query and (not other.language or other.language == rule.language)
        for other in others
    )


@transaction.atomic
def remove_rule(*, acting_user: User, cluster: Cluster | None, public_id: str) -> None:
    """Take a rule out of the draft. Raises NoDraft, NotFound."""
    draft = _draft(cluster)
    rule = _rule(draft, public_id)
    facts = {"rule": rule.public_id, "kind": rule.kind, "about": rule.query or rule.forms}
    audit.record(draft, "rules.rule_removed", actor=acting_user, facts=facts)
    rule.delete()


@transaction.atomic
def discard_draft(*, acting_user: User, cluster: Cluster | None, public_id: str) -> None:
    """Drop a draft with all its rules; what is live stays live. The trail keeps what they were.

    Raises NoDraft, also where another draft was begun than the one that was looked at.
    """
    draft = _draft(cluster)
    if draft.public_id != public_id:
        raise NoDraft
    rules = [f"{rule.kind}: {rule.query or rule.forms}" for rule in draft.rules.order_by("pk")]
    facts = {"number": draft.number, "rules": rules}
    audit.record(draft, "rules.discarded", actor=acting_user, from_state=State.DRAFT, facts=facts)
    draft.delete()


@transaction.atomic
def publish_draft(*, acting_user: User, cluster: Cluster | None, note: str) -> RuleVersion:
    """Make the draft live; what was live becomes a former version. Raises NoDraft."""
    versions = _versions(cluster)
    draft = _one(versions, State.DRAFT)
    if draft is None:
        raise NoDraft
    draft.note = note
    _make_live(acting_user, draft, versions, "rules.published")
    return draft


@transaction.atomic
def restore_version(*, acting_user: User, cluster: Cluster | None, public_id: str) -> RuleVersion:
    """Make a former version live again; a draft stays a draft, what is live stays live. Raises NotFound."""
    versions = _versions(cluster)
    former = next((v for v in versions if v.public_id == public_id and v.state != State.DRAFT), None)
    if former is None:
        raise NotFound
    if former.state == State.LIVE:
        return former
    _make_live(acting_user, former, versions, "rules.restored")
    return former


def _make_live(acting_user: User, version: RuleVersion, versions: list[RuleVersion], action: str) -> None:
    before = _one(versions, State.LIVE)
    if before is not None:
        before.state = State.FORMER
        before.save(update_fields=["state"])
    was = version.state
    version.state, version.live_since = State.LIVE, clock.now()
    version.save()
    facts = {"number": version.number, "instead_of": before.number if before else None, "note": version.note}
    audit.record(version, action, actor=acting_user, from_state=was, to_state=State.LIVE, facts=facts)
    outbox.publish("rules.published", {"version": version.pk})
