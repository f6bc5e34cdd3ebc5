"""The choice not to be kept in the search log."""

from __future__ import annotations

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core import audit
from search.models import LogChoice


@transaction.atomic
def choose_log(*, acting_user: User, keep: bool) -> None:
    """Keep this person's searches from now on, or keep them no more."""
    rows = LogChoice.objects.filter(user_id=acting_user.pk)
    if keep is not rows.exists():
        return
    if keep:
        rows.delete()
    else:
        LogChoice.objects.create(user_id=acting_user.pk)
    audit.record(acting_user, "search_log.kept" if keep else "search_log.refused", actor=acting_user)


def keeps_log(user: User) -> bool:
    """Whether this person's searches are kept."""
    return not LogChoice.objects.filter(user_id=user.pk).exists()
