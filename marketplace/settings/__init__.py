"""Settings, one concern per module; `env.py` is the only reader of the environment."""

from .env import DEBUG, ROOT, TESTING, VAR  # noqa: F401
from .apps import *  # noqa: F401,F403
from .database import *  # noqa: F401,F403
from .security import *  # noqa: F401,F403
from .i18n import *  # noqa: F401,F403
from .accounts import *  # noqa: F401,F403
from .tasks import *  # noqa: F401,F403
from .search import *  # noqa: F401,F403
from .payments import *  # noqa: F401,F403
from .mail import *  # noqa: F401,F403
from .files import *  # noqa: F401,F403
from .cms import *  # noqa: F401,F403
from .logs import *  # noqa: F401,F403
