"""Dependencies: each with its reason, locked by hash, the run-time set the same in both locks."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from tests.architecture import tree

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
# Below these, known holes: the guard that works where no advisory service can be asked.
_OLDEST = {"django": (5, 2, 19), "wagtail": (8, 0, 1), "pillow": (13,), "celery": (5, 7), "uvicorn": (0, 54)}


def _locked(name: str) -> dict[str, str]:
    """Package -> version, of the lines that hold for this interpreter and platform."""
    lines = tree.text(Path(name)).splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if _PINNED.match(line)]
    return {
        pin.name.lower(): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def _all_pins(name: str) -> set[str]:
    """Every line that pins, whatever it holds for."""
    return {line.rstrip(" \\") for line in tree.text(Path(name)).splitlines() if _PINNED.match(line)}


def _name(requirement: str) -> str:
    return re.split(r"[\[~=><! ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_the_locks_agree() -> None:
    run_time, development = _all_pins("requirements.lock"), _all_pins("requirements-dev.lock")
    assert len(run_time) > 50
    assert run_time <= development, "python3 go.py lock: the run-time set differs"


def test_the_locks_hold_for_every_python_we_admit() -> None:
    """A lock made for the interpreter at hand does not install on an older one: Debian has 3.11.2."""
    marked = [pin for pin in _all_pins("requirements.lock") if "sys_platform" in pin or "python_full" in pin]
    assert marked, "made without --universal: use python3 go.py lock"


def test_every_pin_has_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "tools/requirements-uv.txt"):
        content = tree.text(Path(name))
        pins = content.split("\n")
        bare = [line for line in pins if _PINNED.match(line) and not line.rstrip().endswith("\\")]
        assert not bare, f"{name}: without hashes: {bare}"
        assert "://" not in content, f"{name} names where packages come from"


def test_every_dependency_is_locked_and_has_a_reason() -> None:
    source = tree.text(Path("pyproject.toml"))
    project = tomllib.loads(source)
    wanted = {_name(one) for one in project["project"]["dependencies"]}
    tools = {_name(one) for one in project["dependency-groups"]["dev"]}
    assert wanted <= _locked("requirements.lock").keys()
    assert tools <= _locked("requirements-dev.lock").keys()
    listed = [
        line.strip() for line in source.splitlines() if re.match(r'\s+"[a-z0-9-]+(\[.*\])?[~>=]=', line)
    ]
    assert len(listed) == len(wanted) + len(tools)
    assert not [line for line in listed if not re.search(r"#\s+\w", line)], "each dependency has its reason"


def test_no_pin_is_older_than_is_safe() -> None:
    locked = _locked("requirements.lock")
    old = {
        name: locked[name]
        for name, oldest in _OLDEST.items()
        if tuple(int(part) for part in re.findall(r"\d+", locked[name])) < oldest
    }
    assert not old


def test_what_is_installed_is_what_is_locked() -> None:
    differing = {}
    for name, pinned in _locked("requirements-dev.lock").items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue  # locked for another platform
        if installed != pinned:
            differing[name] = (installed, pinned)
    assert not differing
