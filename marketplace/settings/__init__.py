"""Settings, one concern per module; `env.py` is the only reader of the environment."""

from .accounts import *
from .apps import *
from .cms import *
from .database import *
from .env import *
from .files import *
from .i18n import *
from .logs import *
from .mail import *
from .payments import *
from .schedule import *
from .search import *
from .security import *
from .tasks import *
from .web import *

__all__ = [name for name in dir() if name.isupper()]
