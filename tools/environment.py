"""The project's Python environment: .venv, filled by uv from hash-pinned locks, skipped when unchanged."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools.console import Failure, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN_TIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"  # the run-time set and the tools; it serves for both
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def is_root() -> bool:
    """Whether this process may install packages and change users."""
    return os.geteuid() == 0


def cache_folder() -> Path:
    """Where large downloads are kept between runs: CHANDI_CACHE, or the user's cache folder.

    Root's is /var/cache: servers that refuse to run as root must read it, and a root home is closed.
    """
    named = os.environ.get("CHANDI_CACHE")
    if named:
        return Path(named)
    if is_root():
        return Path("/var/cache/chandi")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chandi"


def var_folder() -> Path:
    """Everything the project writes at run time: CHANDI_VAR, or .var in the checkout."""
    return Path(os.environ.get("CHANDI_VAR") or ROOT / ".var").absolute()


def child_environment(**extra: str) -> dict[str, str]:
    """The environment of child processes: ours, what tools need on a bare machine, and `extra`."""
    variables = dict(os.environ)
    variables.setdefault("PATH", _PATH)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # every start would compile our own modules again
    if not variables.get("HOME"):
        home = cache_folder() / "home"
        home.mkdir(parents=True, exist_ok=True)
        variables["HOME"] = str(home)
    variables |= {
        "PYTHONUNBUFFERED": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_PYTHON_DOWNLOADS": "never",  # the interpreter is the one that runs go.py
        "UV_SYSTEM_CERTS": "1",  # trust what the machine trusts, proxies included
        "UV_NO_PROGRESS": "1",
        "CHANDI_VAR": str(var_folder()),
    }
    return variables | extra


def python() -> str:
    """The interpreter of the project's environment."""
    return str(VENV / "bin" / "python")


def _digest(name: str) -> str:
    content = (ROOT / name).read_bytes()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def _stamp(name: str) -> Path:
    return VENV / f".installed-{name}"


def _is_installed(name: str) -> bool:
    stamp = _stamp(name)
    return stamp.exists() and stamp.read_text() == _digest(name) and Path(python()).exists()


def ensure(lock: str) -> None:
    """Make .venv and install `lock` into it, unless a stamp says that this very file is installed."""
    if _is_installed(lock) or (lock == RUN_TIME and _is_installed(DEVELOPMENT) and _is_covered()):
        return
    uv = VENV / "bin" / "uv"
    if not (Path(python()).exists() and uv.exists()):
        with step("Making the environment in .venv"):
            _create()
            _run(
                [
                    python(),
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--require-hashes",
                    "-r",
                    "tools/requirements-uv.txt",
                ]
            )
    with step(f"Installing {lock}"):
        # Compiled once here, on all cores: four processes start from these files, each in seconds less.
        _run([str(uv), "pip", "install", "--quiet", "--require-hashes", "--compile-bytecode",
              "--python", python(), "-r", lock])  # fmt: skip
    _stamp(lock).write_text(_digest(lock))


def _is_covered() -> bool:
    """Whether each package of the run-time lock stands in the development lock at the same version."""
    names = [
        {line.rstrip(" \\") for line in (ROOT / lock).read_text().splitlines() if "==" in line}
        for lock in (RUN_TIME, DEVELOPMENT)
    ]
    return names[0] <= names[1]


def _create() -> None:
    if VENV.exists():
        shutil.rmtree(VENV)
    try:
        import ensurepip  # noqa: F401 - Debian keeps it in a package of its own
    except ImportError:
        from tools.servers import packages  # only a bare Debian machine comes here

        packages.install(["python3-venv"])
    try:
        venv.create(VENV, with_pip=True)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Failure("Cannot make a virtual environment. On Debian: apt-get install python3-venv") from error


def _run(argv: list[str]) -> None:
    done = subprocess.run(argv, cwd=ROOT, env=child_environment(), check=False)
    if done.returncode:
        raise Failure(f"This failed with code {done.returncode}: {' '.join(argv)}")


def run_lock(argv: list[str]) -> int:
    """`go.py lock`: make both lock files anew from pyproject.toml, for every Python it admits.

    What is locked stays as it is unless it must move; `--upgrade` moves everything.
    """
    ensure(DEVELOPMENT)
    for lock, group in ((RUN_TIME, []), (DEVELOPMENT, ["--group", "dev"])):
        with step(f"Locking {lock}"):
            uv = [
                str(VENV / "bin" / "uv"),
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
            ]
            form = ["--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header"]
            _run([*uv, *form, *group, *argv, "pyproject.toml", "-o", lock])
    ensure(DEVELOPMENT)
    return 0


def run_manage(argv: list[str]) -> int:
    """`go.py manage …`: a management command in the project's environment."""
    ensure(RUN_TIME)
    return subprocess.run(
        [python(), "manage.py", *argv], cwd=ROOT, env=child_environment(), check=False
    ).returncode
