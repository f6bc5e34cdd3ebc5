"""A transition is one conditional update with its record; an illegal one changes nothing."""

import pytest

from marketplace.companies.models import Company
from marketplace.companies.rules import COMPANY_TRANSITIONS
from marketplace.core import audit, states
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import AuditRecord

pytestmark = pytest.mark.django_db


def _company(state: str = "approved") -> Company:
    return Company.objects.create(legal_name="Bo", name_key=f"bo{state}", state=state)


def test_a_legal_step_is_recorded_with_who_when_and_why() -> None:
    company = _company()
    moved = states.transition(
        company,
        "suspended",
        table=COMPANY_TRANSITIONS,
        actor=SYSTEM,
        reason="papers expired",
        company_id=company.pk,
    )
    assert moved
    assert Company.objects.get(pk=company.pk).state == "suspended"
    record = audit.trail(company).get()
    assert (record.from_state, record.to_state, record.reason) == ("approved", "suspended", "papers expired")
    assert record.actor_label == "system:system"


def test_the_same_step_again_is_quiet() -> None:
    company = _company()
    states.transition(company, "suspended", table=COMPANY_TRANSITIONS, actor=SYSTEM)
    assert not states.transition(company, "suspended", table=COMPANY_TRANSITIONS, actor=SYSTEM)
    assert AuditRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (s, t)
        for s, targets in COMPANY_TRANSITIONS.items()
        for t in COMPANY_TRANSITIONS
        if t not in targets and s != t
    ],
)
def test_what_is_not_in_the_table_is_refused_and_changes_nothing(source: str, target: str) -> None:
    company = _company(source)
    with pytest.raises(IllegalTransition):
        states.transition(company, target, table=COMPANY_TRANSITIONS, actor=SYSTEM)
    assert Company.objects.get(pk=company.pk).state == source
    assert not AuditRecord.objects.exists()


def test_a_stale_object_cannot_move_what_has_moved_on() -> None:
    company = _company()
    stale = Company.objects.get(pk=company.pk)
    states.transition(company, "suspended", table=COMPANY_TRANSITIONS, actor=SYSTEM)
    states.transition(company, "closed", table=COMPANY_TRANSITIONS, actor=SYSTEM)
    with pytest.raises(IllegalTransition):
        states.transition(stale, "suspended", table=COMPANY_TRANSITIONS, actor=SYSTEM)
    assert stale.state == "closed", "the caller learns where it stands"
