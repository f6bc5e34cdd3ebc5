"""What only one place may do: speak to the outside, read the environment, ask the time, run after commit."""

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import tree

# library -> the files that may import it
LIBRARIES = {
    "stripe": ("payments/gateway/stripe*.py",),
    "elasticsearch": ("search/backends/elasticsearch*",),
    "elasticsearch_dsl": ("search/backends/elasticsearch*",),
    "elastic_transport": ("search/backends/elasticsearch*",),
    "tantivy": ("search/backends/embedded*",),
    "wagtail": ("cms/*", "clusters/*", "marketplace/urls.py", "marketplace/demo/*", "marketplace/settings/*"),
    "environs": ("marketplace/settings/*",),
    "requests": (),
    "httpx": (),
    "urllib.request": (),
    "http.client": (),
    "smtplib": (),
}

# dotted name called -> the files that may
CALLS = {
    "timezone.now": ("marketplace/core/clock.py",),
    "datetime.now": ("marketplace/core/clock.py",),
    "datetime.utcnow": (),
    "datetime.today": (),
    "date.today": (),
    "time.time": ("marketplace/core/ratelimits.py",),  # windows that processes share by the machine's clock
    "time.sleep": ("search/backends/embedded*",),  # a file lock that cannot be waited for otherwise
    # clusters: forgets what this process remembers; nothing leaves it
    "transaction.on_commit": ("marketplace/core/outbox.py", "clusters/actions.py"),
    "os.getenv": (),
    "mark_safe": ("marketplace/ui/*", "*/templatetags/*", "cms/pages/base.py"),  # cms: JSON, escaped there
}

# Heavy libraries that few requests need, loaded by those that do.
LATE_IMPORTS = {"typst", "stripe", "elasticsearch", "openpyxl", "PIL", "segno"}
# Modules that may import ours late, each for a reason told there.
LATE_PLACES = ("marketplace/celery.py", "payments/gateway/__init__.py", "cms/rights.py")


def _allowed(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(str(path), pattern) for pattern in patterns)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute; its last two parts decide."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_has_one_door(library: str) -> None:
    breaches = [
        f"{path}:{node.lineno} imports {name}"
        for path in tree.package_files()
        if not _allowed(path, LIBRARIES[library])
        for node in tree.nodes(path)
        for name in _imported(node)
        if (name == library or name.startswith(f"{library}.")) and isinstance(node, ast.stmt)
    ]
    assert not breaches, tree.report(breaches)


@pytest.mark.parametrize("called", CALLS)
def test_a_call_has_one_place(called: str) -> None:
    breaches = [
        f"{path}:{node.lineno} calls {called}"
        for path in tree.package_files()
        if not _allowed(path, CALLS[called])
        for node in tree.nodes(path)
        if isinstance(node, ast.Call)
        and (_dotted(node.func) == called or _dotted(node.func).endswith(f".{called}"))
    ]
    assert not breaches, tree.report(breaches)


def test_the_environment_is_read_in_settings_only() -> None:
    breaches = [
        f"{path}:{node.lineno}"
        for path in tree.package_files()
        if not _allowed(path, ("marketplace/settings/*",))
        for node in tree.nodes(path)
        if isinstance(node, ast.Attribute)
        and _dotted(node) == "os.environ"
        # Naming the settings module is how Django starts.
        and "DJANGO_SETTINGS_MODULE" not in tree.text(path).splitlines()[node.lineno - 1]
    ]
    assert not breaches, tree.report(breaches)


def _late_imports(path: Path) -> Iterator[tuple[int, str]]:
    for function in tree.nodes(path):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if function.name == "ready" and path.name == "apps.py":
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = node.names[0].name if isinstance(node, ast.Import) else node.module or "."
                yield node.lineno, module


def test_imports_stand_at_the_top() -> None:
    breaches = [
        f"{path}:{line} imports {module} inside a function"
        for path in tree.package_files()
        if not _allowed(path, LATE_PLACES)
        for line, module in _late_imports(path)
        if module.split(".")[0] not in LATE_IMPORTS
    ]
    assert not breaches, tree.report(breaches)


def test_our_own_events_use_no_signals() -> None:
    breaches = [
        f"{path}:{node.lineno}"
        for path in tree.package_files()
        for node in tree.nodes(path)
        for name in _imported(node)
        if name in ("django.dispatch.Signal", "django.dispatch.receiver") and isinstance(node, ast.stmt)
    ]
    assert not breaches, tree.report(breaches)


def test_views_read_through_queries() -> None:
    """A view that calls a manager decides by itself who may see what."""
    breaches = [
        f"{path}:{node.lineno} uses .objects"
        for path in tree.package_files()
        if (path.stem == "views" or path.parent.name == "views")
        and path.parts[0] != "cms"  # the page tree is Wagtail's, with its own rules of who may see a page
        for node in tree.nodes(path)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not breaches, tree.report(breaches)


def test_only_webhooks_and_unsubscribe_links_go_without_the_csrf_check() -> None:
    # A mail program stops mails by a POST of its own, with a signed token and no cookies (RFC 8058).
    known = ("payments/views/*hook*", "payments/*hook*", "search/saved/stopping.py")
    breaches = [
        str(path)
        for path in tree.package_files()
        if "csrf_exempt" in tree.text(path) and not _allowed(path, known)
    ]
    assert not breaches, tree.report(breaches)
