"""Roles, what each may do, states of a company. No ORM."""

import unicodedata

OWNER, ADMIN, BUYER, APPROVER, SALES, FINANCE, OPERATOR = (
    "owner",
    "admin",
    "buyer",
    "approver",
    "sales",
    "finance",
    "operator",
)

# The fixed vocabulary of capabilities, and which role holds which.
CAPABILITIES: dict[str, frozenset[str]] = {
    OWNER: frozenset({"buy", "approve", "sell", "see_money", "pay", "manage_members", "operate"}),
    ADMIN: frozenset({"buy", "approve", "sell", "see_money", "pay", "manage_members", "operate"}),
    BUYER: frozenset({"buy"}),
    APPROVER: frozenset({"buy", "approve"}),
    SALES: frozenset({"sell"}),
    FINANCE: frozenset({"see_money", "pay"}),
    OPERATOR: frozenset({"operate"}),
}

COMPANY_TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "approved"}),
    "submitted": frozenset({"approved", "rejected"}),
    "approved": frozenset({"suspended"}),
    "suspended": frozenset({"approved", "closed"}),
    "rejected": frozenset(),
    "closed": frozenset(),
}


def may(role: str, capability: str) -> bool:
    """Whether a role holds a capability."""
    return capability in CAPABILITIES.get(role, frozenset())


def name_key(name: str) -> str:
    """What two names that look alike have in common: NFKC, case folded, spaces and punctuation dropped."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())
