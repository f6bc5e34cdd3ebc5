"""Every state machine, every pair: what the specification lists is allowed, all else is refused."""

from collections.abc import Mapping

import pytest
from django.db.models import TextChoices

from payments.credit.models import Authorisation, CreditLine
from payments.models import (
    CardDispute,
    DunningCase,
    Invoice,
    OutboxCommand,
    Payment,
    PayoutItem,
    PromiseToPay,
    Refund,
    SupplierAccount,
    TradeDispute,
    TransferReversal,
    WebhookEvent,
    WriteOff,
)
from payments.rules import states

# As the specification lists them; what a table allows beyond is named in MORE with the reason.
LISTED: dict[str, str] = {
    "CREDIT_LINE": """offered>active active>on_hold on_hold>active active>frozen on_hold>frozen frozen>active
        frozen>closing active>closing closing>closed""",
    "AUTHORISATION": """pending>active active>partially_captured partially_captured>captured active>captured
        active>voided partially_captured>voided active>expired partially_captured>expired""",
    "INVOICE": """draft>issued issued>settled draft>void issued>written_off settled>issued
        written_off>settled""",
    "REFUND": """requested>approved requested>rejected approved>submitted submitted>pending pending>succeeded
        submitted>failed pending>failed failed>approved failed>credited""",
    "CARD_DISPUTE": """inquiry>inquiry_closed inquiry>open open>under_review under_review>won
        under_review>lost open>lost lost>appealed appealed>won appealed>lost""",
    "TRADE_DISPUTE": """opened>replied replied>agreed replied>rejected rejected>escalated escalated>decided
        agreed>closed decided>closed opened>escalated replied>escalated""",
    "SUPPLIER_ACCOUNT": """invited>onboarding onboarding>restricted onboarding>enabled restricted>enabled
        enabled>restricted invited>rejected onboarding>rejected restricted>rejected enabled>rejected
        enabled>closed""",
    "PAYOUT_ITEM": """pending>available available>scheduled scheduled>submitted submitted>paid available>held
        held>available submitted>failed failed>available paid>partly_reversed paid>reversed""",
    "DUNNING_CASE": """open>L1 L1>L2 L2>L3 L3>collections open>paused L1>paused L2>paused L3>paused
        collections>paused paused>open paused>L1 paused>L2 paused>L3 paused>collections open>resolved
        L1>resolved L2>resolved L3>resolved collections>resolved paused>resolved
        collections>written_off""",
    "WEBHOOK_EVENT": """received>applied received>ignored received>parked received>failed parked>applied
        failed>applied failed>dead""",
    "OUTBOX_COMMAND": """new>sending sending>confirmed sending>rejected sending>unknown unknown>confirmed
        unknown>rejected""",
    "PROMISE": "open>kept open>broken open>withdrawn",
    "WRITE_OFF": "proposed>approved proposed>rejected",
    "TRANSFER_REVERSAL": "submitted>succeeded submitted>failed",
    "PAYMENT": """created>requires_method requires_method>requires_action requires_action>processing
        processing>succeeded requires_capture>succeeded processing>requires_capture created>failed
        requires_method>failed requires_action>failed processing>failed failed>requires_method
        created>canceled requires_method>canceled requires_action>canceled processing>canceled
        requires_capture>canceled failed>canceled succeeded>returned succeeded>partially_refunded
        partially_refunded>refunded succeeded>disputed disputed>succeeded disputed>charged_back""",
}
MORE: dict[str, str] = {
    # An offer that is never taken up; a stopped line that is closed.
    "CREDIT_LINE": "offered>closing on_hold>closing",
    "AUTHORISATION": "pending>voided",
    # A refund that arrives at once.
    "REFUND": "submitted>succeeded",
    # A bank that takes its dispute back before it looked at the answer; a prevented inquiry.
    "CARD_DISPUTE": "open>won inquiry>prevented",
    # Several transfers back of one payout.
    "PAYOUT_ITEM": "partly_reversed>reversed",
    # A case may be behind by days without a round, or by a broken promise.
    "DUNNING_CASE": "open>L2 open>L3 open>collections L1>L3 L1>collections L2>collections",
    # Parked again after another try, and given up by hand.
    "WEBHOOK_EVENT": "failed>parked parked>failed parked>dead dead>applied",
    # Asked again under the same key, or under a new one after a definite no.
    "OUTBOX_COMMAND": "unknown>sending rejected>sending",
    # The service may skip steps we then never see, and money may come late.
    "PAYMENT": """created>requires_action created>processing created>succeeded requires_method>processing
        requires_method>succeeded requires_action>succeeded failed>succeeded canceled>succeeded
        succeeded>refunded partially_refunded>disputed""",
}
CHOICES: dict[str, type[TextChoices]] = {
    "CREDIT_LINE": CreditLine.Status,
    "AUTHORISATION": Authorisation.State,
    "INVOICE": Invoice.State,
    "PAYMENT": Payment.State,
    "REFUND": Refund.State,
    "CARD_DISPUTE": CardDispute.State,
    "TRADE_DISPUTE": TradeDispute.State,
    "SUPPLIER_ACCOUNT": SupplierAccount.State,
    "PAYOUT_ITEM": PayoutItem.State,
    "DUNNING_CASE": DunningCase.State,
    "PROMISE": PromiseToPay.State,
    "WRITE_OFF": WriteOff.State,
    "TRANSFER_REVERSAL": TransferReversal.State,
    "WEBHOOK_EVENT": WebhookEvent.State,
    "OUTBOX_COMMAND": OutboxCommand.State,
}


def pairs(text: str) -> set[tuple[str, str]]:
    return {(a, b) for a, b in (word.split(">") for word in text.split())}


@pytest.mark.parametrize("name", sorted(LISTED))
def test_every_pair_of_states_is_as_listed(name: str) -> None:
    table: Mapping[str, frozenset[str]] = getattr(states, name)
    known = set(CHOICES[name].values)
    wanted = pairs(LISTED[name]) | pairs(MORE.get(name, ""))
    assert set(table) == known
    allowed = {(a, b) for a in known for b in known if b in table[a]}
    assert allowed == wanted
    assert len(known) ** 2 - len(allowed) > 0


def test_no_machine_is_left_out() -> None:
    found = {name for name, value in vars(states).items() if name.isupper() and isinstance(value, dict)}
    assert found == set(LISTED) == set(CHOICES)
