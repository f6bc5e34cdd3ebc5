"""The loop of every client of the ledger comparison: asked on stdin for so many seconds, it posts and tells.

Only the standard library: clients of peers run it in environments of their own.
"""

import json
import sys
import time
from collections.abc import Callable
from random import Random

ACCOUNTS = 1_000


def serve(act: Callable[[int, int, int], None], number: int) -> None:
    """Answer every line, a number of seconds, with what was done in them: postings, CPU and wall seconds.

    `act(source, target, turn)` posts once from one of ACCOUNTS to another; `turn` is never the same twice.
    """
    chance = Random(number)
    turn = 0
    print("ready", flush=True)
    for line in sys.stdin:
        seconds = float(line)
        done, cpu, begin = 0, time.process_time(), time.perf_counter()
        while time.perf_counter() - begin < seconds:
            source, target = chance.sample(range(ACCOUNTS), 2)
            act(source, target, turn)
            turn += 1
            done += 1
        spent = {"done": done, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - begin}
        print(json.dumps(spent), flush=True)
