"""Expected losses (P11): booked as the change of an allowance, so that months may be skipped or repeated."""

from datetime import date

from marketplace.core.actors import Actor

from ..ledger.posting import post
from ..ledger.queries import balance
from ..policies import Policy
from ..queries.ageing import age_all
from ..rules.ageing import Ageing, expected_loss
from . import collecting_journals as journals


def expected_of(policy: Policy, day: date) -> int:
    """What of all principal in a currency will probably not come in, minor units.

    Disputed principal counts as not due.
    """
    total = Ageing()
    for debt in age_all(policy.currency, day):
        total += debt.principal + Ageing(not_due=debt.disputed)
    return expected_loss(total, policy.loss_bands)


def book_allowance(*, acting_user: Actor, policy: Policy, month_end: date) -> int:
    """Bring the allowance of a currency to what is expected; answers the change.

    Once per currency and month. Joins the caller's transaction.
    """
    change = expected_of(policy, month_end) - balance(policy.currency, "1290")
    if change:
        post(journals.allowance(policy.currency, month_end, change, actor=acting_user))
    return change
