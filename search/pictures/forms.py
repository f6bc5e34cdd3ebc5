"""The file of a picture that was sent."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

FIELD = "picture"


def read_upload(files: MultiValueDict[str, UploadedFile[bytes]]) -> tuple[BinaryIO, int] | None:
    """The first file with something in it and its size: a phone offers its camera and its album as two
    fields.
    """
    sent = next((file for file in files.getlist(FIELD) if file.size), None)
    return (cast(BinaryIO, sent), sent.size or 0) if sent else None
