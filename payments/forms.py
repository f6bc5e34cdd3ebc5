"""What buyers, suppliers and staff type into the pages of payments."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.forms import QuantityField
from marketplace.core import clock
from marketplace.core.money import exponent

from .models import DunningCase, SupplierAccount, TradeDispute
from .queries.checkout import CARD
from .queries.corrections import CreditableLine
from .rules.dunning import LONGEST_PROMISE
from .rules.late_fees import MAX_AMOUNT


class MoneyField(forms.Field):
    """An amount as people write it ("1,710.30") in a currency set on the field; cleaned to minor units.

    No exponent, no sign but a leading minus (refused as out of range), no more digits than the currency has.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "18"})
    currency = "CNY"

    def __init__(self, *, least: int = 1, **kwargs: Any) -> None:
        self.least = least
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip().replace(",", "").removeprefix("¥")
        if not text:
            return None
        plain = text.removeprefix("-").replace(".", "", 1)
        if not (plain.isascii() and plain.isdigit()) or len(plain) > 15:
            raise forms.ValidationError(_("Write an amount like 1,710.30."))
        try:
            minor = Decimal(text).scaleb(exponent(self.currency))
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write an amount like 1,710.30.")) from error
        if not minor and text.startswith("-"):
            raise forms.ValidationError(_("This amount is not possible."))
        if minor != minor.to_integral_value():
            raise forms.ValidationError(
                _("This currency has no smaller unit than that; drop the last digits.")
            )
        return int(minor)

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None and not self.least <= value <= MAX_AMOUNT:
            raise forms.ValidationError(_("This amount is not possible."))


class DayField(forms.DateField):
    """A day of our books, as a browser's date box sends it: from `FIRST` to today."""

    FIRST = date(2000, 1, 1)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not self.FIRST <= value <= clock.today():
            sentence = gettext("Choose a day from %(first)s to today.")
            raise forms.ValidationError(sentence % {"first": self.FIRST.isoformat()})


class StatementForm(forms.Form):
    """Which days a statement covers: by default the last ninety, at most ten years."""

    USUAL, LONGEST = timedelta(days=90), timedelta(days=3_660)

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        until = data["until"] or clock.today()
        since = data["since"] or max(until - self.USUAL, DayField.FIRST)
        if since > until:
            self.add_error("until", _("This day is before the first one."))
        elif until - since > self.LONGEST:
            self.add_error("since", _("A statement covers ten years at most."))
        return {"since": since, "until": until}


class CheckoutForm(forms.Form):
    """Where to, how to pay, and what the page showed."""

    payment = forms.CharField(label=_("How you pay"), max_length=24)
    ship_name = forms.CharField(label=_("Name of the person who receives it"), max_length=120)
    ship_phone = forms.CharField(
        label=_("Phone"), max_length=40, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )
    ship_address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    voucher = forms.CharField(label=_("Voucher"), max_length=24, required=False)
    note = forms.CharField(
        label=_("Note to the factories"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    cart = forms.CharField(max_length=13, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, min_length=8, widget=forms.HiddenInput)
    expected_total = forms.IntegerField(min_value=1, max_value=10**15, widget=forms.HiddenInput)

    def __init__(self, *args: Any, values: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.values = values

    def own_terms(self) -> dict[str, str]:
        """Terms chosen for single suppliers, by their public id; what is no term is left out."""
        found = {name[5:]: value for name, value in self.data.items() if name.startswith("term_")}
        return {key: value for key, value in found.items() if value in self.values}

    def clean_payment(self) -> str:
        value: str = self.cleaned_data["payment"]
        if value not in (*self.values, CARD):
            raise forms.ValidationError(_("Choose one of the ways to pay that are offered."))
        return value


class RepayForm(forms.Form):
    """Which invoices, and how much of them."""

    invoices = forms.CharField(label=_("Invoices"))
    amount = MoneyField(label=_("Amount to pay now"), required=False)
    key = forms.CharField(max_length=64, min_length=8, widget=forms.HiddenInput)


class LimitForm(forms.Form):
    """A new credit limit and the reason for it."""

    limit = MoneyField(label=_("New limit"), least=0)
    terms = forms.MultipleChoiceField(
        label=_("Terms allowed"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the decision; other staff read it."),
    )


class HoldForm(forms.Form):
    """Why a line is stopped or works again."""

    note = forms.CharField(label=_("Reason"), max_length=300)
    # Which of the two buttons was pressed.
    step = forms.ChoiceField(choices=[("open", "open"), ("close", "close")], widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """When a supplier wants its money."""

    plan = forms.ChoiceField(label=_("When you are paid"), choices=SupplierAccount.Plan.choices)


class BankReceiptForm(forms.Form):
    """A line of the bank statement: money from a buyer."""

    buyer = forms.CharField(label=_("Company id"), max_length=13)
    amount = MoneyField(label=_("Amount"))
    reference = forms.CharField(label=_("Reference of the bank"), max_length=50)
    received_on = DayField(label=_("Booked on"))


class BankPayoutForm(forms.Form):
    """Under which reference our bank has sent a payout."""

    reference = forms.CharField(label=_("Reference of the bank"), max_length=100)


class CreditNoteForm(forms.Form):
    """Pieces of each invoice line that come back. One field per line with pieces left (`n_<position>`)."""

    note = forms.CharField(label=_("Reason"), max_length=300)
    key = forms.CharField(max_length=64, min_length=8, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[CreditableLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.left]
        for line in self.lines:
            self.fields[f"n_{line.position}"] = QuantityField(
                label=line.title,
                required=False,
                zero_is_empty=True,
                help_text=gettext("%(n)s can come back") % {"n": f"{line.left:,}"},
            )

    @property
    def line_fields(self) -> list[forms.BoundField]:
        """The fields of the lines, in the order of the invoice."""
        return [self[f"n_{line.position}"] for line in self.lines]

    @property
    def pieces(self) -> dict[int, int]:
        """Pieces by position, of a valid form."""
        found = {line.position: self.cleaned_data.get(f"n_{line.position}") for line in self.lines}
        return {position: count for position, count in found.items() if count}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.get(f"n_{line.position}") for line in self.lines):
            raise forms.ValidationError(_("Enter how many pieces come back."))
        return data


class DisputeForm(forms.Form):
    """A buyer's complaint about delivered goods."""

    reason = forms.ChoiceField(label=_("What is wrong"), choices=TradeDispute.Reason.choices)
    text = forms.CharField(
        label=_("What happened"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How many pieces, what is wrong with them, since when you know."),
    )
    claimed = MoneyField(label=_("What it is worth, with VAT"))


class DisputeAnswerForm(forms.Form):
    """The factory's answer."""

    text = forms.CharField(label=_("Your answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    offered = MoneyField(label=_("What you credit, with VAT (0: nothing)"), least=0)


class DisputeDecisionForm(forms.Form):
    """What staff decide."""

    decision = forms.CharField(
        label=_("Reason of the decision"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    agreed = MoneyField(label=_("What is credited, with VAT (0: nothing)"), least=0)


class ComingDayField(forms.DateField):
    """A day ahead, as a browser's date box sends it: from tomorrow to 60 days."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not clock.today() < value <= clock.today() + LONGEST_PROMISE:
            raise forms.ValidationError(_("Choose a day from tomorrow to 60 days ahead."))


class PromiseForm(forms.Form):
    """What a buyer promised on the phone."""

    amount = MoneyField(label=_("Amount promised"))
    due_on = ComingDayField(label=_("By"))
    note = forms.CharField(label=_("Who promised it"), max_length=300)


class PauseForm(forms.Form):
    """Why a case rests, and until when."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (DunningCase.Pause.MANUAL, DunningCase.Pause.MANUAL.label),
            (DunningCase.Pause.INSOLVENCY, DunningCase.Pause.INSOLVENCY.label),
        ],
    )
    until = ComingDayField(label=_("Until (not for insolvency)"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and data["reason"] == DunningCase.Pause.MANUAL and not data["until"]:
            self.add_error("until", _("Say until when."))
        return data


class CaseNoteForm(forms.Form):
    """A note with a step of a case."""

    note = forms.CharField(label=_("Note"), max_length=300)


class WriteOffForm(forms.Form):
    """Why an invoice shall be given up, or its fees waived."""

    invoice = forms.CharField(max_length=13, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)
    # Which of the two buttons was pressed.
    step = forms.ChoiceField(choices=[("propose", "propose"), ("waive", "waive")], widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, min_length=8, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """The second person's word."""

    step = forms.ChoiceField(choices=[("approve", "approve"), ("reject", "reject")], widget=forms.HiddenInput)


class BalanceForm(forms.Form):
    """Which credit balance is used; a submission counts once."""

    currency = forms.RegexField(r"^[A-Z]{3}\Z", widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, min_length=8, widget=forms.HiddenInput)


class VoucherForm(forms.Form):
    """A new voucher."""

    code = forms.RegexField(
        r"^[A-Za-z0-9-]{4,24}\Z",
        label=_("Code"),
        help_text=_("Letters, digits and dashes; small or capital is the same."),
        error_messages={"invalid": _("4 to 24 letters, digits or dashes.")},
    )
    amount = MoneyField(label=_("Amount"))
    min_total = MoneyField(label=_("From a basket of"), least=0, required=False)
    buyer = forms.CharField(label=_("Company id"), max_length=13, required=False)
    valid_until = ComingDayField(label=_("Valid until"))
