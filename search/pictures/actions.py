"""Looking at pictures: those of goods, in bulk and once per file; one that somebody sends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import structlog
from django.contrib.staticfiles import finders

from marketplace.core import clock
from search import indexing
from search.backends import serving
from search.looks.descriptor import DESCRIPTOR, describe
from search.models import PictureDescriptor, PictureQuery

from .errors import NoPictureSearch, NotAPicture, PictureTooLarge
from .queries import first_paths, listings_with, paths_to_describe
from .reading import read_picture, small_copy
from .rules import KEPT

log = structlog.get_logger(__name__)
NONE_KNOWN: Mapping[str, bytes] = MappingProxyType({})
_SUFFIX = "-320.webp"  # the smaller file is enough and is read four times as fast


def find_by_picture(*, file: BinaryIO, size: int) -> str:
    """Keep what a sent picture looks like for some weeks; returns its outward id. The file is not kept.

    Raises what `read_picture` raises, and NoPictureSearch where what serves can't answer.
    """
    if not serving.capabilities().pictures:
        raise NoPictureSearch
    picture = read_picture(file, size)
    now = clock.now()
    kept = PictureQuery.objects.create(
        made_by=DESCRIPTOR,
        vector=describe(picture),
        small=small_copy(picture),
        created_at=now,
        expires_at=now + KEPT,
    )
    return str(kept.public_id)


def forget_pictures() -> int:
    """Delete what was sent and has been kept long enough; returns how many."""
    forgotten, _by_model = PictureQuery.objects.filter(expires_at__lte=clock.now()).delete()
    return forgotten


def describe_listings(listing_ids: Iterable[int]) -> int:
    """Look at the first pictures of listings whose file is not known as it is now.

    Every index is told of all listings that share a picture that was looked at. Returns how many pictures.
    """
    changed = _describe(first_paths(list(listing_ids)), reread=True)
    indexing.note_changes(listings_with(changed))
    return len(changed)


def describe_missing(*, tell: bool = True, looks: Mapping[str, bytes] = NONE_KNOWN) -> int:
    """Look at all first pictures of listings on sale that were not looked at yet; returns how many.

    `tell`: whether indexes have to read their listings again; not before they are built. `looks` are vectors
    of this descriptor that are known already, by the file's digest (BLAKE2b, 16 bytes, hexadecimal).
    """
    done = 0
    for paths in paths_to_describe():
        changed = _describe(paths, reread=False, looks=looks)
        if tell:
            indexing.note_changes(listings_with(changed))
        done += len(changed)
    return done


def _describe(paths: Iterable[str], *, reread: bool, looks: Mapping[str, bytes] = NONE_KNOWN) -> list[str]:
    """Write the vectors of pictures; those whose file is as it was are left alone unless made otherwise.

    A file that is not there or can't be read gets a row without a vector, so that it isn't tried for ever;
    a changed listing tries it again (`reread`). Returns the paths whose vector is another one now.
    """
    wanted = list(dict.fromkeys(paths))
    known = {row.path: row for row in PictureDescriptor.objects.filter(path__in=wanted)}
    rows: list[PictureDescriptor] = []
    for path, content in _contents(wanted):
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        before = known.get(path)
        if reread and before and before.digest == digest and before.made_by == DESCRIPTOR:
            continue
        vector = looks.get(digest) or _look(path, content)
        rows.append(
            PictureDescriptor(
                path=path, digest=digest, made_by=DESCRIPTOR, vector=vector, made_at=clock.now()
            )
        )
    PictureDescriptor.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["digest", "made_by", "vector", "made_at"],
    )
    before_that = {path: bytes(row.vector) for path, row in known.items()}
    return [row.path for row in rows if before_that.get(row.path, b"") != row.vector]


def _contents(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        found = finders.find(f"{path}{_SUFFIX}")
        yield path, Path(found).read_bytes() if found else b""


def _look(path: str, content: bytes) -> bytes:
    if not content:
        return b""
    try:
        return describe(read_picture(BytesIO(content), len(content)))
    except (NotAPicture, PictureTooLarge) as error:
        log.warning("picture_not_read", path=path, reason=error.code)
        return b""
