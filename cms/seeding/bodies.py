"""From words to stored blocks: the same words make the same blocks with the same ids in every run."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile
from django.utils.html import escape
from PIL import Image
from wagtail.models import Locale

from clusters.tree import collection_of

from ..images import SPECS, WIDTHS, Picture, PictureRendition
from .words import LANGUAGES, PictureFile, PortalStory, Shelf, Tale, Words

NAMES = uuid.UUID("6f1c1f2e-6d0e-4f5b-9a55-1d6d6c9f0c11")


class Builder:
    """One run: knows the locales and the pictures already taken in."""

    def __init__(self) -> None:
        self.locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
        self._pictures: dict[tuple[str, Path], Picture] = {}

    def picture(self, code: str, file: PictureFile | None) -> Picture | None:
        """The picture in the cluster's collection, taken in once, with all its sizes."""
        if file is None:
            return None
        key = (code, file.path)
        if key not in self._pictures:
            with file.path.open("rb") as handle:
                picture = Picture(
                    title=file.alt.zh or file.alt.en or file.path.stem,
                    collection=collection_of(code),
                    alt_zh=file.alt.zh,
                    alt_en=file.alt.en,
                    credit=file.credit,
                    file=ImageFile(handle, name=f"{code}-{file.path.name}"),
                )
                picture.save()
            _take_sizes(picture, file)
            self._pictures[key] = picture
        return self._pictures[key]


def _take_sizes(picture: Picture, file: PictureFile) -> None:
    """Keep ready-made sizes as they are, which costs nothing, and make the others."""
    files = {Image.open(path).width: path for path in (*file.smaller, file.path) if path.suffix == ".webp"}
    for width, spec in zip(WIDTHS, SPECS, strict=True):
        path = files.get(min(width, picture.width))
        if path is None:
            picture.get_renditions(spec)
            continue
        with path.open("rb") as handle:
            name = f"{Path(picture.file.name).stem}.width-{width}.webp"
            PictureRendition.objects.create(
                image=picture, filter_spec=spec, focal_point_key="", file=ImageFile(handle, name=name)
            )


def block(owner: str, kind: str, value: Any, number: int = 0) -> dict[str, Any]:
    """A block as stored; the same block has the same id in every run and language."""
    return {"type": kind, "value": value, "id": str(uuid.uuid5(NAMES, f"{owner}/{kind}/{number}"))}


def _items(owner: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"type": "item", "value": value, "id": str(uuid.uuid5(NAMES, f"{owner}/item/{number}"))}
        for number, value in enumerate(values)
    ]


def paragraphs(texts: Sequence[Words], language: str) -> str:
    return "".join(f"<p>{escape(text.in_(language))}</p>" for text in texts)


def tale_block(builder: Builder, code: str, owner: str, tale: Tale, language: str) -> dict[str, Any]:
    picture = builder.picture(code, tale.picture)
    value = {
        "title": tale.title.in_(language),
        "text": paragraphs(tale.paragraphs, language),
        "picture": picture.pk if picture else None,
        "caption": tale.caption.in_(language),
    }
    return block(owner, "story", value)


def shelf_block(owner: str, shelf: Shelf, language: str, number: int) -> dict[str, Any]:
    value: dict[str, Any] = {
        "title": shelf.title.in_(language),
        "kind": shelf.kind,
        "quantity": shelf.quantity,
        "max_price": shelf.max_price,
        "count": shelf.count,
        "listings": [],
    }
    return block(owner, "shelf", value, number)


def _year(year: str, language: str) -> str:
    """ "1970s" as each language writes it."""
    return f"{year[:-1]}年代" if language != "en" and year.endswith("0s") else year


def portal_body(builder: Builder, story: PortalStory, language: str) -> list[dict[str, Any]]:
    """The blocks of a portal in reading order: goods first, then who makes them, then why here."""
    code = story.code
    word = Words.in_
    blocks = [block(code, "campaign", {"days_ahead": 21})]
    blocks += [shelf_block(code, shelf, language, number) for number, shelf in enumerate(story.shelves)]
    walls = Words("源头工厂", "Factories of the town")
    blocks.append(block(code, "factories", {"title": word(walls, language), "count": 6}))
    if story.figures:
        entries = [
            {"value": word(value, language), "label": word(label, language)} for value, label in story.figures
        ]
        figures = {
            "title": "",
            "entries": _items(f"{code}/figures", entries),
            "source": word(story.figures_source, language),
        }
        blocks.append(block(code, "figures", figures))
    if story.origin:
        blocks.append(tale_block(builder, code, code, story.origin, language))
    if story.timeline:
        entries = [
            {
                "year": _year(one.year, language),
                "title": word(one.title, language),
                "text": word(one.text, language),
            }
            for one in story.timeline
        ]
        years = {"title": word(story.timeline_title, language), "entries": _items(f"{code}/years", entries)}
        blocks.append(block(code, "timeline", years))
    return blocks + _portal_end(builder, story, language)


def _portal_end(builder: Builder, story: PortalStory, language: str) -> list[dict[str, Any]]:
    code, word = story.code, Words.in_
    blocks = []
    if story.voice:
        voice = {part: word(getattr(story.voice, part), language) for part in ("text", "who", "role")}
        blocks.append(block(code, "quote", voice))
    if story.gallery:
        shots = [(builder.picture(code, file), caption) for file, caption in story.gallery]
        entries = [
            {"picture": shot.pk, "caption": word(caption, language)} for shot, caption in shots if shot
        ]
        blocks.append(block(code, "gallery", {"title": "", "pictures": _items(f"{code}/gallery", entries)}))
    where = Words("厂在哪里", "Where the factories are")
    blocks.append(
        block(code, "map", {"title": word(where, language), "text": word(story.directions, language)})
    )
    if story.stories:
        told = Words("产地故事", "Stories")
        blocks.append(block(code, "stories", {"title": word(told, language), "count": 3}))
    if story.faq:
        entries = [
            {"question": word(asked, language), "answer": word(said, language)} for asked, said in story.faq
        ]
        title = Words("常见问题", "Questions and answers")
        blocks.append(
            block(code, "faq", {"title": word(title, language), "entries": _items(f"{code}/faq", entries)})
        )
    ask = Words("找不到？问问产地", "Not on the shelf? Ask the town")
    inquiry = {"title": word(ask, language), "text": word(story.inquiry, language)}
    return [*blocks, block(code, "inquiry", inquiry)]
