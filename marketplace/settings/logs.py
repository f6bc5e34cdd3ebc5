"""One structured line per event, with request id and user id, without card numbers, tokens or passwords."""

from typing import Any

import structlog

from marketplace.core.logs import mask_secrets

from .env import DEBUG, TESTING, env

_LEVEL = env.str("LOG_LEVEL", "WARNING" if TESTING else "INFO")
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    mask_secrets,
]
structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED,
            "processor": structlog.dev.ConsoleRenderer(colors=False)
            if DEBUG
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        }
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": _LEVEL},
    "loggers": {
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django_structlog": {"level": "WARNING" if DEBUG else "INFO"},
        "stripe": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
    },
}
# Our own first middleware sets that header, whatever came from outside.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
