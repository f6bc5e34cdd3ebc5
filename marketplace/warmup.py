"""Loads in the master process what the first pages would load in each worker: addresses, templates, texts."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.password_validation import get_default_password_validators
from django.db import connections
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

from marketplace.core import clock
from marketplace.ui.formats import format_day, format_distance, format_money
from search.analysis.query import parse

# What is imported when it is first wanted, and soon is.
_LATE = (
    "argon2",
    "django.conf.locale.en.formats",
    "django.conf.locale.zh_Hans.formats",
    "django.contrib.humanize.templatetags.humanize",
    "django.contrib.messages.storage.fallback",
    "django.contrib.sessions.serializers",
    "ipware",
    "marketplace.accounts.adapter",
    "marketplace.companies.forms",
    "stripe",
    "uvicorn.protocols.http.h11_impl",
)


def warm_up() -> None:
    """Import every view, compile our templates, read tables and the texts of each language; open nothing."""
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Help")
            get_resolver()._populate()
            _speak()
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates"
        if Path(settings.ROOT) in folder.parents and ".venv" not in folder.parts:
            _compile(folder)
    parse("棉袜 襪子 cotton socks mianwa 3*5 mm")
    get_default_password_validators()
    auth.get_backends()
    django: Any = engines["django"]
    _ = django.engine.template_context_processors
    cache = settings.CACHES["default"]["BACKEND"].rpartition(".")[0]
    for name in (*_LATE, cache, *(["redis"] if cache.endswith("redis") else [])):
        if find_spec(name):
            import_module(name)
    connections.close_all()


def _speak() -> None:
    """Say one of each kind of number and date: Babel reads what it knows of a language when first asked."""
    now = clock.now()
    format_money(1, "EUR")
    format_day(now.date())
    format_distance(now)


def _compile(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        try:
            get_template(str(path.relative_to(folder)))
        except (TemplateDoesNotExist, TemplateSyntaxError):
            continue  # a template of another engine or for another context; its own page will tell
