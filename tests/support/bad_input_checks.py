"""What every answer to bad input owes: a listed status, a sentence for its reader, nothing executable."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.http import HttpResponse

# Scripts as people try them; none may ever stand in a page as it was sent.
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{3,}")
_TAGS = re.compile(r"<[^>]+>")
_TOLD = (
    re.compile(r'<p class="lede">(.*?)</p>', re.DOTALL),
    re.compile(r'<p class="field__error"[^>]*>(.*?)</p>', re.DOTALL),
    re.compile(r'role="alert"[^>]*>(.*?)</div>', re.DOTALL),
    re.compile(r'<p class="cell__error"[^>]*>(.*?)</p>', re.DOTALL),
)
# How the pages of the account library speak of a link that leads nowhere.
_DEAD_LINK = re.compile(r'<p class="muted">(.*?)</p>', re.DOTALL)


def sentences(answer: HttpResponse) -> str:
    """What the answer tells its reader about what is wrong."""
    body = answer.content.decode(errors="replace")
    kind = answer.get("Content-Type", "")
    if "json" in kind:
        return str(json.loads(body).get("title", ""))
    if "html" not in kind:
        return body
    where = (*_TOLD, _DEAD_LINK) if answer.status_code == 404 else _TOLD
    return " ".join(_TAGS.sub(" ", html.unescape(part)) for told in where for part in told.findall(body))


def faults_of(answer: HttpResponse, *, language: str, allowed: tuple[int, ...]) -> list[str]:
    """What is wrong with an answer to bad input; empty when it keeps the contract."""
    status, faults = answer.status_code, []
    if status not in allowed:
        faults.append(f"status {status}, the table says {sorted(allowed)}: {sentences(answer)[:200]!r}")
    if status >= 500:
        faults.append(f"a fault of ours: {status}")
    if not re.fullmatch(r"[0-9a-f-]{32,36}", answer.get("X-Request-ID", "")):
        faults.append("no request id")
    if status >= 400:
        faults += _faults_of_sentence(answer, language)
    body = answer.content.decode(errors="replace") if not answer.streaming else ""
    if "<script>alert(" in body or "onerror=alert(2)>" in body.replace("&gt;", ""):
        faults.append("a script stands in the page as it was sent")
    return faults


def _faults_of_sentence(answer: HttpResponse, language: str) -> list[str]:
    told = sentences(answer)
    if not _LATIN.search(told) and not _HAN.search(told):
        return ["nothing is said"]
    if (language == "en") == bool(_HAN.search(told)):
        return [f"said in the wrong language: {told[:200]!r}"]
    if "html" in answer.get("Content-Type", ""):
        mark = f'<html lang="{"en" if language == "en" else "zh-Hans"}"'
        if mark not in answer.content.decode(errors="replace"):
            return [f"the page does not say {mark}"]
    return []


def is_shown(text: str, answer: Any) -> bool:
    """Whether typed text stands in the page, escaped."""
    body = answer.content.decode(errors="replace")
    # A text area begins with a newline of its own; spaces at the ends are cut by the field.
    return html.escape(text) in body or html.escape(text.strip()) in body
