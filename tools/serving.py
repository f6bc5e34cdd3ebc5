"""`go.py services`: the real servers for a developer, running until Ctrl-C, with variables that name them."""

import shutil
import tempfile
from pathlib import Path

from tools import environment
from tools.console import Failure, say
from tools.processes import Children
from tools.servers import group, stripe_mock, template


def run(argv: list[str]) -> int:
    """Start PostgreSQL, Redis and Elasticsearch for tests and print `export` lines; stop them on Ctrl-C.

    With a file name, the lines are written there, for `source FILE`. The data is thrown away at the end.
    """
    environment.ensure(environment.DEVELOPMENT)
    lacking = group.missing()
    if lacking:
        raise Failure("Not here: " + "; ".join(lacking) + ". tools/install-test-servers installs them.")
    folder = Path(tempfile.mkdtemp(prefix="chandi-services-"))
    folder.chmod(0o755)
    try:
        with Children() as children:
            urls = group.start(children, folder, {group.DATABASE, group.CACHE, group.SEARCH})
            variables = variables_for_tests(children, folder, urls)
            lines = "".join(f"export {name}={value}\n" for name, value in variables.items())
            if argv:
                Path(argv[0]).write_text(lines)
            print(lines, end="", flush=True)
            say("Running; stop with Ctrl-C.")
            dead = children.watch()
            raise Failure(f"{dead.name} ended:\n{dead.tail()}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def variables_for_tests(children: Children, folder: Path, urls: dict[str, str]) -> dict[str, str]:
    """What tests on services find in their environment: the settings, and the same as CHANDI_TEST_*."""
    variables = urls | {f"CHANDI_TEST_{name}": url for name, url in urls.items()}
    if stripe_mock.missing() is None:
        variables["CHANDI_TEST_STRIPE_MOCK"] = stripe_mock.start(children, folder / "stripe-mock")
    variables["TEST_DATABASE_TEMPLATE"] = template.make(urls[group.DATABASE], folder / "var-template")
    return variables
