"""The repository speaks of the project alone, and nothing in it is put off."""

import ast
import re

from tests.architecture import tree

# Written in pieces, so that this file does not contain what it looks for.
_RULES = {
    "a path of one machine": r"(?<![\w.:$}/-])/(wo" + r"rk|ro" + r"ot|fa" + r"rm|ho" + r"me)/\w",
    "left for later": r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b",
    "a stub": r"NotImplemented" + r"Error",
    "the host of a package registry": r"\b(pypi\.o"
    r"rg|pythonhos"
    r"ted|registry\.npm"
    r"js|repo1\.maven|"
    r"docker\.elas" + r"tic|proxy\.gol" + r"ang)",
    "the number of a ticket": r"\b[Ii]ss" + r"ue #?\d+|(?<![\w&/?=#\"'])#\d{1,3}\b(?![-;\w])",
    "who typed it": r"(?i)\b(cla"
    r"ude|anth"
    r"ropic|chat"
    r"gpt|open"
    r"ai|co"
    r"pilot|as an a"
    r"i)\b",
    "a test that may not run": r"pytest\.(mark\.)?(sk" + r"ip|xfa" + r"il)|import" + r"orskip",
    "a test that asserts nothing": r"assert (Tr" + r"ue|1)\s*($|,|#)",
}
_SUFFIXES = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".conf",
    ".example",
    ".txt",
    ".po",
    ".sh",
    "",
}
_DATA = ("vendor", "locale", "data")


def _lines() -> list[tuple[str, str]]:
    found = []
    for path in tree.files():
        if (
            path.suffix not in _SUFFIXES
            or path.name.startswith("requirements")
            or set(_DATA) & set(path.parts)
        ):
            continue
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            found.append((f"{path}:{number}", line))
    return found


def test_nothing_but_the_project_is_spoken_of() -> None:
    lines = _lines()
    assert len(lines) > 1000, "too few lines were read to be believed"
    breaches = [
        f"{place} {what}: {line.strip()[:80]}"
        for what, pattern in _RULES.items()
        for place, line in lines
        if re.search(pattern, line)
    ]
    assert not breaches, tree.report(breaches)


def _is_broad(kind: ast.expr | None) -> bool:
    return kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))


def test_no_error_is_swallowed() -> None:
    breaches = [
        f"{path}:{node.lineno} swallows any error"
        for path in tree.python_files()
        for node in tree.nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and _is_broad(node.type)
        and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
    ]
    assert not breaches, tree.report(breaches)
