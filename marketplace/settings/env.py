"""The environment, read here and nowhere else. A setting is a URL; absent, the embedded part serves."""

import sys
from pathlib import Path

from environs import Env

ROOT = Path(__file__).resolve().parent.parent.parent

env = Env()

DEBUG: bool = env.bool("CHANDI_DEBUG", True)
# The mailbox and the gallery of parts: of the demo, never of production.
DEMO_PAGES: bool = DEBUG
TESTING: bool = env.bool("CHANDI_TESTING", "pytest" in sys.modules)

# Everything written at run time (database, search index, mail, broker folders) lies under one folder.
VAR = Path(env.str("CHANDI_VAR", str(ROOT / ".var")))
if TESTING:
    # Tests never touch the data of a demo in the same checkout, nor each other's.
    VAR = VAR / "tests" / env.str("PYTEST_XDIST_WORKER", "main")
