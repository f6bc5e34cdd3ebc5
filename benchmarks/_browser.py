"""A browser for measuring: cookies kept, forms sent with their CSRF token, nothing rendered."""

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `location` is the path of a redirect, "" otherwise."""

    status: int
    text: str
    location: str

    def field(self, name: str) -> str:
        """The value of an input of the page. Raises RuntimeError when there is none."""
        tags = (tag for tag in re.findall(r"<input[^>]*>", self.text) if f'name="{name}"' in tag)
        found = [re.search(r'value="([^"]*)"', tag) for tag in tags]
        if not found or found[0] is None:
            raise RuntimeError(f"The page has no field {name}: {self.text[:500]}")
        return found[0][1]


class Browser:
    """A reader of one site over one kept connection. Any answer but 200 or a redirect is an error."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """One request; a redirect is returned, not followed."""
        return self._ask("GET", path, None)

    def follow(self, answer: Answer) -> Answer:
        """Where a redirect leads, over as many redirects as there are."""
        while answer.location:
            answer = self.get(answer.location)
        return answer

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form with the CSRF token of the cookie; a redirect is returned, not followed."""
        token = self.cookies.get("csrftoken", "")
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": token, **fields}))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Host": "localhost", "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status not in (200, 301, 302, 303):
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:2000]}")
        parts = urlsplit(answer.headers.get("Location", ""))
        location = parts.path + (f"?{parts.query}" if parts.query else "")
        return Answer(answer.status, text, location)
