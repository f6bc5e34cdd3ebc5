"""One spelling for one thing: the first step on both sides, of documents and of queries.

Full-width and compatibility forms become plain ones, traditional characters simplified ones, letters small
and bare of accents; a number keeps its unit ("10 mm" is "10mm") and sizes one sign between them ("3×5",
"3*5" is "3x5").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "traditional.txt"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_RUN = re.compile(f"[{_HAN}]+")

_UNITS = (
    "mm|cm|dm|km|m|um|nm|in|inch|ft|mg|kg|g|lb|lbs|oz|ml|cl|l|w|kw|v|mv|kv|a|ma|mah|hz|khz|mhz|ghz|mpa|kpa|bar|"
    "gsm|ply|pcs|pc|pack|pk|prs|pair|pairs|d|den|tex|dtex|denier|rpm|nm|n|tb|gb|mb|kb|k|px|dpi"
)
_UNIT = re.compile(rf"(?<![a-z0-9])(\d+(?:\.\d+)?)\s+({_UNITS})(?![a-z0-9])")
_TIMES = re.compile(r"(?<=\d)\s*[x*×✕✖]\s*(?=\d)")
# Where one of the two may match: most texts with a number in them are not touched.
_MEASURE = re.compile(r"\d\s*[x*×✕✖]|\d\s+[a-z]")
_FRACTION_SLASH = "\u2044"
_HAN_UNITS = {
    "英寸": "in", "寸": "in", "毫米": "mm", "厘米": "cm", "公分": "cm", "公斤": "kg", "千克": "kg", "克": "g",
    "毫升": "ml", "升": "l",
}  # fmt: skip
_HAN_UNIT = re.compile(rf"(?<=\d)\s*({'|'.join(_HAN_UNITS)})(?!(?<=克)拉|(?<=升)级)")
_APOSTROPHE = re.compile("[\u2018\u2019\u02bc\uff07\u00b4]")
# Letters with accents, as one character or as marks; İ, whose small form is two characters; the Kelvin
# sign's kin.
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional → simplified, character by character (the first choice where the table offers several)."""
    table: dict[int, str] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        if len(traditional) == 1 and simplified:
            table[ord(traditional)] = simplified.split(" ")[0]
    return table


def to_simplified(text: str) -> str:
    """ "襪子" → "袜子"."""
    return text.translate(_simplified())


@lru_cache(maxsize=1)
def _unusual() -> frozenset[str]:
    """Characters that have to be changed. Most texts have none, and to look is far cheaper than to
    translate.
    """
    accented = (*range(0xC0, 0x250), *range(0x300, 0x370), *range(0x1E00, 0x1F00))
    return frozenset(map(chr, (*_simplified(), *accented)))


def _bare(text: str) -> str:
    """Without accents: "crêpe" → "crepe". Marks of other scripts stay."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def _latin_unit(match: re.Match[str]) -> str:
    """A unit after a number as it is also written: "20寸" → "20in"."""
    return f"{_HAN_UNITS[match[1]]} "


def normalise(text: str) -> str:
    """The one spelling of a text. Never fails: control characters and lone surrogates become spaces."""
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    if not text.isascii():
        text = _APOSTROPHE.sub("'", text)
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text).replace(_FRACTION_SLASH, "/")
        if not _unusual().isdisjoint(text):
            text = _bare(to_simplified(text))
        text = _HAN_UNIT.sub(_latin_unit, text)
    text = text.lower()
    if _MEASURE.search(text):
        text = _UNIT.sub(r"\1\2", _TIMES.sub("x", text))
    return " ".join(text.split())
