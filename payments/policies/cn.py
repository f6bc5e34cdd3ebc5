"""The Chinese set: in force by default. Version 2 added payment terms and the later steps of the ladder."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .kinds import ACCRUE_DAILY, LOSS_BANDS, Policy, Step, Term, TermLine, instalments, net, terms

_NEXT_8TH = Term("next-8th", (TermLine(Fraction(1), months=1, day_of_month=8),), Decimal("0.015"))
_MONTH_END = Term("month-end", (TermLine(Fraction(1), months=1, end_of_month=True),), Decimal("0.02"))

CN_1 = Policy(
    code="cn",
    version=1,
    currency="CNY",
    vat_rates_bp=(1300, 900, 600, 0),
    commission_rate=Decimal("0.03"),
    commission_vat_rate=Decimal("0.06"),
    advance_rate=Decimal(1),
    payout_business_days=2,
    terms=terms(net(30, "0.015"), net(60, "0.024"), _NEXT_8TH),
    late_rates=((date(2000, 1, 1), 18_250),),  # 0.05 % a day
    accrual=ACCRUE_DAILY,
    compensation=0,
    hold_after_days=4,
    hold_tolerance=0,
    ladder=(
        Step(-7, "courtesy"),
        Step(0, "due"),
        Step(3, "reminder_1", "L1"),
        Step(10, "reminder_2", "L1"),
        Step(30, "final", "L3"),
    ),
    authorisation_days=60,
    documents=("vat_general", "vat_special", "red_letter"),
    loss_bands=LOSS_BANDS,
    books_allowance=True,
    extension_days=30,
    extension_fee_rate=Decimal("0.01"),
)

CN_2 = replace(
    CN_1,
    version=2,
    terms=terms(
        net(14, "0.008"),
        net(30, "0.015"),
        net(45, "0.02"),
        net(60, "0.024"),
        _NEXT_8TH,
        _MONTH_END,
        instalments(3, 30, "0.024"),
    ),
    ladder=(
        Step(-7, "courtesy"),
        Step(0, "due"),
        Step(3, "reminder_1", "L1"),
        Step(10, "reminder_2", "L1"),
        Step(15, "level_2", "L2"),
        Step(30, "final", "L3"),
        Step(45, "", "collections", is_decision=True),
    ),
)
