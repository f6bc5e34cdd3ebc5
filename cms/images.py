"""Pictures of the window: every one says in both languages what it shows and whose it is."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from marketplace.core.frozen import Frozen, Marks
from marketplace.core.i18n import pick
from marketplace.ui.cards import Picture as Shot

# Widths (px) a picture is offered in; a browser takes the smallest that is sharp enough.
WIDTHS = (640, 1280)
SPECS = tuple(f"width-{width}|format-webp|webpquality-78" for width in WIDTHS)


class Picture(AbstractImage):  # type: ignore[misc]
    """A photograph or drawing in a cluster's collection."""

    alt_zh = models.CharField(
        _("What it shows, in Chinese"), max_length=200, help_text=_("Read aloud to people who do not see it.")
    )
    alt_en = models.CharField(
        _("What it shows, in English"), max_length=200, help_text=_("Read aloud to people who do not see it.")
    )
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    credit = models.CharField(
        _("Maker and licence"), max_length=200, blank=True, help_text=_("Shown below the picture on a story.")
    )

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "alt_zh",
        "alt_en",
        "credit",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @property
    def alt(self) -> str:
        """What it shows, in the active language."""
        return pick(self, "alt")

    @property
    def default_alt_text(self) -> str:
        """What Wagtail's own tags put into `alt`."""
        return self.alt


class PictureRendition(AbstractRendition):  # type: ignore[misc]
    """A picture at one size."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class _Size(NamedTuple):
    """One size of a picture, with what the picture shows."""

    key: int
    file: str
    width: int
    height: int
    alt_zh: str
    alt_en: str


def _wanted_sizes(m: Marks) -> Any:
    rows = PictureRendition.objects.filter(
        image__in=m.wholes("keys"), filter_spec__in=SPECS, focal_point_key=""
    )
    return rows.values_list("image_id", "file", "width", "height", "image__alt_zh", "image__alt_en")


_sizes_of = Frozen(_wanted_sizes)


@lru_cache(maxsize=4096)
def _shot(rows: tuple[_Size, ...], language: str | None, sizes: str) -> Shot:
    """The picture in the active language, which stands in the key."""
    address = PictureRendition._meta.get_field("file").storage.url
    by_width = sorted({row.width: row for row in rows}.values(), key=lambda row: row.width)
    first = by_width[0]
    return Shot(
        src=address(first.file),
        alt=pick(first, "alt"),
        width=first.width,
        height=first.height,
        srcset=", ".join(f"{address(row.file)} {row.width}w" for row in by_width),
        sizes=sizes,
    )


def _sizes(keys: Collection[int]) -> dict[int, list[_Size]]:
    found: dict[int, list[_Size]] = {}
    for row in sorted(_sizes_of(keys=sorted(keys))):
        found.setdefault(row[0], []).append(_Size(*row))
    return found


def shots_of(keys: Collection[int], *, sizes: str = "(min-width: 62rem) 40rem, 100vw") -> dict[int, Shot]:
    """Pictures in all their sizes by key; one query. Sizes that do not exist yet are made, once."""
    if not keys:
        return {}
    rows = _sizes(keys)
    incomplete = [key for key in keys if len(rows.get(key, ())) < len(SPECS)]
    for picture in Picture.objects.filter(pk__in=incomplete) if incomplete else ():
        picture.get_renditions(*SPECS)
    if incomplete:
        rows |= _sizes(incomplete)
    language = get_language()
    return {key: _shot(tuple(found), language, sizes) for key, found in rows.items()}
