"""Pictures: the chooser every other family uses, and the gallery."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from ..live import Live
from .base import LightChoice, LiveBlock


class PictureBlock(LightChoice, ImageChooserBlock):  # type: ignore[misc]
    """A chosen picture; the page reads all of them together."""


class GalleryBlock(LiveBlock):
    """Several pictures with captions."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=80)
    pictures = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("picture", PictureBlock(label=_("Picture"))),
                ("caption", blocks.CharBlock(label=_("Caption"), required=False, max_length=120)),
            ]
        ),
        label=_("Pictures"),
        min_num=1,
        max_num=12,
    )

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "cms/blocks/gallery.html"
        description = _("Workshops, markets, machines: what a visitor would see.")

    def collect(self, value: Any, live: Live) -> None:
        for entry in value["pictures"]:
            live.need_picture(entry["picture"])

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        shots = [(live.shot(entry["picture"]), entry["caption"]) for entry in value["pictures"]]
        return {"shots": [(shot, caption) for shot, caption in shots if shot is not None]}
