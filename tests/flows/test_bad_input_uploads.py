"""Bad files at every door that takes one: Wagtail's uploads, which operators use.

Each is refused in a sentence in the operator's language; nothing is stored, neither a row nor a file.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from PIL import Image
from pytest_django.plugin import DjangoDbBlocker
from wagtail.documents.models import Document
from wagtail.models import Collection, UploadedFile

from cms.models import Picture
from marketplace.accounts.models import User
from tests.support.bad_input_checks import SCRIPT
from tests.support.bad_input_world import CSRF, Ground, standing
from tests.support.routes import _walk


def png(width: int, height: int) -> bytes:
    """A real picture of one colour."""
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{3,}")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"
POLYGLOT = b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//"
LARGE = 20_000_000
# Address by name, the field of the file, and what is stored by it.
DOORS: dict[str, tuple[str, type[Any]]] = {
    "wagtailimages:add": ("file", Picture),
    "wagtailimages:add_multiple": ("files[]", Picture),
    "wagtailimages_chooser:create": ("image-chooser-upload-file", Picture),
    "wagtaildocs:add": ("file", Document),
    "wagtaildocs:add_multiple": ("files[]", Document),
    "wagtaildocs_chooser:create": ("document-chooser-upload-file", Document),
}
PICTURES = {
    "cut": ("a.png", png(400, 400)[:-60]),
    "B60": ("a.svg", SVG),
    "B60j": ("a.jpg", SVG),
    "B61": ("a.gif", POLYGLOT),
    "B62": ("a.jpg", PAGE),
    "text": ("a.png", b"no picture at all"),
    "empty": ("a.png", b""),
    "B71": ("..\\..\\a.png", PAGE),
    "name": (f"{'n' * 300}.png", PAGE),
    "script": (f"{SCRIPT}.png".replace("/", ""), PAGE),
    "double": ("a.png.html", PAGE),
}
PAPERS = {
    "B62": ("a.html", PAGE),
    "B60": ("a.svg", SVG),
    "program": ("a.exe", b"MZ\x90"),
    "empty": ("a.pdf", b""),
    "double": ("a.pdf.js", PAGE),
}


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with standing(django_db_blocker) as found:
        yield found


def files_kept() -> set[Path]:
    """Every file in the folder of uploads."""
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def upload(ground: Ground, name: str, file_name: str, content: bytes, language: str) -> Any:
    """Send a file through a door as its operator, who speaks a language."""
    field, _ = DOORS[name]
    prefix = field.removesuffix("file") if field.endswith("upload-file") else ""
    User.objects.filter(pk=ground.users["OP"].pk).update(language=language)
    ground.wear("OP")
    collection = Collection.objects.exclude(depth=1).order_by("pk")[0]
    form = {
        "csrfmiddlewaretoken": CSRF,
        field: SimpleUploadedFile(file_name, content),
        f"{prefix}title": "A thing",
        f"{prefix}collection": str(collection.pk),
        f"{prefix}alt_zh": "物",
        f"{prefix}alt_en": "A thing",
    }
    return ground.client.post(reverse(name), form, headers={"X-Requested-With": "XMLHttpRequest"})


def told(answer: Any) -> str:
    """What the admin says is wrong: in a page, in JSON, or in a page within JSON."""
    body = answer.content.decode(errors="replace")
    if "json" in answer["Content-Type"]:
        found = json.loads(body)
        if found.get("error_message"):
            return str(found["error_message"])
        body = str(found.get("htmlFragment", ""))
    parts = re.findall(r'class="error-message"[^>]*>(.*?)</', body, re.DOTALL)
    parts += re.findall(r'class="(?:lede|field__error)"[^>]*>(.*?)</p', body, re.DOTALL)
    return html.unescape(" ".join(parts))


def refuse(ground: Ground, name: str, file_name: str, content: bytes, language: str) -> None:
    """Assert that a file is refused with a sentence and leaves nothing behind."""
    before = files_kept()
    rows = DOORS[name][1].objects.count()
    with ground.undone():
        answer = upload(ground, name, file_name, content, language)
        assert answer.status_code < 500, answer.fault
        assert answer.status_code not in (302, 303), "the file was taken"
        assert DOORS[name][1].objects.count() == rows, "a row was stored"
        assert not UploadedFile.objects.exists(), "a row was stored"
        said = told(answer)
        assert LATIN.search(said) or HAN.search(said), f"nothing is said: {answer.status_code}"
        if language == "en":
            assert not HAN.search(said), said
        else:
            assert HAN.search(said), said
        assert "<script>alert(1)" not in answer.content.decode(errors="replace")
    assert files_kept() == before, "a file was stored"


CASES = [
    (name, row, *found)
    for name, (_, model) in DOORS.items()
    for row, found in (PICTURES if model is Picture else PAPERS).items()
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("name", "row", "file_name", "content"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_what_is_no_picture_and_no_paper_is_refused(
    ground: Ground, name: str, row: str, file_name: str, content: bytes, language: str
) -> None:
    refuse(ground, name, file_name, content, language)


@pytest.mark.parametrize("name", DOORS)
def test_twenty_megabytes_are_refused(ground: Ground, name: str) -> None:
    is_picture = DOORS[name][1] is Picture
    content = (png(8, 8) if is_picture else b"%PDF-1.4\n") + b"\0" * LARGE
    for language in ("zh-hans", "en"):
        refuse(ground, name, "large.png" if is_picture else "large.pdf", content, language)


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(ground: Ground) -> None:
    refuse(ground, "wagtailimages:add", "bomb.png", png(9_000, 9_000), "en")


@pytest.mark.parametrize("name", DOORS)
def test_a_good_file_is_stored(ground: Ground, name: str) -> None:
    """Without this the refusals above would prove nothing."""
    model = DOORS[name][1]
    before, rows = files_kept(), model.objects.count()
    file_name, content = ("ok.png", png(64, 36)) if model is Picture else ("ok.pdf", b"%PDF-1.4\nA page")
    with ground.undone():
        answer = upload(ground, name, file_name, content, "en")
        assert answer.status_code in (200, 302), told(answer)
        # Several at once wait for what each of them shows.
        waiting = UploadedFile.objects.count()
        assert model.objects.count() + waiting == rows + 1, told(answer)
    for path in files_kept() - before:
        path.unlink()


def test_every_upload_of_the_admin_is_known() -> None:
    """Doors of Wagtail by which a file comes; a new one must be added above."""
    found = {
        route.name
        for route in _walk(get_resolver().url_patterns)
        if route.pattern.startswith("cms/")
        and route.name.startswith(("wagtailimages", "wagtaildocs"))
        and route.name.rpartition(":")[2] in ("add", "add_multiple", "create")
    }
    assert found == set(DOORS)
