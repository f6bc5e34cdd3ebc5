"""Pictures of the window: every one says in both languages what it shows and whose it is."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

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


def _shot(picture: Picture, renditions: list[PictureRendition], sizes: str) -> Shot:
    by_width = sorted({row.width: row for row in renditions}.values(), key=lambda row: row.width)
    first = by_width[0]
    return Shot(
        src=first.url,
        alt=picture.alt,
        width=first.width,
        height=first.height,
        srcset=", ".join(f"{row.url} {row.width}w" for row in by_width),
        sizes=sizes,
    )


def shots_of(keys: Collection[int], *, sizes: str = "(min-width: 62rem) 40rem, 100vw") -> dict[int, Shot]:
    """Pictures in all their sizes by key; one query. Sizes that do not exist yet are made, once."""
    if not keys:
        return {}
    rows: dict[int, list[PictureRendition]] = {}
    known: dict[int, Picture] = {}
    for row in PictureRendition.objects.filter(
        image_id__in=keys, filter_spec__in=SPECS, focal_point_key=""
    ).select_related("image"):
        rows.setdefault(row.image_id, []).append(row)
        known[row.image_id] = row.image
    incomplete = [key for key in keys if len(rows.get(key, ())) < len(SPECS)]
    for picture in Picture.objects.filter(pk__in=incomplete) if incomplete else ():
        known[picture.pk] = picture
        rows[picture.pk] = list(picture.get_renditions(*SPECS).values())
    return {key: _shot(known[key], rows[key], sizes) for key in rows}
