#!/usr/bin/env python3
"""Chandi's commands for a fresh machine: Python 3.11 or newer and git are enough.

python3 go.py demo [--check] [--reset] [--addr HOST:PORT] [--services]
    Run it with demo data. Stop with Ctrl-C.
python3 go.py test [PATH ...] [--services] [--checks] [pytest options]
    Run the checks and tests; with a PATH only those, in seconds; with --checks only linters and types.
python3 go.py bench [NAME | all]
    Run a comparison of benchmarks/ or all of them; without a name, list them.
python3 go.py services [FILE]
    Start PostgreSQL, Redis and Elasticsearch for tests by hand; prints the variables that name them.
python3 go.py lock [--upgrade]
    Make the lock files anew after a change of pyproject.toml.
python3 go.py manage COMMAND ...
    Run a management command in the project's environment.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file also meets older interpreters, and tells them so
    sys.exit("Chandi needs Python 3.11 or newer; this is %s. Try: python3.11 go.py" % sys.version.split()[0])


def main(argv: list[str]) -> int:
    """Run one command and return its exit code."""
    from tools import benching, demo, environment, serving, testing
    from tools.console import Failure

    commands = {
        "demo": demo.run,
        "test": testing.run,
        "bench": benching.run,
        "services": serving.run,
        "lock": environment.run_lock,
        "manage": environment.run_manage,
    }
    if not argv or argv[0] not in commands:
        print(__doc__)
        return 0 if argv[:1] in ([], ["--help"], ["-h"], ["help"]) else 2
    try:
        return commands[argv[0]](argv[1:])
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
