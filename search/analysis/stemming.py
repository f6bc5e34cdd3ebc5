"""English stems by the Porter2 rules (the published Snowball algorithm), so that "socks" and "sock" meet.

Held against the engine's own implementation over a large vocabulary in the tests.
"""

from __future__ import annotations

import re
from functools import lru_cache

_VOWELS = "aeiouy"
_DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_LI_ENDINGS = "cdeghkmnrt"
_EXCEPTIONS = {
    "skis": "ski", "skies": "sky", "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli",
    "only": "onli", "singly": "singl", "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas",
    "cosmos": "cosmos", "bias": "bias", "andes": "andes",
}  # fmt: skip
_AFTER_1A = frozenset(
    ("inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed", "evening")
)
_R1_PREFIX = re.compile("^(gener|commun|arsen|past|univers|later|emerg|organ|inter)")
_REGION = re.compile("[aeiouy][^aeiouy]")
_DIGIT = re.compile("[0-9]")
_STEP_2 = (
    ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"),
    ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"), ("ation", "ate"),
    ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"),
    ("anci", "ance"), ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"),
    ("ogist", "og"), ("ogi", "og"), ("li", ""),
)  # fmt: skip
_STEP_3 = (
    ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""),
    ("ical", "ic"), ("ness", ""), ("ful", ""),
)  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize",
    "ion", "al", "er", "ic",
)  # fmt: skip


def _regions(word: str) -> tuple[int, int]:
    """Where R1 and R2 begin: after the first consonant that follows a vowel, and again after that."""
    prefix = _R1_PREFIX.match(word)
    if prefix:
        r1 = prefix.end()
    else:
        found = _REGION.search(word)
        r1 = found.end() if found else len(word)
    again = _REGION.search(word, r1)
    return r1, again.end() if again else len(word)


def _has_vowel(text: str) -> bool:
    return any(c in _VOWELS for c in text)


def _short_end(word: str) -> bool:
    """Whether the word ends in a short syllable."""
    if len(word) == 2:
        return word[0] in _VOWELS and word[1] not in _VOWELS
    if word == "past":
        return True
    return (
        len(word) > 2 and word[-3] not in _VOWELS and word[-2] in _VOWELS and word[-1] not in _VOWELS + "wxY"
    )


def _step_1a(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith(("us", "ss")):
        return word
    if word.endswith("s") and _has_vowel(word[:-2]):
        return word[:-1]
    return word


def _step_1b(word: str, r1: int) -> str:
    for ending in ("eedly", "eed"):
        if word.endswith(ending):
            return word[: -len(ending)] + "ee" if len(word) - len(ending) >= r1 else word
    for ending in ("ingly", "edly", "ing", "ed"):
        if not word.endswith(ending):
            continue
        stem = word[: -len(ending)]
        if not _has_vowel(stem):
            return word
        if ending == "ing" and len(stem) == 2 and stem[1] == "y" and stem[0] not in _VOWELS:
            return stem[0] + "ie"
        if stem.endswith(("at", "bl", "iz")):
            return stem + "e"
        if stem.endswith(_DOUBLES) and not (len(stem) == 3 and stem[0] in "aeo"):
            return stem[:-1]
        return stem + "e" if r1 >= len(stem) and _short_end(stem) else stem
    return word


def _step_2(word: str, r1: int) -> str:
    for ending, change in _STEP_2:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if len(stem) < r1:
                return word
            if (ending == "ogi" and not stem.endswith("l")) or (
                ending == "li" and stem[-1:] not in _LI_ENDINGS
            ):
                return word
            return stem + change
    return word


def _step_3(word: str, r1: int, r2: int) -> str:
    for ending, change in _STEP_3:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            allowed = len(stem) >= (r2 if ending == "ative" else r1)
            return stem + change if allowed else word
    return word


def _step_4(word: str, r2: int) -> str:
    for ending in _STEP_4:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if len(stem) < r2 or (ending == "ion" and stem[-1:] not in "st"):
                return word
            return stem
    return word


def _step_5(word: str, r1: int, r2: int) -> str:
    size = len(word)
    if word.endswith("e") and (size - 1 >= r2 or (size - 1 >= r1 and not _short_end(word[:-1]))):
        return word[:-1]
    if word.endswith("ll") and size - 1 >= r2:
        return word[:-1]
    return word


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a lower-case English word; what has one or two letters, or a digit, stays as it is."""
    if len(word) <= 2 or _DIGIT.search(word):
        return word
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    word = word.removeprefix("'")
    word = re.sub(r"(^y|(?<=[aeiouy])y)", "Y", word)
    r1, r2 = _regions(word)
    for ending in ("'s'", "'s", "'"):
        if word.endswith(ending):
            word = word[: -len(ending)]
            break
    word = _step_1a(word)
    if word in _AFTER_1A:
        return word.lower()
    word = _step_1b(word, r1)
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    word = _step_2(word, r1)
    word = _step_3(word, r1, r2)
    word = _step_4(word, r2)
    return _step_5(word, r1, r2).lower()
