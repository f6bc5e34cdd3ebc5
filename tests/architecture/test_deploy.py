"""The deployment files hold together: settings and their table, the compose file, the image."""

import ast
import re
from pathlib import Path

import yaml
from django.core.management import get_commands

from tests.architecture import tree

_COMPOSE_ONLY = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "ELASTIC_PASSWORD", "TLS_FOLDER"}
_OF_THE_RUNNER = {"PYTEST_XDIST_WORKER"}


def _read_settings() -> set[str]:
    """Names that the settings ask the environment for."""
    names = set()
    for path in tree.package_files():
        if path.parts[:2] != ("marketplace", "settings"):
            continue
        for node in tree.nodes(path):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("env", "reader")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                names.add(str(node.args[0].value))
    names |= set(re.findall(r'os\.environ\.get\("(\w+)"', tree.text(Path("deploy/gunicorn.conf.py"))))
    assert len(names) > 20, "too few settings were found to be believed"
    return names - _OF_THE_RUNNER


def _table() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", tree.text(Path("deploy/SETTINGS.md")), flags=re.MULTILINE))


def _compose() -> dict[str, dict[str, object]]:
    return dict(yaml.safe_load(tree.text(Path("deploy/compose.yaml"))))


def test_the_table_of_settings_is_complete() -> None:
    assert _table() == _read_settings()


def test_the_example_names_settings_only() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", tree.text(Path("deploy/env.example")), flags=re.MULTILINE))
    assert named - _COMPOSE_ONLY <= _table()
    assert named >= _COMPOSE_ONLY | {"SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "STRIPE_SECRET_KEY"}


def test_compose_sets_known_names_and_checks_every_server() -> None:
    services = _compose()["services"]
    assert set(services) == {
        *("nginx", "web", "worker", "beat", "migrate"),
        *("postgres", "redis", "elasticsearch"),
    }
    for name in ("web", "worker", "beat", "migrate"):
        service = services[name]
        assert isinstance(service, dict)
        assert set(service["environment"]) <= _table()
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    for name in ("postgres", "redis", "elasticsearch"):
        service = services[name]
        assert isinstance(service, dict)
        assert service["healthcheck"]
        assert "ports" not in service, f"{name} is reachable from outside"
        assert service["networks"] == ["inside"]
        assert re.search(r":\d+(\.\d+)*$", str(service["image"])), f"{name} has no fixed version"


def test_compose_passwords_have_no_default() -> None:
    source = tree.text(Path("deploy/compose.yaml"))
    uses = re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", source)
    assert {name for name, _ in uses} == _COMPOSE_ONLY
    assert all(rest.startswith(":?") for _, rest in uses)


def test_the_image_holds_the_application_and_nothing_else() -> None:
    image = tree.text(Path("deploy/Dockerfile"))
    copied = set(re.findall(r"^COPY (\w+) \1$", image, flags=re.MULTILINE))
    assert copied == {*tree.PACKAGES, "locale"}
    admitted = set(re.findall(r"^!([\w./-]+)$", tree.text(Path(".dockerignore")), flags=re.MULTILINE))
    ours = {"manage.py", "deploy/gunicorn.conf.py", "deploy/web.py"}
    single = {*ours, "requirements.lock", "tools/requirements-uv.txt"}
    assert copied | single == admitted
    assert re.search(r"^USER chandi$", image, flags=re.MULTILINE)
    assert image.index("USER chandi") < image.index('CMD ["python"')
    assert "--require-hashes" in image


def test_documents_name_commands_that_exist() -> None:
    known = set(get_commands())
    breaches = [
        f"{path}: manage.py {name}"
        for path in tree.files()
        if path.suffix == ".md" and path.parts[0] in ("README.md", "docs", "deploy")
        for name in re.findall(r"manage(?:\.py)? ([a-z_]+)", tree.text(path))
        if name not in known
    ]
    assert not breaches, tree.report(breaches)


def test_links_between_documents_lead_somewhere() -> None:
    breaches = [
        f"{path}: {target}"
        for path in tree.files()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", tree.text(path))
        if not (tree.ROOT / path.parent / target).exists()
    ]
    assert not breaches, tree.report(breaches)
