"""One head per app, no merges, and names that say what a migration is for."""

import re

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.architecture import tree

_NAMELESS = re.compile(r"^\d{4}_(auto|merge)|_and_more$")

# Some migrations of libraries ask the database while they are loaded.
pytestmark = pytest.mark.django_db


def _own_labels() -> set[str]:
    return {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in tree.PACKAGES}


def test_each_app_has_one_head_and_no_merge() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = _own_labels()
    assert own & {label for label, _ in loader.disk_migrations}, "no migration of ours was found"
    breaches = []
    for label in sorted(own):
        heads = loader.graph.leaf_nodes(label)
        if len(heads) > 1:
            breaches.append(f"{label} has {len(heads)} heads: {sorted(name for _, name in heads)}")
    for (label, name), migration in loader.disk_migrations.items():
        inside = [parent for parent in migration.dependencies if parent[0] == label]
        if label in own and len(inside) > 1:
            breaches.append(f"{label}.{name} merges {inside}")
    assert not breaches, tree.report(breaches)


def test_names_say_what_a_migration_is_for() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = _own_labels()
    breaches = [
        f"{label}.{name}" for label, name in loader.disk_migrations if label in own and _NAMELESS.search(name)
    ]
    assert not breaches, tree.report(breaches)
