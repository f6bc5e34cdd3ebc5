"""Named places at which a test can end this process, as a power cut would. Off unless a setting names one.

`FAILPOINT=checkout.after_commit` ends the process with SIGKILL the first time it comes by, and with it its
group: a worker with all its children. Several names are parted by commas, `*` stands for any text. Each place
is hit once, and a file remembers it, so that the process started again goes on. Production refuses it.
"""

import os
import signal
from fnmatch import fnmatchcase

from django.conf import settings

from . import clock


def hit(name: str) -> None:
    """Die here if this place is the one named and it has not been hit before."""
    if not any(fnmatchcase(name, wanted) for wanted in settings.FAILPOINT):
        return
    folder = settings.VAR / "failpoints"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        marker = os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        return
    os.write(marker, clock.now().isoformat().encode())
    os.fsync(marker)
    os.close(marker)
    os.killpg(os.getpgrp(), signal.SIGKILL)
