"""Relations between models go down the road too, strings included: import-linter sees imports only."""

import tomllib

from django.apps import apps
from django.db.models import Field, ForeignObjectRel

from tests.architecture import tree


def _ranks() -> dict[str, int]:
    """Package -> layer, 0 the lowest, read from the import contract itself."""
    config = tomllib.loads(tree.text(tree.Path("pyproject.toml")))
    road = config["tool"]["importlinter"]["contracts"][0]["layers"]
    ranks = {}
    for rank, layer in enumerate(reversed(road)):
        for name in layer.replace("|", ":").split(":"):
            ranks[name.strip().strip("()")] = rank
    return ranks


def _layer(module: str, ranks: dict[str, int]) -> int | None:
    """The layer of the longest package of the road that holds `module`; None for foreign code."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in ranks:
            return ranks[".".join(parts[:length])]
    return None


def test_relations_go_down() -> None:
    ranks = _ranks()
    breaches = []
    seen = 0
    for model in apps.get_models(include_auto_created=True):
        own = _layer(model.__module__, ranks)
        for field in model._meta.get_fields(include_hidden=True):
            if own is None or isinstance(field, ForeignObjectRel) or not isinstance(field, Field):
                continue
            target = field.related_model
            if target is None or isinstance(target, str):
                continue
            theirs = _layer(target.__module__, ranks)
            seen += theirs is not None
            if theirs is not None and theirs > own:
                breaches.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert seen > 50, "the walk over relations found too few of them to be believed"
    assert not breaches, tree.report(breaches)
