"""The European set, by which the worked examples count."""

from datetime import date
from decimal import Decimal

from .kinds import ACCRUE_ON_NOTICE, LOSS_BANDS, Policy, Step, instalments, net, terms

EU_1 = Policy(
    code="eu",
    version=1,
    currency="EUR",
    vat_rates_bp=(1900, 700, 0),
    commission_rate=Decimal("0.05"),
    commission_vat_rate=Decimal("0.19"),
    advance_rate=Decimal(1),
    payout_business_days=1,
    terms=terms(net(30, "0.018"), instalments(3, 30, "0.025")),
    late_rates=((date(2000, 1, 1), 10_400),),  # ECB 2.40 % + 8 points
    accrual=ACCRUE_ON_NOTICE,
    compensation=4_000,
    hold_after_days=15,
    hold_tolerance=2_500,
    ladder=(
        Step(-7, "courtesy"),
        Step(0, "due"),
        Step(3, "reminder_1", "L1"),
        Step(10, "reminder_2", "L1"),
        Step(15, "level_2", "L2"),
        Step(30, "final", "L3"),
        Step(45, "", "collections", is_decision=True),
    ),
    authorisation_days=60,
    documents=("invoice", "credit_note"),
    loss_bands=LOSS_BANDS,
    # Expected losses are booked when finance closes the month, not by the daily round.
    books_allowance=False,
    extension_days=30,
    extension_fee_rate=Decimal("0.01"),
)
