"""Cases and complaints in words."""

from django.utils.translation import gettext as _

from marketplace.ui.cards import Badge

from .models import DunningCase, TradeDispute

_CASES = {
    "open": ("info", "clock"),
    "L1": ("info", "clock"),
    "L2": ("warn", "triangle-alert"),
    "L3": ("bad", "circle-alert"),
    "collections": ("bad", "circle-alert"),
    "paused": ("neutral", "circle-pause"),
    "resolved": ("ok", "circle-check"),
    "written_off": ("bad", "circle-x"),
}
_DISPUTES = {"closed": ("ok", "circle-check"), "escalated": ("warn", "triangle-alert")}


def case_badge(case: DunningCase) -> Badge:
    """The level of a case; a resting one says why."""
    text = str(case.get_state_display())
    if case.pause_reason:
        text = f"{text}: {case.get_pause_reason_display()}"
    return Badge(text, *_CASES[case.state])


def dispute_badge(dispute: TradeDispute) -> Badge:
    """Where a complaint stands."""
    return Badge(str(dispute.get_state_display()), *_DISPUTES.get(dispute.state, ("info", "clock")))


def notice_name(template: str) -> str:
    """A step of the ladder in words."""
    names = {
        "courtesy": _("Due in a week"),
        "due": _("Due today"),
        "reminder_1": _("First reminder"),
        "reminder_2": _("Second reminder"),
        "level_2": _("Credit stopped"),
        "final": _("Final notice"),
    }
    return names.get(template, template)
