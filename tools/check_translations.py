"""Is every text of pages and code in Chinese? Compares what gettext finds in the sources with our catalogues.

Run in the project's environment. `--write` adds what is missing to locale/ (for a person to translate) and
compiles every catalogue; without it the script only tells, and ends with code 1 when something is missing.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
_SOURCES = ("marketplace", "clusters", "search", "payments", "cms")
_HOME = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
_KINDS = ("*.py", "*.html", "*.txt")

Key = tuple[str | None, str]


def _key(message: Message) -> Key:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context, text)


def read(path: Path) -> Catalog:
    """The catalogue of a .po file."""
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def catalogues() -> Iterator[Path]:
    """Our Chinese catalogues: the project's, and those that apps keep beside their templates."""
    yield _HOME
    for name in _SOURCES:
        yield from sorted((ROOT / name).rglob("locale/zh_Hans/LC_MESSAGES/django.po"))


def extract() -> dict[Key, Message]:
    """Every text marked for translation in our sources, as gettext finds it."""
    with tempfile.TemporaryDirectory(prefix="chandi-messages-") as name:
        copy = Path(name)
        for source in _SOURCES:
            for kind in _KINDS:
                for path in (ROOT / source).rglob(kind):
                    target = copy / path.relative_to(ROOT)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        (copy / "locale").mkdir()
        argv = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--locale",
            "zh_Hans",
            "--extension",
            "html,txt,py",
        ]
        done = subprocess.run([*argv, "--no-wrap"], cwd=copy, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"makemessages failed (is gettext installed?):\n{done.stdout}{done.stderr}")
        file = copy / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
        # gettext leaves room for a second plural form, which Chinese does not have.
        file.write_text(file.read_text(encoding="utf-8").replace('msgstr[1] ""\n', ""), encoding="utf-8")
        found = read(file)
    return {_key(message): message for message in found if message.id}


def _translated() -> dict[Key, Message]:
    known: dict[Key, Message] = {}
    for path in catalogues():
        if path.exists():
            known |= {_key(message): message for message in read(path) if message.id and _is_done(message)}
    return known


def _is_done(message: Message) -> bool:
    parts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(parts) and all(parts[:1]) and not message.fuzzy


def compile_all() -> None:
    """Write each catalogue's .mo beside its .po."""
    for path in catalogues():
        if path.exists():
            buffer = io.BytesIO()
            write_mo(buffer, read(path))
            path.with_suffix(".mo").write_bytes(buffer.getvalue())


def _write(missing: list[Message]) -> None:
    catalogue = read(_HOME) if _HOME.exists() else Catalog(locale="zh_Hans", fuzzy=False)
    for message in missing:
        catalogue.add(
            message.id, "", locations=message.locations, flags=message.flags, context=message.context
        )
    _HOME.parent.mkdir(parents=True, exist_ok=True)
    with _HOME.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True)
    compile_all()


def main() -> int:
    """Tell what is missing; return 1 when something is."""
    known = _translated()
    missing = [message for key, message in sorted(extract().items(), key=str) if key not in known]
    for message in missing:
        place = f"{message.locations[0][0]}:{message.locations[0][1]}" if message.locations else ""
        print(f"not in Chinese: {message.id!r} {place}")
    if "--write" in sys.argv:
        _write(missing)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
