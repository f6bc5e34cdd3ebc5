"""The frame of a page and its form fields. Everything that comes from outside passes through `esc`."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from ..http import Response
from .texts import LANGUAGES, say


def esc(value: object) -> str:
    """Text as HTML text or attribute value."""
    return escape(str(value), quote=True)


def page(
    language: str, title: str, body: str, *, path: str, status: int = 200, leads_to: Iterable[str] = ()
) -> Response:
    """A whole page. `leads_to` are addresses a form of it may end at after redirects."""
    here = {language: ' aria-current="true"'}
    switch = "".join(
        f'<a href="{esc(path)}?lang={code}" lang="{code}" hreflang="{code}"{here.get(code, "")}>{name}</a>'
        for code, name in LANGUAGES.items()
    )
    mode, note = esc(say(language, "test_mode")), esc(say(language, "test_note"))
    document = f"""<!DOCTYPE html>
<html lang="{"zh-Hans" if language == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{esc(title)}</title>
<link rel="stylesheet" href="/assets/checkout.css">
</head>
<body>
<header class="bar">
<p class="badge"><strong>{mode}</strong> <span>{note}</span></p>
<nav class="languages" aria-label="{esc(say(language, "language"))}">{switch}</nav>
</header>
{body}
</body>
</html>
"""
    ends = (urlsplit(address) for address in leads_to if address)
    targets = " ".join(["'self'", *sorted({f"{end.scheme}://{end.netloc}" for end in ends})])
    policy = f"default-src 'none'; style-src 'self'; form-action {targets}; base-uri 'none'"
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": f"{policy}; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Response(status, document.encode(), headers)


def notice(
    language: str, title: str, text: str, *, path: str, link: tuple[str, str] | None = None, status: int = 200
) -> Response:
    """A page that only says something and perhaps leads on: `link` is (address, words)."""
    onward = f'<p><a class="button" href="{esc(link[0])}">{esc(link[1])}</a></p>' if link else ""
    body = f'<main class="narrow"><h1>{esc(title)}</h1><p>{esc(text)}</p>{onward}</main>'
    return page(language, title, body, path=path, status=status)


def field(
    name: str,
    label: str,
    *,
    value: str = "",
    error: str = "",
    help_text: str = "",
    kind: str = "text",
    complete: str = "off",
    numeric: bool = False,
    longest: int = 200,
) -> str:
    """A labelled input with its help and its error, tied together for screen readers."""
    described = [f"{name}-help"] * bool(help_text) + [f"{name}-error"] * bool(error)
    marks = f' aria-describedby="{" ".join(described)}"' if described else ""
    marks += ' aria-invalid="true"' if error else ""
    marks += ' inputmode="numeric"' if numeric else ""
    help_html = f'<p class="help" id="{name}-help">{esc(help_text)}</p>' if help_text else ""
    error_html = f'<p class="error" id="{name}-error">{esc(error)}</p>' if error else ""
    return (
        f'<div class="field" id="{name}-field"><label for="{name}">{esc(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{esc(value)}" autocomplete="{complete}"'
        f' maxlength="{longest}" required{marks}>{help_html}{error_html}</div>'
    )


def problems(language: str, errors: dict[str, str], general: str = "") -> str:
    """The list of what is wrong, on top of a form, with a link to each field."""
    if not errors and not general:
        return ""
    if not errors:
        return f'<div class="problems" role="alert"><p>{esc(general)}</p></div>'
    links = "".join(f'<li><a href="#{name}">{esc(text)}</a></li>' for name, text in errors.items())
    heading = esc(say(language, "problem"))
    return f'<div class="problems" role="alert"><p><strong>{heading}</strong></p><ul>{links}</ul></div>'


def redirect(address: str) -> Response:
    """See other: the browser goes on with GET."""
    return Response(303, b"", {"location": address})
