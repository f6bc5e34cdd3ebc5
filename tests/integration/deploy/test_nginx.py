"""deploy/nginx.conf in a real nginx: what it keeps, what it never keeps, what it refuses."""

import http.client
import os
import re
import shutil
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tools.environment import ROOT, child_environment
from tools.processes import Children, free_port, listens, wait_for

pytestmark = pytest.mark.services


@dataclass
class Site:
    """nginx with a counting application behind it."""

    port: int
    plain_port: int
    asked: Counter[str]
    headers: list[dict[str, str]]
    application: ThreadingHTTPServer

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> "Answer":
        """One request over TLS; header names with `_` for `-`."""
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=10)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(), dict(response.getheaders()))
        finally:
            connection.close()


@dataclass
class Answer:
    """What came back."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def _application(asked: Counter[str], seen: list[dict[str, str]]) -> ThreadingHTTPServer:
    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked[self.path] += 1
            seen.append({name.lower(): value for name, value in self.headers.items()})
            content = f"{self.path} {asked[self.path]}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")
            self.send_header("Vary", "Cookie, Accept-Language")
            if self.path.startswith("/sets-a-cookie"):
                self.send_header("Set-Cookie", "sessionid=mine")
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Page)


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    form = serialization.PrivateFormat.PKCS8
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))


def _configure(folder: Path, port: int, plain: int, web: int) -> Path:
    """Our nginx.conf with this test's ports and folders, nothing else changed."""
    (folder / "cache").mkdir()
    (folder / "data" / "media").mkdir(parents=True)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for old, new in {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80 ": f"listen 127.0.0.1:{plain} ",
        "server web:8000 ": f"server 127.0.0.1:{web} ",
        "/etc/nginx/tls": str(folder),
        "/var/cache/nginx/": f"{folder}/cache/",
        "/var/lib/chandi/": f"{folder}/data/",
        "/tmp/nginx.pid": f"{folder}/nginx.pid",
    }.items():
        assert old in text, f"nginx.conf no longer says {old!r}"
        text = text.replace(old, new)
    if os.geteuid() == 0:
        text = "user root;\n" + text
    file = folder / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    program = shutil.which("nginx", path=child_environment()["PATH"])
    assert program, "nginx is not installed (package nginx-light)"
    asked: Counter[str] = Counter()
    seen: list[dict[str, str]] = []
    application = _application(asked, seen)
    threading.Thread(target=application.serve_forever, daemon=True).start()
    _certificate(folder)
    port, plain = free_port(), free_port()
    file = _configure(folder, port, plain, application.server_address[1])
    checked = subprocess.run([program, "-t", "-c", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    children = Children()
    child = children.start(
        "nginx",
        [program, "-c", str(file), "-g", "daemon off;"],
        log=folder / "nginx.log",
        env=child_environment(),
        cwd=folder,
    )
    wait_for("nginx", lambda: listens(port), child)
    (folder / "data" / "media" / "a.html").write_text("<script>1</script>")
    yield Site(port, plain, asked, seen, application)
    children.stop()
    application.shutdown()
    application.server_close()


def test_a_burst_of_anonymous_readers_costs_one_page(site: Site) -> None:
    bodies = {site.get("/listings/burst/").body for _ in range(20)}
    assert len(bodies) <= 2  # a second may turn in the middle
    assert site.asked["/listings/burst/"] <= 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "sessionid=x"},
        {"Cookie": "__Host-session=x; language=en"},
        {"Authorization": "Bearer x"},
        {"HX_Request": "true"},
    ],
)
def test_a_personal_page_is_never_kept_nor_served_from_what_is_kept(
    site: Site, headers: dict[str, str]
) -> None:
    path = f"/listings/personal-{'-'.join(headers.values()).replace(' ', '')}/"
    assert site.get(path, **headers).body.endswith(" 1")
    assert site.get(path).body.endswith(" 2"), "an anonymous reader got somebody's page"
    assert site.get(path, **headers).body.endswith(" 3"), "a signed-in reader got the anonymous page"


def test_a_page_that_sets_a_cookie_is_not_kept(site: Site) -> None:
    assert [site.get("/sets-a-cookie/").body[-1] for _ in range(3)] == ["1", "2", "3"]


def test_the_front_door_is_kept_per_language(site: Site) -> None:
    assert site.get("/", Cookie="language=en").body != site.get("/", Cookie="language=zh-hans").body


@pytest.mark.parametrize(
    "path", ["/checkout/", "/en/finance/", "/orders/abc/", "/staff/books/", "/hooks/stripe/", "/readyz"]
)
def test_money_and_health_are_asked_every_time(site: Site, path: str) -> None:
    assert [site.get(path).body[-1] for _ in range(2)] == ["1", "2"]


def test_what_a_client_claims_about_itself_is_replaced(site: Site) -> None:
    site.get("/orders/claims/", X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="http")
    assert site.headers[-1]["x-forwarded-for"] == "127.0.0.1"
    assert site.headers[-1]["x-forwarded-proto"] == "https"


def test_a_body_beyond_the_limit_is_refused(site: Site) -> None:
    answer = site.get("/orders/", method="POST", body=b"", Content_Length=str(26 * 1024 * 1024))
    assert answer.status == 413


def test_plain_http_is_sent_to_https(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.plain_port, timeout=10)
    connection.request("GET", "/find/?q=1", headers={"Host": "chandi.test"})
    response = connection.getresponse()
    assert (response.status, response.getheader("Location")) == (308, "https://chandi.test/find/?q=1")
    connection.close()


def test_a_file_somebody_sent_is_never_run(site: Site) -> None:
    headers = site.get("/media/a.html").headers
    assert headers["Content-Disposition"] == "attachment"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_version_is_told(site: Site) -> None:
    assert site.get("/orders/").headers["Server"] == "nginx"


def test_an_absent_application_is_a_503_that_says_when(site: Site) -> None:
    """Last in this file: it stops the application."""
    site.application.shutdown()
    site.application.server_close()
    answer = site.get("/orders/away/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "请几秒后再试" in answer.body
