"""What the first picture of a listing looks like, as a part of other queries."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from marketplace.catalog.models import ListingImage
from search.models import PictureDescriptor

from .descriptor import DESCRIPTOR


def first_path(outer: str | OuterRef) -> Subquery:
    """The first picture of the listing whose id stands in that column of the outer query."""
    first = ListingImage.objects.filter(listing=OuterRef(outer)).order_by("position", "pk")
    return Subquery(first.values("path")[:1])


def first_picture() -> Subquery:
    """Of each listing of a query: the vector of its first picture, None or empty where it is not known."""
    known = PictureDescriptor.objects.filter(path=first_path(OuterRef("pk")), made_by=DESCRIPTOR)
    return Subquery(known.values("vector")[:1])
