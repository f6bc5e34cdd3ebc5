"""Reads of companies, scoped to who asks."""

from django.db.models import QuerySet

from marketplace.accounts.models import User

from .models import Company, Membership, Supplier
from .rules import CAPABILITIES

# No one acts for a company in one of these states.
CLOSED = (Company.State.CLOSED, Company.State.REJECTED)


def active_memberships(user: User) -> QuerySet[Membership]:
    """The companies a user may act for, oldest membership first, with company and supplier loaded."""
    return (
        Membership.objects.filter(user=user, state=Membership.State.ACTIVE)
        .exclude(company__state__in=CLOSED)
        .select_related("company", "company__supplier")
        .order_by("pk")
    )


def platform_company() -> Company:
    """The platform's own company; made by the demo data and by the first set-up."""
    return Company.objects.get(is_platform=True)


def supplier_of(company: Company) -> Supplier | None:
    """The selling side of a company, if it has one."""
    return Supplier.objects.filter(company=company).first()


def members_to_tell(company: Company, capabilities: frozenset[str] | None = None) -> list[User]:
    """Active members to be told of something: those whose role holds any of the capabilities (None: all)."""
    members = Membership.objects.filter(company=company, state=Membership.State.ACTIVE).select_related("user")
    rows = [m for m in members if capabilities is None or capabilities & rules_of(m.role)]
    return [m.user for m in rows if m.user.is_active]


def rules_of(role: str) -> frozenset[str]:
    """The capabilities of a role."""
    return CAPABILITIES.get(role, frozenset())
