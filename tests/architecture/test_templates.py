"""Templates obey the Content-Security-Policy: no inline script, style or handler; nothing unescaped."""

import re

from tests.architecture import tree

_RULES = {
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(json|ld\+json)\")[^>]*>",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "a javascript: address": r"javascript:",
    "unescaped output": r"\|\s*safe\b|\{%\s*autoescape\s+off",
    "something from another host": r"(src|href)=\"(https?:)?//[^\"{]+\.(js|css|woff2?|png|jpe?g|svg)\"",
}

# Django's own help texts are HTML: a list of what a password must be.
_KNOWN = {("field_notes.html", "unescaped output")}


def test_templates_hold_nothing_inline() -> None:
    assert len(tree.templates()) > 20, "too few templates were found to be believed"
    breaches = []
    for path in tree.templates():
        # Mails have no stylesheet of their own: their parts carry styles, and no policy applies to them.
        is_mail = "mail" in path.parts or "mails" in path.parts
        for what, pattern in _RULES.items():
            if (is_mail and what == "an inline style") or (path.name, what) in _KNOWN:
                continue
            for match in re.finditer(pattern, tree.text(path)):
                line = tree.text(path).count("\n", 0, match.start()) + 1
                breaches.append(f"{path}:{line} {what}")
    assert not breaches, tree.report(breaches)
