"""How often one may ask the engines by reading pages."""

from __future__ import annotations

from django.http import HttpRequest

from marketplace.core import ratelimits


def count_question(request: HttpRequest) -> None:
    """Count a page that asks an engine against its reader's limit. Raises TooManyRequests."""
    if request.user.is_authenticated:
        ratelimits.check("search-signed-in", f"u{request.user.pk}")
    else:
        ratelimits.check("search", ratelimits.client_address(request))
