"""Loads in the master process what the first pages would load in each worker: addresses, templates, texts."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation


def warm_up() -> None:
    """Import every view, compile our templates, read the texts of each language; leave no connection open."""
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Help")
            get_resolver()._populate()
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates"
        if Path(settings.ROOT) in folder.parents and ".venv" not in folder.parts:
            _compile(folder)
    for name in ("stripe", "django.contrib.humanize.templatetags.humanize"):
        if find_spec(name):
            import_module(name)
    connections.close_all()


def _compile(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        try:
            get_template(str(path.relative_to(folder)))
        except (TemplateDoesNotExist, TemplateSyntaxError):
            continue  # a template of another engine or for another context; its own page will tell
