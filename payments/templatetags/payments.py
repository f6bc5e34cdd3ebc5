"""`{% load payments %}`: words of money that only these pages need."""

from django import template

from ..ledger.chart import DEBIT
from ..showing import event_name as name_of_event
from ..showing import term_name as name_of_term
from ..showing_cases import notice_name as name_of_notice

register = template.Library()


@register.filter
def event_name(kind: str) -> str:
    """{{ tx.kind|event_name }} → "Invoice"."""
    return name_of_event(kind)


@register.filter
def term_name(code: str) -> str:
    """{{ "net-60"|term_name }} → "In 60 days"."""
    return name_of_term(code)


@register.filter
def is_debit(side: str) -> bool:
    """{% if entry.side|is_debit %}."""
    return side == DEBIT


@register.filter
def notice_name(template: str) -> str:
    """{{ "reminder_1"|notice_name }} → "First reminder"."""
    return name_of_notice(template)
