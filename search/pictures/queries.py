"""Pictures read: what a listing's first one looks like, which were not looked at yet, what somebody sent."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from marketplace.catalog.models import Listing, ListingImage
from marketplace.catalog.queries import on_sale
from marketplace.core import clock
from marketplace.core.i18n import pick
from marketplace.ui.links import asset
from search.looks.descriptor import DESCRIPTOR
from search.looks.queries import first_path, first_picture
from search.models import PictureDescriptor, PictureQuery

from .errors import PictureGone

_PART = 1000


@dataclass(frozen=True, slots=True)
class Sought:
    """A picture that goods are looked for the like of: its vector, where to show it from, what to say of it.

    `listing` is the id of the listing it belongs to; None for one that was sent.
    """

    vector: bytes
    src: str
    alt: str = ""
    listing: int | None = None


def first_paths(listing_ids: Collection[int]) -> list[str]:
    """The first pictures of listings, each once."""
    rows = Listing.objects.filter(pk__in=listing_ids).annotate(first=first_path("pk"))
    return sorted({path for path in rows.values_list("first", flat=True) if path})


def paths_to_describe() -> Iterator[list[str]]:
    """First pictures of listings on sale that this version of the descriptor has not looked at, in parts and
    in order of the listings; two queries for a thousand of them.
    """
    after = 0
    listings = on_sale().annotate(first=first_path("pk")).order_by("pk")
    while rows := list(listings.filter(pk__gt=after).values_list("pk", "first")[:_PART]):
        after = rows[-1][0]
        paths = {path for _key, path in rows if path}
        known = PictureDescriptor.objects.filter(path__in=paths, made_by=DESCRIPTOR)
        yield sorted(paths.difference(known.values_list("path", flat=True)))


def listings_with(paths: Collection[str]) -> list[int]:
    """Listings that show one of these pictures."""
    rows = ListingImage.objects.filter(path__in=paths).order_by("listing_id")
    return list(rows.values_list("listing_id", flat=True).distinct()) if paths else []


def is_pictured(listing_id: int) -> bool:
    """Whether look-alikes of a listing on sale can be asked for; one query."""
    rows = on_sale().filter(pk=listing_id).annotate(vector=first_picture())
    return bool(rows.values_list("vector", flat=True).first())


def sent_picture(public_id: str) -> Sought:
    """What somebody sent, for whoever knows its address. Raises PictureGone."""
    rows = PictureQuery.objects.filter(made_by=DESCRIPTOR, expires_at__gt=clock.now())
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise PictureGone
    src = f"data:image/webp;base64,{b64encode(bytes(row.small)).decode()}"
    return Sought(bytes(row.vector), src)


def listing_picture(public_id: str) -> Sought:
    """The first picture of a listing on sale. Raises PictureGone."""
    rows: QuerySet[Listing] = on_sale().filter(public_id=public_id)
    row = rows.annotate(first=first_path("pk"), vector=first_picture()).first()
    if row is None or not row.vector:
        raise PictureGone
    return Sought(bytes(row.vector), asset(f"{row.first}-320.webp"), pick(row, "title"), row.pk)
