"""The tree as these tests see it: which files are ours, parsed once."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("marketplace", "clusters", "search", "payments", "cms")
_NOT_OURS = ("migrations", "vendor")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository that is not ignored, as paths relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (Path(name) for name in listed.split("\0") if name)
    return tuple(sorted({path for path in paths if (ROOT / path).is_file()}))


@cache
def text(path: Path) -> str:
    """The content of a file of the tree."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def python_files() -> tuple[Path, ...]:
    """Our Python: tests and tools included, migrations and vendored code not."""
    return tuple(
        path
        for path in files()
        if (path.suffix == ".py" or text_starts_as_python(path)) and not set(_NOT_OURS) & set(path.parts)
    )


def text_starts_as_python(path: Path) -> bool:
    """Whether a file without a suffix is a Python script."""
    if path.suffix or path.name.startswith("."):
        return False
    with (ROOT / path).open("rb") as file:
        return b"python" in file.readline() and path.parts[0] == "tools"


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(path), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a Python file's syntax tree."""
    return tuple(ast.walk(parsed(path)))


@cache
def package_files() -> tuple[Path, ...]:
    """The Python of the application itself."""
    return tuple(path for path in python_files() if path.parts[0] in PACKAGES)


@cache
def templates() -> tuple[Path, ...]:
    """Our page templates."""
    return tuple(path for path in files() if path.suffix == ".html" and path.parts[0] in PACKAGES)


def module_of(path: Path) -> str:
    """The dotted name of a file of the application."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def report(breaches: list[str]) -> str:
    """The message of a failed rule: one breach per line."""
    return f"{len(breaches)} breach(es):\n" + "\n".join(breaches)
