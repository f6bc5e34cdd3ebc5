"""Template tags: what they print, what they escape."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from marketplace.core import clock
from marketplace.core.money import Money
from marketplace.ui import templatetags
from marketplace.ui.frame import Providers, register

NASTY = "<b onclick=x>"
ROOT = Path(templatetags.__file__).parents[3]
SPRITE = Path(templatetags.__file__).parents[1] / "static" / "ui" / "img" / "icons.svg"


def shown(source: str, language: str = "en", **variables: object) -> str:
    with translation.override(language):
        return Template("{% load chandi %}" + source).render(Context(variables))


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("{% money m %}", "¥1,710.30"),
        ("{{ m|money }}", "¥1,710.30"),
        ('{% money 245 "CNY" %}', "¥2.45"),
        ('{{ 245|money:"CNY" }}', "¥2.45"),
        ('{{ nothing|money:"CNY" }}', ""),
        ('{% price 245 "CNY" "pair" %}', "¥2.45\xa0/\xa0pair"),
        ('{% price m unit="pair" %}', "¥1,710.30\xa0/\xa0pair"),
        ('{% qty 3000 "pair" %}', "3,000\xa0pairs"),
        ("{{ 3000|qty }}", "3,000"),
        ("{{ nothing|qty }}", ""),
        ("{{ 150|percent }}", "1.5%"),
        ("{{ day|day }}", "5 Mar 2026"),
        ("{{ day|distance }}", "in 3 days"),
        ("{{ nothing|day }}{{ nothing|distance }}", ""),
        ("{{ nothing|dashed }}", "–"),
        ("{{ 0|dashed }}", "0"),
    ],
)
def test_values(source: str, result: str) -> None:
    with clock.at(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)):
        assert shown(source, m=Money(171_030, "CNY"), day=date(2026, 3, 5), nothing=None) == result


def test_date_has_a_machine_form_and_the_distance_beside_it() -> None:
    with clock.at(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)):
        text = shown("{% date day relative=True %}", day=date(2026, 3, 5))
        assert text == '<time datetime="2026-03-05">5 Mar 2026</time> <span class="when">in 3 days</span>'
        moment = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)
        assert shown("{% date m time=True %}", "zh-hans", m=moment) == (
            '<time datetime="2026-03-05T02:30+08:00">2026年3月5日 02:30</time>'
        )
        assert shown("{% date nothing %}", nothing=None) == ""


def test_pick_follows_the_language_and_falls_back() -> None:
    both, one = SimpleNamespace(name_zh="袜", name_en="Socks"), SimpleNamespace(name_zh="袜", name_en="")
    assert shown('{{ both|pick:"name" }}', "zh-hans", both=both) == "袜"
    assert shown('{{ both|pick:"name" }}', "en", both=both) == "Socks"
    assert shown('{{ one|pick:"name" }}', "en", one=one) == "袜"
    assert shown('{{ nothing|pick:"name" }}', nothing=None) == ""


@pytest.mark.parametrize(
    "source",
    [
        "{% badge n n n %}",
        "{% crumb n %}",
        "{% crumb n n %}",
        "{% icon n %}",
        "{{ n|dashed }}",
        "{% icon n n %}",
    ],
)
def test_nothing_goes_out_unescaped(source: str) -> None:
    assert NASTY not in shown(source, n=NASTY)


def test_qs_in_a_page() -> None:
    request = RequestFactory().get("/find/?q=a%22b&page=4")
    assert shown("{% qs page=None sort='price' %}", request=request) == "?q=a%22b&amp;sort=price"


def test_the_frame_takes_only_providers_it_knows() -> None:
    with pytest.raises(TypeError, match="no such frame provider: weather"):
        register(weather=lambda request: 1)
    assert not hasattr(Providers(), "weather")


def _icons_asked_for() -> dict[str, str]:
    """Icon names written anywhere in the project's templates and Python, with one place each."""
    found: dict[str, str] = {}
    patterns = {
        ".html": r"\{% icon [\"']([a-z0-9-]+)[\"']",
        ".py": r"(?:icon|picture)=[\"']([a-z0-9-]+)[\"']",
    }
    apps = [ROOT / name for name in ("marketplace", "clusters", "search", "payments", "cms")]
    for path in (path for app in apps for path in app.rglob("*")):
        if pattern := patterns.get(path.suffix):
            for name in re.findall(pattern, path.read_text(encoding="utf-8")):
                found.setdefault(name, str(path.relative_to(ROOT)))
    return found


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))
    asked = _icons_asked_for()
    assert len(asked) > 20
    assert {name: place for name, place in asked.items() if name not in there} == {}
