"""Named places at which a test can end this process, as a power cut would. Off unless a setting names one.

`FAILPOINT=checkout.after_commit` makes the process die with SIGKILL the first time it comes by; a file
remembers that it did, so the process started again goes on. Production refuses the setting.
"""

import os
import signal

from django.conf import settings

from . import clock


def hit(name: str) -> None:
    """Die here if this place is the one named and it has not been hit before."""
    if name != settings.FAILPOINT:
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
    os.kill(os.getpid(), signal.SIGKILL)
