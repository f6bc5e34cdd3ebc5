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


# Small letters of other scripts that look like Latin ones (from Unicode's table of confusables).
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u04bb\u0433\u043a\u043c\u0442"
    "\u03b1\u03bf\u03c1\u03c5\u03bd\u03b9\u03ba\u03c7\u03c4\u0131",
    "aeopcyxijsdqwhrkmtaopuvikxti",
)


def name_key(name: str) -> str:
    """What two names that look alike have in common.

    NFKC, case folded, look-alike letters of other scripts as Latin ones, spaces and punctuation dropped.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_LOOKALIKES)
    return "".join(char for char in folded if char.isalnum())
