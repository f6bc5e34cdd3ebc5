"""What may be uploaded below /cms/: how often, and how large."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from marketplace.core import ratelimits


class DocumentForm(BaseDocumentForm):  # type: ignore[misc]
    """A document of the size pictures may have."""

    def clean_file(self) -> Any:
        """The file, if it is new and not too large."""
        file = self.cleaned_data["file"]
        if getattr(file, "size", 0) > settings.UPLOAD_MAX_BYTES:
            sentence = _("This file is too large: at most %(most)s MB.")
            raise ValidationError(sentence % {"most": settings.UPLOAD_MAX_BYTES // 1_000_000})
        return file


class PictureField(WagtailImageField):  # type: ignore[misc]
    """A file that is a picture to its last pixel; Wagtail looks at its first bytes only."""

    def check_image_pixel_size(self, f: Any) -> None:
        """Raises ValidationError for too many pixels, and for pixels that can't be read."""
        try:
            super().check_image_pixel_size(f)
            f.seek(0)
            with Image.open(f) as picture:
                picture.load()
        except (OSError, SyntaxError, ValueError) as error:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        finally:
            f.seek(0)


class PictureForm(BaseImageForm):  # type: ignore[misc]
    """A picture that can be read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.fields.get("file")
        if known is not None:
            self.fields["file"] = PictureField(
                label=known.label, required=known.required, widget=known.widget, help_text=known.help_text
            )


def count_upload(request: HttpRequest) -> None:
    """Count a request that brings files. Raises TooManyRequests."""
    if request.method == "POST" and request.FILES:
        ratelimits.check("upload", f"u{request.user.pk}")
