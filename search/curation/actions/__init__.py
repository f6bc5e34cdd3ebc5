"""What those who look after search do."""

from .engines import ask_check, ask_rebuild
from .judging import judge
from .rules import begin_draft, discard_draft, publish_draft, put_rule, remove_rule, restore_version
from .suggestions import hide_suggestion, show_suggestion

__all__ = [
    "ask_check",
    "ask_rebuild",
    "begin_draft",
    "discard_draft",
    "hide_suggestion",
    "judge",
    "publish_draft",
    "put_rule",
    "remove_rule",
    "restore_version",
    "show_suggestion",
]
