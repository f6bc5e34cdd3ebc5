"""What may be uploaded below /cms/: how often, and how large."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm

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


def count_upload(request: HttpRequest) -> None:
    """Count a request that brings files. Raises TooManyRequests."""
    if request.method == "POST" and request.FILES:
        ratelimits.check("upload", f"u{request.user.pk}")
