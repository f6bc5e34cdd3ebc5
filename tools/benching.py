"""`go.py bench`: run the comparisons of benchmarks/, each a table for people and one closing JSON line."""

import json
import subprocess
from typing import Any

from tools import environment
from tools.console import Failure, say

_FOLDER = environment.ROOT / "benchmarks"


def names() -> list[str]:
    """The benchmarks there are: modules of benchmarks/ that define `main`."""
    files = sorted(path for path in _FOLDER.glob("*.py") if not path.stem.startswith("_"))
    return [path.stem for path in files if "\ndef main(" in path.read_text(encoding="utf-8")]


def _first_line(name: str) -> str:
    """What a benchmark says of itself, without the command that starts it."""
    text = (_FOLDER / f"{name}.py").read_text(encoding="utf-8").split('"""')[1]
    return text.strip().splitlines()[0].partition(": ")[2] or text.strip().splitlines()[0]


def run(argv: list[str]) -> int:
    """Run the named benchmark with its own options, or `all`; without a name list them.

    Returns 1 when a goal is missed. The last line is one JSON object, {"name", "figures", "goal", "ok"};
    for all of them, one whose figures and goals are keyed by benchmark.
    """
    there = names()
    if not argv:
        for name in there:
            print(f"{name:<10} {_first_line(name)}")
        print(f"{'all':<10} every one of them")
        return 0
    if argv[0] not in (*there, "all"):
        raise Failure(f"There is no benchmark {argv[0]!r}. There are: {', '.join(there) or 'none'}, all")
    environment.ensure(environment.DEVELOPMENT)
    if argv[0] != "all":
        return 0 if _run_one(argv[0], argv[1:])["ok"] else 1
    results = {name: _run_one(name, []) for name in there}
    whole = {
        "name": "all",
        "figures": {name: result["figures"] for name, result in results.items()},
        "goal": {name: result["goal"] for name, result in results.items()},
        "ok": all(result["ok"] for result in results.values()),
    }
    print(json.dumps(whole, ensure_ascii=False), flush=True)
    return 0 if whole["ok"] else 1


def _run_one(name: str, options: list[str]) -> dict[str, Any]:
    """Run one benchmark, showing its output as it comes; return the object of its last line."""
    say(f"Benchmark {name}")
    last = ""
    with subprocess.Popen(
        [environment.python(), "-m", f"benchmarks.{name}", *options],
        cwd=environment.ROOT,
        env=environment.child_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
    try:
        result = json.loads(last)
    except ValueError as error:
        raise Failure(f"Benchmark {name} ended with code {process.returncode} and no result.") from error
    return dict(result)
