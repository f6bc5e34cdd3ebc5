"""What is done to users."""

from django.db import transaction

from marketplace.core import audit
from marketplace.core.actors import Actor

from .models import User


@transaction.atomic
def change_profile(*, acting_user: Actor, user: User, name: str, language: str) -> User:
    """Change a person's name and language."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    audit.record(user, "profile.changed", actor=acting_user)
    return user
