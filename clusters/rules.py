"""States of a cluster, and what a handover grants. No ORM."""

CLUSTER_TRANSITIONS: dict[str, frozenset[str]] = {
    "planned": frozenset({"platform_run", "archived"}),
    "platform_run": frozenset({"handed_over", "archived"}),
    "handed_over": frozenset({"taken_back"}),
    "taken_back": frozenset({"handed_over", "platform_run", "archived"}),
    "archived": frozenset(),
}

# What an operator may do on the portal's page and all below it. Deleting in bulk and locking stay with staff.
PAGE_RIGHTS = ("add", "change", "publish")
# What an operator may do with pictures and documents of the cluster's collection.
MEDIA_RIGHTS = ("add", "change", "choose")


def group_name(code: str) -> str:
    """The group whose members tend a cluster's portal."""
    return f"portal:{code}"


def rights_granted() -> list[str]:
    """The rights as a deed lists them."""
    return [f"page.{right}" for right in PAGE_RIGHTS] + [f"media.{right}" for right in MEDIA_RIGHTS]
