"""The environment, read here and nowhere else. A setting is a URL; absent, the embedded part serves."""

from pathlib import Path

from environs import Env

ROOT = Path(__file__).resolve().parent.parent.parent

env = Env()

DEBUG: bool = env.bool("CHANDI_DEBUG", True)
TESTING: bool = env.bool("CHANDI_TESTING", False)

# Everything written at run time (database, search index, mail, broker folders) lies under one folder.
VAR = Path(env.str("CHANDI_VAR", str(ROOT / ".var")))
