"""What the admin of the window adds to Wagtail's, and what it takes away."""

from __future__ import annotations

from typing import Any

from wagtail import hooks

from .choosers import listing_chooser


@hooks.register("register_admin_viewset")
def register_listing_chooser() -> Any:
    """The chooser of listings for shelves."""
    return listing_chooser
