"""State tables. What is not listed is refused with 409 and changes nothing."""

from collections.abc import Mapping

Table = Mapping[str, frozenset[str]]


def _table(**rows: str) -> Table:
    return {state: frozenset(targets.split()) for state, targets in rows.items()}


CREDIT_LINE = _table(
    offered="active closing",
    active="on_hold frozen closing",
    on_hold="active frozen closing",
    frozen="active closing",
    closing="closed",
    closed="",
)

AUTHORISATION = _table(
    pending="active voided",
    active="partially_captured captured voided expired",
    partially_captured="captured voided expired",
    captured="",
    voided="",
    expired="",
)

INVOICE = _table(
    draft="issued void",
    issued="settled written_off",
    settled="issued",
    written_off="settled",
    void="",
)

PAYMENT = _table(
    created="requires_method requires_action processing succeeded failed canceled",
    requires_method="requires_action processing succeeded failed canceled",
    requires_action="processing succeeded failed canceled",
    processing="requires_capture succeeded failed canceled",
    requires_capture="succeeded canceled",
    failed="requires_method succeeded canceled",
    succeeded="returned partially_refunded refunded disputed",
    partially_refunded="refunded disputed",
    disputed="succeeded charged_back",
    returned="",
    refunded="",
    charged_back="",
    # Money that arrives after we gave up on it is still money: it is taken in and given back.
    canceled="succeeded",
)

REFUND = _table(
    requested="approved rejected",
    approved="submitted",
    submitted="pending succeeded failed",
    pending="succeeded failed",
    failed="approved credited",
    succeeded="",
    rejected="",
    credited="",
)

SUPPLIER_ACCOUNT = _table(
    invited="onboarding rejected",
    onboarding="restricted enabled rejected",
    restricted="enabled rejected",
    enabled="restricted closed rejected",
    rejected="",
    closed="",
)

PAYOUT_ITEM = _table(
    pending="available",
    available="scheduled held",
    held="available",
    scheduled="submitted",
    submitted="paid failed",
    failed="available",
    paid="partly_reversed reversed",
    partly_reversed="reversed",
    reversed="",
)

TRANSFER_REVERSAL = _table(submitted="succeeded failed", succeeded="", failed="")

CARD_DISPUTE = _table(
    inquiry="inquiry_closed open prevented",
    inquiry_closed="",
    open="under_review lost won",
    under_review="won lost",
    lost="appealed",
    appealed="won lost",
    won="",
    prevented="",
)

TRADE_DISPUTE = _table(
    opened="replied escalated",
    replied="agreed rejected escalated",
    rejected="escalated",
    escalated="decided",
    agreed="closed",
    decided="closed",
    closed="",
)

DUNNING_CASE = _table(
    open="L1 L2 L3 collections paused resolved",
    L1="L2 L3 collections paused resolved",
    L2="L3 collections paused resolved",
    L3="collections paused resolved",
    collections="paused resolved written_off",
    paused="open L1 L2 L3 collections resolved",
    resolved="",
    written_off="",
)

PROMISE = _table(open="kept broken withdrawn", kept="", broken="", withdrawn="")

WRITE_OFF = _table(proposed="approved rejected", approved="", rejected="")

WEBHOOK_EVENT = _table(
    received="applied ignored parked failed",
    parked="applied failed dead",
    failed="applied parked dead",
    applied="",
    ignored="",
    dead="applied",
)

OUTBOX_COMMAND = _table(
    new="sending",
    sending="confirmed rejected unknown",
    unknown="confirmed rejected sending",
    rejected="sending",
    confirmed="",
)
