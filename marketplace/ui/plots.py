"""Small plots drawn on the server as SVG: geometry in attributes, colours by class, a table beside each.

A plot is 360 units wide so that its 11-unit text stays readable at the width of a phone. Every function takes
finished texts for what it labels; numbers only set lengths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH = 360


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing, what it shows in one sentence, and the same as a table."""

    title: str
    svg: SafeString
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def table_rows(self) -> SafeString:
        """The rows as markup, their first cell as the head."""
        lines = []
        for head, *cells in self.rows:
            numbers = "".join(f'<td class="num">{escape(cell)}</td>' for cell in cells)
            lines.append(f'<tr><th scope="row">{escape(head)}</th>{numbers}</tr>')
        return mark_safe("".join(lines))  # noqa: S308 - every text in it went through escape()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a label below, a value that sets its length, the text of the value. tone: "", soft or bad."""

    label: str
    value: int
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a price ladder: from how many, at which unit price (minor units), and both as text."""

    min_qty: int
    unit_price: int
    from_text: str
    price_text: str


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _el(tag: str, content: str = "", **attributes: str | float) -> str:
    """An SVG element; attribute names with _ for -, `cls` for class. Content must be safe already."""
    parts = []
    for name, value in attributes.items():
        text = _number(value) if isinstance(value, int | float) else escape(value)
        parts.append(f' {"class" if name == "cls" else name.replace("_", "-")}="{text}"')
    return f"<{tag}{''.join(parts)}>{content}</{tag}>" if content else f"<{tag}{''.join(parts)}/>"


def _text(x: float, y: float, words: str, *, anchor: str = "middle", cls: str = "") -> str:
    more = {"cls": cls} if cls else {}
    return _el("text", escape(words), x=x, y=y, text_anchor=anchor, **more)


def _wide(words: str) -> float:
    """Units a label takes with a gap behind it: a Han character a square, a Latin one a little over half."""
    return sum(11.0 if ord(char) > 0x2E7F else 6.4 for char in words) + 8


def _svg(width: float, height: float, label: str, body: str, cls: str = "") -> SafeString:
    head = f' class="{cls}"' if cls else ""
    box = f"0 0 {_number(width)} {_number(height)}"
    # Every text in it went through escape().
    return mark_safe(f'<svg{head} viewBox="{box}" role="img" aria-label="{escape(label)}">{body}</svg>')  # noqa: S308


def ladder(
    title: str,
    steps: Sequence[Step],
    *,
    columns: tuple[str, str],
    quantity: int = 0,
    quantity_text: str = "",
    summary: str = "",
) -> Plot:
    """The price ladder as falling steps, with the reader's quantity marked on the step it reaches.

    Steps are equally wide (quantities span decades); heights keep the order and the size of the drops, prices
    are written on them. Raises ValueError without steps.
    """
    if not steps:
        raise ValueError("a ladder has at least one step")
    height, base, top = 162.0, 120.0, 30.0
    highest, lowest = max(s.unit_price for s in steps), min(s.unit_price for s in steps)
    wide = WIDTH / len(steps)
    reached = max((i for i, s in enumerate(steps) if quantity >= s.min_qty), default=-1)

    def level(price: int) -> float:
        drop = (highest - price) / (highest - lowest) if highest > lowest else 0.0
        return top + drop * (base - top - 26)

    body, corners = "", []
    for index, step in enumerate(steps):
        x, y = index * wide, level(step.unit_price)
        here = index == reached
        body += _el(
            "rect", x=x + 1, y=y, width=wide - 2, height=base - y, cls="p-bar" if here else "p-bar--soft"
        )
        corners.append(f"{_number(x + 1)},{_number(y)} {_number(x + wide - 1)},{_number(y)}")
        body += _text(x + wide / 2, y - 7, step.price_text, cls="p-strong")
        body += _text(x + wide / 2, base + 16, step.from_text)
    body += _el("polyline", points=" ".join(corners), cls="p-line")
    if reached >= 0:
        body += _mark(steps, reached, quantity, quantity_text, wide, level(steps[reached].unit_price), base)
    rows = tuple((step.from_text, step.price_text) for step in steps)
    label = summary or "; ".join(f"{step.from_text}: {step.price_text}" for step in steps)
    return Plot(title, _svg(WIDTH, height, label, body), label, columns, rows)


def _mark(
    steps: Sequence[Step], index: int, quantity: int, words: str, wide: float, y: float, base: float
) -> str:
    """The reader's quantity: how far it has gone on its step towards the next."""
    start = steps[index].min_qty
    end = steps[index + 1].min_qty if index + 1 < len(steps) else max(start * 2, quantity)
    share = min(0.94, max(0.06, (quantity - start) / (end - start))) if end > start else 0.5
    x = (index + share) * wide
    body = _el("line", x1=x, y1=y, x2=x, y2=base, cls="p-mark") + _el("circle", cx=x, cy=y, r=5, cls="p-here")
    body += _el("path", d=f"M{_number(x - 5)} {_number(base + 29)}h10l-5 -7z", cls="p-here")
    side = "start" if x < WIDTH * 0.2 else "end" if x > WIDTH * 0.8 else "middle"
    return body + (_text(x, base + 41, words, anchor=side, cls="p-strong") if words else "")


def bars(title: str, items: Sequence[Bar], *, columns: tuple[str, str], summary: str = "") -> Plot:
    """Upright bars over time; every value is in the table, the tallest and the last are written."""
    height, base, top = 150.0, 126.0, 22.0
    tallest = max((bar.value for bar in items), default=0)
    wide = WIDTH / max(1, len(items))
    thick = min(34.0, wide * 0.72)
    # As many labels as have room beside each other, the outer ones moved inside the picture.
    longest = max((_wide(bar.label) for bar in items), default=0.0)
    every = max(1, math.ceil((longest + max(0.0, (longest - wide) / 2)) / wide))
    body = _el("line", x1=0, y1=base, x2=WIDTH, y2=base, cls="p-axis")
    written = {max(range(len(items)), key=lambda i: items[i].value), len(items) - 1} if items else set()
    for index, bar in enumerate(items):
        x = index * wide + wide / 2
        tall = (base - top) * bar.value / tallest if tallest else 0.0
        cls = f"p-bar--{bar.tone}" if bar.tone else "p-bar"
        if tall > 0:
            body += _el("rect", x=x - thick / 2, y=base - tall, width=thick, height=tall, rx=2, cls=cls)
        if bar.value and (len(items) <= 6 or index in written):
            side = "start" if x < 30 else "end" if x > WIDTH - 30 else "middle"
            at = x if side == "middle" else (max(0.0, x - thick / 2) if side == "start" else x + thick / 2)
            body += _text(at, base - tall - 6, bar.text, anchor=side, cls="p-strong")
        if index % every == 0:
            half = _wide(bar.label) / 2 - 4
            body += _text(min(max(x, half), WIDTH - half), base + 16, bar.label)
    rows = tuple((bar.label, bar.text) for bar in items)
    return Plot(title, _svg(WIDTH, height, summary or title, body), summary, columns, rows)


def funnel(title: str, items: Sequence[Bar], *, columns: tuple[str, str], summary: str = "") -> Plot:
    """Lying bars, one line each with its label and value above it: how many came so far."""
    line, widest = 40.0, max((bar.value for bar in items), default=0)
    body = ""
    for index, bar in enumerate(items):
        y = index * line
        wide = max(2.0, WIDTH * bar.value / widest) if widest else 2.0
        body += _text(0, y + 12, bar.label, anchor="start")
        body += _text(WIDTH, y + 12, bar.text, anchor="end", cls="p-strong")
        body += _el("rect", x=0, y=y + 18, width=WIDTH, height=12, rx=2, cls="p-bar--soft")
        body += _el(
            "rect",
            x=0,
            y=y + 18,
            width=wide,
            height=12,
            rx=2,
            cls=f"p-bar--{bar.tone}" if bar.tone else "p-bar",
        )
    rows = tuple((bar.label, bar.text) for bar in items)
    return Plot(
        title, _svg(WIDTH, max(line, line * len(items)), summary or title, body), summary, columns, rows
    )


def _scale(
    values: Sequence[int], count: int, width: float, top: float, base: float
) -> list[tuple[float, float]]:
    highest = max(values)
    step = width / max(1, count - 1)
    return [
        (index * step, base - (base - top) * value / highest if highest > 0 else base)
        for index, value in enumerate(values)
    ]


def line(
    title: str,
    items: Sequence[Bar],
    *,
    columns: tuple[str, str],
    say: Callable[[int], str] = str,
    summary: str = "",
) -> Plot:
    """Values over time as a line above its area, from zero; half and all of the highest are ruled."""
    height, base, top = 160.0, 132.0, 16.0
    values = [max(0, bar.value) for bar in items]
    if not values:
        return Plot(title, _svg(WIDTH, height, summary or title, ""), summary, columns, ())
    highest, body = max(values), ""
    for share in (0.5, 1.0):
        y = base - (base - top) * share
        body += _el("line", x1=0, y1=y, x2=WIDTH, y2=y, cls="p-grid")
        if highest:
            body += _text(0, y - 4, say(round(highest * share)), anchor="start")
    points = _scale(values, len(values), WIDTH, top, base)
    path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    body += _el("polygon", points=f"0,{_number(base)} {path} {WIDTH},{_number(base)}", cls="p-area")
    body += _el("line", x1=0, y1=base, x2=WIDTH, y2=base, cls="p-axis")
    body += _el("polyline", points=path, cls="p-line")
    last_x, last_y = points[-1]
    body += _el("circle", cx=last_x, cy=last_y, r=4, cls="p-dot")
    body += _text(0, base + 16, items[0].label, anchor="start") + _text(
        WIDTH, base + 16, items[-1].label, anchor="end"
    )
    rows = tuple((bar.label, bar.text) for bar in items)
    return Plot(title, _svg(WIDTH, height, summary or title, body), summary, columns, rows)


def spark(values: Sequence[int], label: str) -> SafeString:
    """A line without axes, for a table cell or a card; `label` says in words what it shows."""
    if not values:
        return _svg(112, 32, label, "", "spark")
    points = _scale([max(0, value) for value in values], len(values), 112, 4, 30)
    path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    body = _el("polygon", points=f"0,32 {path} 112,32", cls="p-area") + _el(
        "polyline", points=path, cls="p-line"
    )
    return _svg(112, 32, label, body, "spark")


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit line in one currency, minor units: what is owed, held and about to be taken of the limit."""

    limit: int
    owed: int = 0
    held: int = 0
    new: int = 0

    @property
    def free(self) -> int:
        """What is left after `new`; negative when over the limit."""
        return self.limit - self.owed - self.held - self.new


def credit_bar(credit: Credit, label: str) -> SafeString:
    """One bar of the limit: owed, held, new, and the free rest. What goes over the limit fills the bar."""
    whole = max(credit.limit, credit.owed + credit.held + credit.new, 1)
    body, x = _el("rect", x=0, y=0, width=1000, height=14, cls="c-free"), 0.0
    for amount, cls in ((credit.owed, "c-owed"), (credit.held, "c-held"), (credit.new, "c-new")):
        wide = 1000 * amount / whole
        if wide > 0:
            body += _el("rect", x=x, y=0, width=max(2.0, wide - 2), height=14, cls=cls)
        x += wide
    head = f'<svg viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
    return mark_safe(f"{head}{body}</svg>")  # noqa: S308 - the label is escaped, the rest are numbers
