"""Every package, model, action, query and rule says what it is for."""

import ast

from tests.architecture import tree

_SPOKEN = ("actions", "queries", "rules", "models", "errors")


def _stage(path: tree.Path) -> str:
    """The file's place inside its app: `actions` for actions.py and for actions/place.py."""
    return next((part for part in reversed(path.with_suffix("").parts) if part in _SPOKEN), "")


def test_modules_say_what_they_own() -> None:
    breaches = [
        str(path)
        for path in tree.python_files()
        if path.name != "apps.py" and tree.text(path).strip() and not ast.get_docstring(tree.parsed(path))
    ]
    assert not breaches, tree.report(breaches)


def test_what_others_call_is_described() -> None:
    breaches = []
    for path in tree.package_files():
        if not _stage(path):
            continue
        for node in tree.parsed(path).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node):
                breaches.append(f"{path}:{node.lineno} {node.name}")
    assert not breaches, tree.report(breaches)
