"""Every part has an example, is short, and renders in both languages."""

from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from marketplace.ui import gallery
from marketplace.ui.gallery.example import Example

PARTS = Path(gallery.__file__).parents[1] / "templates" / "ui" / "parts"
# Shown inside another part's example.
_INSIDE = {"toast.html": "toasts.html", "error_summary.html": "form.html"}


def test_every_part_has_an_example() -> None:
    shown = {Path(example.template).name for example in gallery.EXAMPLES}
    missing = [path.name for path in PARTS.glob("*.html") if _INSIDE.get(path.name, path.name) not in shown]
    assert missing == []


def test_names_of_examples_are_addresses_and_differ() -> None:
    names = [example.name for example in gallery.EXAMPLES]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalpha() for name in names)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("example", gallery.EXAMPLES, ids=lambda example: example.name)
def test_every_part_renders_in_both_languages(example: Example, language: str) -> None:
    with translation.override(language):
        text = get_template(example.template).render(example.context(), RequestFactory().get("/ui/"))
    assert text.strip()
    assert "style=" not in text
    assert "None" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/ui/", "/en/ui/", "/ui/parts/listing-cards/", "/en/ui/parts/map/"])
def test_the_gallery_opens_where_debug_is_on(client: Client, address: str, settings: Settings) -> None:
    assert client.get(address).status_code == 200
    settings.DEMO_PAGES = False
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_a_part_that_is_not_there(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    assert client.get("/ui/parts/nothing/").status_code == 404
