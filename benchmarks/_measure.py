"""Measuring: CPU time of a server and of its database per request, sizes, and memory by PSS.

CPU milliseconds are the sturdy figure on a shared machine: how long a request takes depends on the
neighbours, what work it does hardly. Subjects are measured in interleaved rounds, so that a change of the
machine's speed meets all of them, and compared round by round.
"""

import http.client
import json
import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_CPUCLOCK_SCHED = 2
_TURN = 10  # requests of a subject before the next one's turn


def _own_seconds(pid: int) -> float:
    """What this process has run, in seconds to the nanosecond: all its threads, those that have ended too.

    The clock's number is made from the process id as clock_getcpuclockid(3) makes it on Linux.
    """
    return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)


def _reaped_seconds(pid: int) -> float:
    """What its children that have ended had run, in seconds to a tick of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * _TICK


def _tree(pid: int) -> list[int]:
    root = psutil.Process(pid)
    return [pid, *(child.pid for child in root.children(recursive=True))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """User plus system seconds of these processes and all their descendants, those that have ended included.

    A child that ends hands its time to the parent that waits for it, so the sum never falls; one that ends
    between two looks at it is looked for again.
    """
    for _ in range(20):
        try:
            return sum(_own_seconds(p) + _reaped_seconds(p) for pid in pids for p in _tree(pid))
        except (OSError, psutil.NoSuchProcess):
            continue
    raise RuntimeError("The processes under measurement come and go too fast to be read.")


def pss_megabytes(pid: int) -> float:
    """Proportional set size of a process and its descendants: shared pages count once over all who share."""
    total = 0
    for process in _tree(pid):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        total += int(text.split("Pss:")[1].split()[0])
    return total / 1024


@dataclass
class Subject:
    """Addresses of a server, asked in turn; `pids` lead its web processes, `database_pids` its database."""

    name: str
    port: int
    paths: Sequence[str]
    pids: Sequence[int]
    database_pids: Sequence[int] = ()
    headers: dict[str, str] = field(default_factory=dict)
    check: Callable[[http.client.HTTPResponse], None] | None = None
    cpu_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    size: int = 0
    _asked: int = 0

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept between requests."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, connection: http.client.HTTPConnection) -> None:
        """One request of the next address; RuntimeError unless answered with 200 and passing the check."""
        path = self.paths[self._asked % len(self.paths)]
        self._asked += 1
        connection.request("GET", path, headers={"Host": "localhost", "Accept": "text/html", **self.headers})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.name} {path}: {answer.status} {body[:300]!r}")
        if self.check:
            self.check(answer)
        self.size = len(body)

    def take(self, requests: int) -> tuple[float, float]:
        """Send requests over one connection; CPU seconds they took, in all and of the database."""
        connection = self.connect()
        self.get(connection)  # opens the connection, outside the measure
        before, before_database = cpu_seconds(self.pids), cpu_seconds(self.database_pids)
        for _ in range(requests):
            self.get(connection)
        spent = cpu_seconds(self.pids) - before
        spent_database = cpu_seconds(self.database_pids) - before_database
        connection.close()
        return spent + spent_database, spent_database

    @property
    def median_ms(self) -> float:
        """Median over the rounds of CPU ms per request, database included."""
        return statistics.median(self.cpu_ms)

    @property
    def median_database_ms(self) -> float:
        """The database's part of it."""
        return statistics.median(self.database_ms)


def interleave(subjects: Sequence[Subject], *, rounds: int = 7, requests: int = 30, warm: int = 15) -> None:
    """Warm every subject at each of its addresses, then measure them in turn, round after round."""
    for subject in subjects:
        connection = subject.connect()
        for _ in range(max(warm, 2 * len(subject.paths))):
            subject.get(connection)
        connection.close()
    for _ in range(rounds):
        _round(subjects, requests)


def _round(subjects: Sequence[Subject], requests: int) -> None:
    """One round: subjects take turns of a few requests, so that a burst of work elsewhere meets all alike."""
    turns = max(1, requests // _TURN)
    sums = [[0.0, 0.0] for _ in subjects]
    for _ in range(turns):
        for subject, total in zip(subjects, sums, strict=True):
            spent, database = subject.take(_TURN)
            total[0] += spent
            total[1] += database
    for subject, (spent, database) in zip(subjects, sums, strict=True):
        subject.cpu_ms.append(1000 * spent / (turns * _TURN))
        subject.database_ms.append(1000 * database / (turns * _TURN))


def ratio(peer: Subject, ours: Subject) -> float:
    """How many times cheaper ours is: the median of the ratios round by round."""
    return statistics.median(p / o for p, o in zip(peer.cpu_ms, ours.cpu_ms, strict=True))


def table(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> None:
    """Print a table with columns as wide as needed, numbers to the right."""
    cells = [list(head), *([f"{c:.2f}" if isinstance(c, float) else str(c) for c in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        first, *others = [(cell, width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]))


def conclude(name: str, figures: dict[str, float], goals: dict[str, tuple[str, float]]) -> int:
    """Print the closing JSON line. Goals: figure → (">=" or "<=", bound). Returns the exit code."""
    checks: dict[str, Callable[[float, float], bool]] = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b}
    missed = [key for key, (sign, bound) in goals.items() if not checks[sign](figures[key], bound)]
    for key in missed:
        print(f"missed: {key} = {figures[key]:.3f}, goal {goals[key][0]} {goals[key][1]}")
    closing = {
        "name": name,
        "figures": {key: round(value, 3) for key, value in figures.items()},
        "goal": {key: f"{sign} {bound}" for key, (sign, bound) in goals.items()},
        "ok": not missed,
    }
    print(json.dumps(closing), flush=True)
    return 1 if missed else 0
