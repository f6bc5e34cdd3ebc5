"""Files of at most 400 lines, functions of at most 60: what grows beyond is split by use case."""

import ast

from tests.architecture import tree

FILE_LINES = 400
FUNCTION_LINES = 60
PART_LINES = 60


def test_files_are_short() -> None:
    breaches = [
        f"{path}: {lines} lines (at most {FILE_LINES})"
        for path in tree.python_files()
        if (lines := tree.text(path).count("\n")) > FILE_LINES
    ]
    assert not breaches, tree.report(breaches)


def test_functions_are_short() -> None:
    breaches = []
    for path in tree.python_files():
        for node in tree.nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    breaches.append(f"{path}:{node.lineno} {node.name}: {lines} (at most {FUNCTION_LINES})")
    assert not breaches, tree.report(breaches)


def test_template_parts_are_short() -> None:
    breaches = [
        f"{path}: {lines} lines (a part has at most {PART_LINES})"
        for path in tree.templates()
        if "parts" in path.parts and (lines := tree.text(path).count("\n")) > PART_LINES
    ]
    assert not breaches, tree.report(breaches)
