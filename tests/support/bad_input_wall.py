"""The outer wall: requests that are wrong in themselves, thrown at every door (B40-B47, B53-B59, B72-B77).

Each row of the table's `walls` is built here by the function of its name. A row may have several variants; it
yields the answers with what each should have been: a status of the row, or that of another request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

from django.conf import settings

from tests.support.bad_input_table import LANGUAGES, PERSON, PROGRAM, TABLE, Door, body_of
from tests.support.bad_input_world import CSRF, Ground

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "frontier"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
WALLS: dict[str, Any] = TABLE["walls"]
EVIL = "evil.example"
# What an answer should be: one of these statuses, or that of this other answer.
Told = tuple[str, Any, tuple[int, ...]]
Row = Callable[["Knock"], Iterator[Told]]
ROWS: dict[str, Row] = {}


def row(build: Row) -> Row:
    """Register a builder under its name."""
    ROWS[build.__name__.upper()] = build
    return build


class Knock:
    """A valid request of a door, to be spoilt."""

    def __init__(self, ground: Ground, door: Door, name: str) -> None:
        self.ground, self.door = ground, door
        self.language = LANGUAGES[crc32(f"{name} {door}".encode()) % 2]
        self.address = door.address(ground.ids, self.language)
        self.fields = body_of(door.fields(ground.ids))
        self.allowed: tuple[int, ...] = tuple(WALLS[name]["status"])

    @property
    def body(self) -> str:
        """The valid form, with its token; "" for reading."""
        return f"csrfmiddlewaretoken={CSRF}&{self.fields}" if self.door.verb == "POST" else ""

    def ask(
        self,
        *,
        role: str = "",
        verb: str = "",
        body: str | bytes | None = None,
        content_type: str = FORM,
        path: str = "",
        accept: str = PERSON,
        **meta: Any,
    ) -> Any:
        """The door's request but for what is given; header names as Django has them."""
        self.ground.wear(role or self.door.role)
        self.cookies(meta.pop("cookies", {}))
        address = path or self.address
        if self.door.verb == "GET" and self.fields and not path:
            address = f"{address}?{self.fields}"
        headers = {"HTTP_ACCEPT": accept, "HTTP_X_CSRFTOKEN": CSRF, **meta}
        sent = self.body if body is None else body
        kind = content_type if self.door.verb == "POST" or verb else ""
        return self.ground.client.generic(verb or self.door.verb, address, sent, kind, **headers)

    def cookies(self, more: dict[str, str]) -> None:
        """Cookies on top of those of the role."""
        for name, value in more.items():
            self.ground.client.cookies[name] = value

    def refused(self, variant: str, **changes: Any) -> Told:
        """A spoilt request, and the row's statuses."""
        return variant, self.ask(**changes), self.allowed

    def as_before(self, variant: str, **changes: Any) -> Told:
        """A spoilt request that changes nothing about the answer."""
        if self.door.ok == ["leaves"]:
            changes["body"] = f"csrfmiddlewaretoken={CSRF}"
        usual = self._usual(self.door.role, body=changes.get("body"))
        return variant, self.ask(accept=self.quick, **changes), (usual,)

    def as_stranger(self, variant: str, **changes: Any) -> Told:
        """A spoilt request that is answered as one of somebody who has not signed in."""
        usual = self._usual("AN")
        return variant, self.ask(role="AN", accept=self.quick, **changes), (usual,)

    @property
    def quick(self) -> str:
        """How to ask where the page does not matter."""
        # The account library has a way of its own with programs.
        return PERSON if self.door.name.startswith(("account_", "mfa_")) else PROGRAM

    def _usual(self, role: str, **changes: Any) -> int:
        """The status of the request as it should be; asked once per door and language."""
        key = (self.door.name, self.door.verb, self.language, role)
        if key not in self.ground.usual:
            answer, _ = self.ground.attempt(lambda: self.ask(role=role, accept=self.quick, **changes))
            self.ground.usual[key] = answer.status_code
        return self.ground.usual[key]


def multipart(parts: int, *, end: str = "--\r\n") -> str:
    """A form of so many files, and how it ends."""
    head = 'Content-Disposition: form-data; name="f{0}"; filename="{0}.txt"\r\nContent-Type: text/plain'
    files = "".join(f"--{BOUNDARY}\r\n{head.format(number)}\r\n\r\nx\r\n" for number in range(parts))
    return f"{files}--{BOUNDARY}{end}"


@row
def b40(knock: Knock) -> Iterator[Told]:
    yield knock.refused("a form of 4 MB", body=f"{knock.body}&more={'a' * 4_000_000}")


@row
def b41(knock: Knock) -> Iterator[Told]:
    yield knock.refused("1,500 fields", body=f"{knock.body}&{'&'.join(f'f{n}=1' for n in range(1_500))}")


@row
def b42(knock: Knock) -> Iterator[Told]:
    yield knock.refused("100 files", body=multipart(100), content_type=MULTIPART)


@row
def b44(knock: Knock) -> Iterator[Told]:
    yield knock.refused("a header of 70 KB", HTTP_X_LONG="a" * 70_000)


@row
def b45(knock: Knock) -> Iterator[Told]:
    yield knock.refused("300 headers", **{f"HTTP_X_{number}": "1" for number in range(300)})


@row
def b46(knock: Knock) -> Iterator[Told]:
    yield knock.refused("an address of 60 KB", path=f"{knock.address}?x={'a' * 60_000}")


@row
def b47(knock: Knock) -> Iterator[Told]:
    yield knock.refused("a cookie of 8 KB", cookies={"big": "a" * 8_100})
    raw = f"{settings.CSRF_COOKIE_NAME}={CSRF}; {settings.SESSION_COOKIE_NAME}=\xff\xfe\x80; \xff=\xff"
    yield knock.as_stranger("a cookie of raw bytes", HTTP_COOKIE=raw)


@row
def b53(knock: Knock) -> Iterator[Told]:
    yield knock.refused("charset utf8", content_type=f"{FORM}; charset=utf8")


@row
def b54(knock: Knock) -> Iterator[Told]:
    yield knock.refused("charset latin-1", content_type=f"{FORM}; charset=latin-1")


@row
def b55(knock: Knock) -> Iterator[Told]:
    yield knock.refused("charset utf-7", content_type=f'{FORM}; charset="utf-7"')


@row
def b56(knock: Knock) -> Iterator[Told]:
    yield knock.refused("charset nonsense", content_type=f"{FORM}; charset=nonsense")


@row
def b57(knock: Knock) -> Iterator[Told]:
    yield knock.refused("JSON", body='{"a": 1}', content_type="application/json")


@row
def b58(knock: Knock) -> Iterator[Told]:
    yield knock.refused("multipart without boundary", body=multipart(1), content_type="multipart/form-data")
    yield knock.refused("an empty boundary", body=multipart(1), content_type="multipart/form-data; boundary=")


@row
def b59(knock: Knock) -> Iterator[Told]:
    yield knock.refused("cut off before its end", body=multipart(2, end="\r\n"), content_type=MULTIPART)
    whole = multipart(2)
    yield knock.refused("cut off in a part", body=whole[: len(whole) // 2], content_type=MULTIPART)


@row
def b72(knock: Knock) -> Iterator[Told]:
    path = knock.address
    yield knock.refused("up and away", path=f"{path}../../etc/passwd", accept=PROGRAM)
    yield knock.refused("up, encoded", path=f"{path}%2e%2e%2fetc", accept=PROGRAM)
    yield knock.refused("NUL", path=f"{path}%00")
    yield knock.refused("no UTF-8", path=f"{path}%ff", accept=PROGRAM)
    # Such an address says no language, so it is answered in the first.
    knock.language = LANGUAGES[0]
    yield knock.refused("another host", PATH_INFO=f"//{EVIL}{path}", accept=PROGRAM)


@row
def b74(knock: Knock) -> Iterator[Told]:
    yield knock.refused("another host", HTTP_HOST=EVIL, accept=PROGRAM)
    yield knock.refused("a host with a space", HTTP_HOST="a b", accept=PROGRAM)
    yield knock.refused("a port that is none", HTTP_HOST="testserver:8x0", accept=PROGRAM)
    # What only our own proxy may say, and a verb in a header (B75): nobody listens.
    spoof = {
        "HTTP_X_FORWARDED_HOST": EVIL,
        "HTTP_X_FORWARDED_FOR": "6.6.6.6",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
    }
    yield knock.as_before("headers of nobody", **spoof)


@row
def b75(knock: Knock) -> Iterator[Told]:
    for verb in ("TRACE", "FOO", "PUT", "PATCH", "DELETE"):
        yield knock.refused(verb, verb=verb)


@row
def b76(knock: Knock) -> Iterator[Told]:
    body = knock.fields
    yield knock.refused("no token", body=body, HTTP_X_CSRFTOKEN="")
    yield knock.refused("another's token", body=body, HTTP_X_CSRFTOKEN="d" * 32, accept=PROGRAM)
    yield knock.refused("another site's form", HTTP_ORIGIN=f"https://{EVIL}", accept=PROGRAM)


@row
def b77(knock: Knock) -> Iterator[Told]:
    # A page for everybody takes its time; there two are enough.
    few = 2 if knock.door.role == "AN" else 5
    for text in ("garbage", "eyJhbGciOiJub25lIn0.e30.", "../../../etc/passwd", "", "a" * 300)[:few]:
        cookies = {settings.SESSION_COOKIE_NAME: text}
        yield knock.as_stranger(f"session {text[:20]!r}", cookies=cookies)


def applies(name: str, door: Door) -> bool:
    """Whether a row is thrown at a door: rows of forms only where a form is taken."""
    wants_form = WALLS[name].get("forms", False)
    is_form = door.verb == "POST" and "body" not in door.spec
    return (is_form or not wants_form) and door.name not in WALLS[name].get("but", ())
