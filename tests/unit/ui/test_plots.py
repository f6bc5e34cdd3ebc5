"""Plots say what they show: lengths in proportion, every number in the table, nothing unescaped."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ui import plots

COLUMNS = ("Quantity", "Price")
STEPS = [
    plots.Step(300, 280, "from 300", "¥2.80"),
    plots.Step(1000, 245, "from 1,000", "¥2.45"),
    plots.Step(3000, 210, "from 3,000", "¥2.10"),
]
NASTY = "<script>alert('1')</script> & \"quoted\""


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def bars_of(svg: str, cls: str) -> list[float]:
    return [float(one.get("height", "0")) for one in parsed(svg).iter("rect") if one.get("class") == cls]


@pytest.mark.parametrize(
    ("quantity", "reached"), [(0, None), (299, None), (300, 0), (999, 0), (1000, 1), (50_000, 2)]
)
def test_ladder_marks_the_step_that_is_reached(quantity: int, reached: int | None) -> None:
    plot = plots.ladder("Ladder", STEPS, columns=COLUMNS, quantity=quantity, quantity_text="yours")
    rects = [one.get("class") for one in parsed(plot.svg).iter("rect")]
    assert len(rects) == 3
    assert [index for index, cls in enumerate(rects) if cls == "p-bar"] == (
        [] if reached is None else [reached]
    )
    assert ("yours" in plot.svg) == (reached is not None)
    assert plot.rows == (("from 300", "¥2.80"), ("from 1,000", "¥2.45"), ("from 3,000", "¥2.10"))


def test_ladder_falls_and_needs_a_step() -> None:
    plot = plots.ladder("Ladder", STEPS, columns=COLUMNS)
    heights = bars_of(plot.svg, "p-bar--soft")
    assert heights == sorted(heights, reverse=True)
    with pytest.raises(ValueError, match="at least one step"):
        plots.ladder("Ladder", [], columns=COLUMNS)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
def test_bars_are_in_proportion(values: list[int]) -> None:
    items = [plots.Bar(str(index), value, f"{value:,}") for index, value in enumerate(values)]
    plot = plots.bars("Bars", items, columns=COLUMNS)
    heights = {round(height, 1) for height in bars_of(plot.svg, "p-bar")}
    tallest = max(values)
    expected = {round(104 * value / tallest, 1) for value in values if value} if tallest else set()
    expected = {height for height in expected if height > 0}
    assert all(any(abs(height - other) <= 0.11 for other in expected | {0.0}) for height in heights)
    assert plot.rows == tuple((bar.label, bar.text) for bar in items)


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_lines_and_funnels_draw_any_numbers(values: list[int]) -> None:
    items = [plots.Bar(str(index), value, str(value)) for index, value in enumerate(values)]
    for plot in (plots.line("Line", items, columns=COLUMNS), plots.funnel("Funnel", items, columns=COLUMNS)):
        assert parsed(plot.svg).get("role") == "img"
        assert len(plot.rows) == len(values)
    assert parsed(plots.spark(values, "sales")).get("aria-label") == "sales"


@pytest.mark.parametrize("label", ["11月22日", "22 Nov", "Mon"])
@pytest.mark.parametrize("count", [1, 2, 7, 14, 31])
def test_labels_of_bars_have_room(label: str, count: int) -> None:
    plot = plots.bars("Bars", [plots.Bar(label, 0, "0")] * count, columns=COLUMNS)
    places = sorted(float(one.get("x", "0")) for one in parsed(plot.svg).iter("text") if one.text == label)
    wide = sum(11 if ord(char) > 0x2E7F else 6 for char in label)
    assert places
    assert all(right - left >= wide for left, right in pairwise(places))
    assert places[0] - wide / 2 >= -4
    assert places[-1] + wide / 2 <= plots.WIDTH + 4


def test_texts_are_escaped() -> None:
    items = [plots.Bar(NASTY, 1, NASTY)]
    step = plots.Step(1, 1, NASTY, NASTY)
    for svg in (
        plots.bars(NASTY, items, columns=COLUMNS, summary=NASTY).svg,
        plots.line(NASTY, items, columns=COLUMNS, summary=NASTY).svg,
        plots.funnel(NASTY, items, columns=COLUMNS, summary=NASTY).svg,
        plots.ladder(NASTY, [step], columns=COLUMNS, quantity=2, quantity_text=NASTY).svg,
        plots.spark([1, 2], NASTY),
        plots.credit_bar(plots.Credit(limit=10), NASTY),
    ):
        assert "<script" not in svg
        assert NASTY in {parsed(svg).get("aria-label"), *(one.text for one in parsed(svg).iter("text"))}


@pytest.mark.parametrize(
    ("credit", "free", "drawn"),
    [
        (plots.Credit(limit=100, owed=20, held=30, new=10), 40, 3),
        (plots.Credit(limit=100), 100, 0),
        (plots.Credit(limit=100, owed=80, held=40), -20, 2),
        (plots.Credit(limit=0), 0, 0),
    ],
)
def test_credit_bar_never_overflows(credit: plots.Credit, free: int, drawn: int) -> None:
    assert credit.free == free
    rects = list(parsed(plots.credit_bar(credit, "label")).iter("rect"))
    assert len(rects) == drawn + 1, "the free ground and one piece each"
    assert all(float(one.get("x", "0")) + float(one.get("width", "0")) <= 1000.01 for one in rects)
