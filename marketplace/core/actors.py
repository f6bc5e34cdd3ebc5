"""Who acts. Every action names its actor; jobs and webhooks pass an explicit system actor."""

from dataclasses import dataclass
from typing import Any, Protocol


class Actor(Protocol):
    """A user, or the system itself."""

    @property
    def pk(self) -> Any: ...

    @property
    def audit_label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The platform acting by itself: a job, a webhook, the making of demo data."""

    name: str = "system"
    pk: None = None

    @property
    def audit_label(self) -> str:
        return f"system:{self.name}"


SYSTEM = SystemActor()
