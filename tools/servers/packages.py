"""Debian and Ubuntu packages: which are needed for what, which are missing, and how they are installed."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.console import Failure, step, warn
from tools.environment import child_environment, is_root

_POLICY = Path("/usr/sbin/policy-rc.d")
_FONTS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto")


def _has_fonts() -> bool:
    return any(list(Path(folder).glob("NotoSansCJK*")) for folder in _FONTS)


def _has_postgres() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/postgres")) or bool(_which("postgres"))


def _which(name: str) -> str | None:
    return shutil.which(name, path=child_environment()["PATH"])


# package -> is what we need from it there?
NEEDED_BY_TESTS = {
    "postgresql": _has_postgres,
    "redis-server": lambda: bool(_which("redis-server")),
    "chromium": lambda: bool(_which("chromium")),
    "fonts-noto-cjk": _has_fonts,
    "gettext": lambda: bool(_which("msgfmt")),
    "nginx-light": lambda: bool(_which("nginx")),
}
NEEDED_BY_ELASTICSEARCH = {
    "default-jre-headless": lambda: bool(_which("java")),
    "maven": lambda: bool(_which("mvn")),
}


def missing(wanted: Mapping[str, Callable[[], bool]]) -> list[str]:
    """The packages of `wanted` that this machine still needs."""
    return [name for name, is_there in wanted.items() if not is_there()]


def install(names: Iterable[str]) -> None:
    """Install packages by apt as root or by passwordless sudo; `Failure` says what to install."""
    names = list(names)
    if not names:
        return
    apt = _which("apt-get")
    sudo = [] if is_root() else ([_which("sudo") or "", "-n"])
    may = bool(apt) and (is_root() or (bool(sudo[0]) and _quiet([*sudo, "true"])))
    if not may:
        raise Failure("Missing, and only root may install it. On Debian: apt-get install " + " ".join(names))
    with step(f"Installing {', '.join(names)}"), _services_stay_off():
        _apt([*sudo, str(apt), "-qq", "update"])
        _apt([*sudo, str(apt), "-qq", "-y", "--no-install-recommends", "install", *names])


def _quiet(argv: list[str]) -> bool:
    return subprocess.run(argv, capture_output=True, env=child_environment(), check=False).returncode == 0


def _apt(argv: list[str]) -> None:
    env = child_environment(DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    done = subprocess.run(argv, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(argv)} failed:\n{done.stderr.strip() or done.stdout.strip()}")


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Keep packages from starting system-wide servers: the tests start their own, on ports of their own."""
    if not is_root() or _POLICY.exists():
        yield
        return
    try:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    except OSError as error:
        warn(f"Servers that are installed now may start by themselves: {error}")
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)


def user_for(name: str) -> str | None:
    """The user a server runs as: `name` when we are root (servers refuse root), ourselves otherwise."""
    return name if os.geteuid() == 0 else None
