"""A person at a browser without the browser: cookies, forms as the page has them, real sockets.

For tests that end processes: a connection that breaks is an answer too.
"""

import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag


class Broken(Exception):
    """The server went away before it had answered."""


@dataclass(frozen=True)
class Answer:
    """Status, where it sends one, and the text."""

    status: int
    location: str
    text: str


@dataclass
class Visitor:
    """One person with a session at `base` (an address like http://localhost:8000)."""

    base: str
    session: str
    cookies: dict[str, str] = field(default_factory=dict)

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.base)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)
        jar = {"sessionid": self.session, **self.cookies}
        sent = {"Host": parts.netloc, "Cookie": "; ".join(f"{k}={v}" for k, v in jar.items()), **headers}
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (http.client.HTTPException, OSError) as error:
            raise Broken(f"{method} {path}: {error}") from error
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
        return Answer(answer.status, answer.getheader("Location", ""), text)

    def get(self, path: str) -> Answer:
        """Open a page; raises Broken."""
        return self._send("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form; raises Broken."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base}
        return self._send("POST", path, urlencode(fields).encode(), headers)

    def form(self, path: str, action: str) -> dict[str, str]:
        """The fields, as filled in, of the form on the page at `path` whose address ends with `action`."""
        answer = self.get(path)
        page = BeautifulSoup(answer.text, "html.parser")
        assert answer.status == 200, f"{path}: {answer.status} {page.get_text(' ', strip=True)[:2000]}"
        form = page.find("form", action=re.compile(re.escape(action) + "$"))
        assert isinstance(form, Tag), f"no form for {action} on {path}:\n{page.get_text()[:2000]}"
        return _filled_in(form)


def _filled_in(form: Tag) -> dict[str, str]:
    """What a browser would send of a form if its button were pressed now."""
    fields: dict[str, str] = {}
    for box in form.find_all(["input", "textarea", "select"]):
        name, kind = str(box.get("name", "")), str(box.get("type", "text"))
        if not name or kind in ("submit", "button", "image", "file"):
            continue
        if kind in ("radio", "checkbox") and not box.has_attr("checked"):
            continue
        fields[name] = _value_of(box)
    return fields


def _value_of(box: Tag) -> str:
    if box.name == "textarea":
        return box.get_text()
    if box.name == "select":
        chosen = box.find("option", selected=True) or box.find("option")
        return str(chosen.get("value", "")) if isinstance(chosen, Tag) else ""
    return str(box.get("value", "on" if box.get("type") in ("radio", "checkbox") else ""))
