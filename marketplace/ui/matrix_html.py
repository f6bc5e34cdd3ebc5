"""The rows of the grid of colours and sizes, written in Python.

A dozen cells were a sixth of a listing page as a template; `ui/parts/matrix.html` comes here: there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

# Input name, label, value as typed, words on the stock, what is wrong with the value ("" when nothing is).
Cell = tuple[str, str, str, str, str]
_EMPTY = '<td class="num"><span aria-hidden="true">–</span></td>'


def matrix_rows_html(rows: Iterable[tuple[str, Iterable[Cell]]]) -> SafeString:
    """Table rows: a colour, then its cells; one without a name has nothing to order."""
    made = (
        f'<tr><th scope="row">{escape(str(colour))}</th>{"".join(map(_cell, cells))}</tr>'
        for colour, cells in rows
    )
    return mark_safe("".join(made))  # noqa: S308 - every variable part is escaped


def _cell(cell: Cell) -> str:
    name, label, value, stock, error = (escape(str(part)) for part in cell)
    if not name:
        return _EMPTY
    wrong = f' aria-invalid="true" aria-describedby="e-{name}"' if error else ""
    told = f'<small class="is-bad-text" id="e-{name}">{error}</small>' if error else ""
    return (
        f'<td class="num"><input name="{name}" id="q-{name}" value="{value}" inputmode="numeric"'
        f' pattern="[0-9]*" maxlength="9" autocomplete="off" aria-label="{label}"{wrong} placeholder="0"'
        f" data-qty>{told}<small>{stock}</small></td>"
    )
