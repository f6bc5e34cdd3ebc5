"""Database and cache: SQLite in WAL mode and local memory unless URLs name PostgreSQL and Redis."""

from typing import Any

from environs import Env

from .env import TESTING, VAR, env

_url = env.str("DATABASE_URL", "")

_SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN: two read-then-write transactions can never deadlock on upgrade.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
        "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
    ),
}


def _sqlite() -> dict[str, Any]:
    VAR.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(VAR / "chandi.sqlite3"),
        "OPTIONS": _SQLITE_OPTIONS,
        # A file, so that a migrated test database can be kept and copied (an in-memory one never is).
        "TEST": {"NAME": str(VAR / "test.sqlite3")},
    }


def _from_url() -> dict[str, Any]:
    reader = Env()
    config: dict[str, Any] = dict(reader.dj_db_url("DATABASE_URL"))
    if config["ENGINE"].endswith("sqlite3"):
        config.setdefault("OPTIONS", {}).update(_SQLITE_OPTIONS)
        return config
    config["ENGINE"] = "marketplace.core.postgresql"
    config["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", 60)
    config["CONN_HEALTH_CHECKS"] = True
    # A web request that waits longer than this for a lock or an answer is told to try again.
    timeouts = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
    config.setdefault("OPTIONS", {})
    # The frozen reads (core/frozen.py) are prepared on the server from then on; all others are sent as text.
    config["OPTIONS"]["prepare_threshold"] = env.int("DATABASE_PREPARE_AFTER", 3) or None
    if env.bool("DATABASE_TIMEOUTS", True):
        config["OPTIONS"]["options"] = timeouts
    return config


DATABASES = {"default": _from_url() if _url else _sqlite()}

# A migrated database on the same server, which tests copy instead of migrating their own.
TEST_DATABASE_TEMPLATE: str = env.str("TEST_DATABASE_TEMPLATE", "")

_redis = env.str("REDIS_URL", "")
if _redis:
    CACHES: dict[str, dict[str, Any]] = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _redis,
            "KEY_PREFIX": env.str("CACHE_PREFIX", "chandi"),
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "chandi"}}

# In the database: sessions survive the loss of the cache (RELIABILITY F11).
SESSION_ENGINE = "marketplace.companies.sessions"

PAGE_CACHE_SECONDS: int = env.int("PAGE_CACHE_SECONDS", 0 if TESTING else 5)
