"""What a password may be, beside what Django asks."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MaximumLength:
    """No password is a book: hashing costs more with every character."""

    MOST = 512

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if len(password) > self.MOST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """The rule in a sentence."""
        return _("A password has at most %(most)s characters.") % {"most": self.MOST}
