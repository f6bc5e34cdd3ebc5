"""Plain progress lines with the time that has passed, and the one error that ends a command."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_STARTED = time.monotonic()


class Failure(Exception):
    """A command cannot go on; the text says why and what the reader can do."""


def seconds() -> float:
    """Seconds since the command started."""
    return time.monotonic() - _STARTED


def say(text: str) -> None:
    """Print one line with the time since the start, at once."""
    print(f"[{seconds():6.1f} s] {text}", flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what begins, and how long it took when it took a second or more."""
    say(f"{title} …")
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took >= 1:
        say(f"  done in {took:.1f} s")


def warn(text: str) -> None:
    """Print a warning to the error stream."""
    print(f"[{seconds():6.1f} s] ! {text}", file=sys.stderr, flush=True)
