"""Every accent reads at 4.5:1 wherever it stands, in both themes, whatever colour a town chooses."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ui import accents, colour, frame
from marketplace.ui.colour import DARK_GROUNDS, DARK_TINT, LIGHT_GROUNDS, LIGHT_TINT

STYLESHEET = Path(colour.__file__).parent / "static" / "ui" / "chandi.css"
PALETTE = (
    "#b4501e",
    "#8a5a00",
    "#0a7ea4",
    "#7b3fa0",
    "#7a4a2b",
    "#d9487d",
    "#5b4bd6",
    "#2e7d4f",
    "#1d5fa8",
    "#c0392b",
)
any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#123456", "#123456", 1.0),
        ("#fff", "#000", 21.0),
    ],
)
def test_contrast_as_wcag_counts_it(one: str, other: str, ratio: float) -> None:
    assert colour.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colour.contrast(other, one) == colour.contrast(one, other)


@pytest.mark.parametrize("wrong", ["red", "#12", "#12345", "#1234567", "123456", "#12345g", "", "#fff;}"])
def test_only_hex_colours_are_colours(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a hex colour"):
        colour.parse_hex(wrong)


@given(any_colour)
def test_oklch_there_and_back(text: str) -> None:
    lightness, chroma, hue = colour.to_oklch(text)
    back = colour.parse_hex(colour.from_oklch(lightness, chroma, hue))
    assert all(abs(a - b) <= 2 / 255 for a, b in zip(back, colour.parse_hex(text), strict=True))


@given(any_colour)
def test_any_colour_becomes_readable_on_every_ground_and_under_its_own_text(text: str) -> None:
    pair = colour.accent(text)
    for accent, on, grounds, tint in (
        (pair.light, pair.on_light, LIGHT_GROUNDS, LIGHT_TINT),
        (pair.dark, pair.on_dark, DARK_GROUNDS, DARK_TINT),
    ):
        assert colour.contrast(accent, on) >= 4.5
        for ground in grounds:
            assert colour.contrast(accent, ground) >= 4.5
            assert colour.contrast(accent, colour.mix(accent, ground, tint)) >= 4.5


@pytest.mark.parametrize("text", PALETTE)
def test_the_hue_of_a_town_stays(text: str) -> None:
    _, chroma, hue = colour.to_oklch(text)
    pair = colour.accent(text)
    for corrected in (pair.light, pair.dark):
        _, new_chroma, new_hue = colour.to_oklch(corrected)
        if min(chroma, new_chroma) > 0.03:
            assert abs(new_hue - hue) < 0.12


def test_a_readable_colour_is_left_alone() -> None:
    assert colour.accent("#17566b").light == "#17566b"


def _tokens() -> dict[str, tuple[str, str]]:
    text = STYLESHEET.read_text(encoding="utf-8")
    return {
        name: (light, dark)
        for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", text)
    }


def test_the_grounds_here_are_those_of_the_stylesheet() -> None:
    tokens = _tokens()
    names = ("page", "surface", "sunken")
    assert {tokens[name][0] for name in names} <= set(LIGHT_GROUNDS)
    assert {tokens[name][1] for name in (*names, "raised")} <= set(DARK_GROUNDS)
    text = STYLESHEET.read_text(encoding="utf-8")
    assert f"--tint: {LIGHT_TINT:.0%}" in text
    assert f"--tint: {DARK_TINT:.0%}" in text


@pytest.mark.parametrize("name", ["ink", "ink-2", "ink-3", "accent", "ok", "warn", "bad", "info"])
def test_text_tokens_read_on_every_ground(name: str) -> None:
    tokens = _tokens()
    for theme in (0, 1):
        for ground in ("page", "surface", "sunken", "raised"):
            ratio = colour.contrast(tokens[name][theme], tokens[ground][theme])
            assert ratio >= 4.5, f"{name} on {ground} in theme {theme}: {ratio:.2f}"


@pytest.mark.parametrize("ground", ["page", "surface", "sunken", "raised"])
def test_edges_of_controls_can_be_seen(ground: str) -> None:
    tokens = _tokens()
    for theme in (0, 1):
        assert colour.contrast(tokens["edge"][theme], tokens[ground][theme]) >= 3


def test_the_stylesheet_of_accents_holds_what_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = (("zhuji-socks", "#b4501e"), ('x"]{}', "#000000"))
    monkeypatch.setattr(frame.providers, "accents", lambda: pairs)
    text = accents.stylesheet()
    assert text.startswith("@layer accents{")
    assert '[data-accent="zhuji-socks"]{--accent:light-dark(#' in text
    assert text.count("data-accent") == 1, "a code that is not one must not reach the stylesheet"
