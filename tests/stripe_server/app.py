"""The ASGI application: API, pages, control routes, and the task that delivers webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from . import control, resources
from .api import Api
from .clockwork import tick
from .http import Broken, Receive, Request, Response, Send, as_json, read
from .pages.checkout import PaymentPages
from .pages.setup import SetupPage
from .resources import accounts, balance, checkout, customers, payment_intents, payouts, refunds, transfers
from .sandbox import Sandbox
from .webhooks import Webhooks

RESOURCES = (accounts, balance, checkout, customers, payment_intents, payouts, refunds, transfers)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run one server. `webhook` is (URL, secret); `retry_base` seconds pass before a first repeat."""

    state: Path | None = None
    public_url: str | None = None
    business: str = "Chandi 产地"
    webhook: tuple[str, str] | None = None
    retry_base: float = 2.0
    parallel: int = 4


class Application:
    """One server's ASGI callable. `abort` breaks the connection of a client address without an answer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sandbox = Sandbox(state=settings.state, public_url=settings.public_url)
        self.webhooks = Webhooks(self.sandbox, retry_base=settings.retry_base, parallel=settings.parallel)
        self.abort: Callable[[tuple[str, int], bool], None] = lambda client, flush: None
        self._api = Api(self.sandbox)
        self._control = control.Control(self.sandbox, self.webhooks)
        self._payment_pages = PaymentPages(self.sandbox, settings.business)
        self._setup_page = SetupPage(self.sandbox, settings.business)
        self._tasks: list[asyncio.Task[None]] = []
        if settings.webhook is not None:
            self._take_over_webhooks(*settings.webhook)

    def _take_over_webhooks(self, url: str, secret: str) -> None:
        """The address given at start is the only one; what waited for an older one goes there now."""
        store = self.sandbox.store
        known = [row["id"] for row in store.all("endpoints")] or [self.sandbox.new_id("we")]
        for key in known[1:]:
            store.delete("endpoints", key)
        store.put(
            "endpoints", known[0], {"id": known[0], "url": url, "secret": secret, "enabled_events": ["*"]}
        )
        store.commit()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = await read(scope, receive)
        if request is None:
            await as_json(413, {"error": {"message": "The request is too large", "type": "api_error"}}).send(
                send
            )
            return
        client = tuple(scope.get("client") or ("", 0))
        try:
            response = await self._answer(request)
        except Broken:
            await self._break(client, receive, flush=False)
            return
        except BaseException:
            self.sandbox.store.rollback()
            raise
        await response.send(send)
        if response.cut:
            await self._break(client, receive, flush=True)

    async def _break(self, client: tuple[str, int], receive: Receive, *, flush: bool) -> None:
        self.abort(client, flush)
        while (await receive())["type"] != "http.disconnect":
            continue

    async def _answer(self, request: Request) -> Response:
        if request.path.startswith("/v1/"):
            return await self._api(request)
        if request.path.startswith("/_test/"):
            return await self._control(request)
        if request.path == "/assets/checkout.css":
            style = files(__package__).joinpath("pages/assets/checkout.css").read_bytes()
            return Response(200, style, {"content-type": "text/css; charset=utf-8"})
        response = self._page(request)
        self.sandbox.store.commit()
        return response

    def _page(self, request: Request) -> Response:
        tick(self.sandbox)
        self.sandbox.store.commit()
        parts = request.path.strip("/").split("/")
        if parts[:2] == ["c", "pay"] and len(parts) in (3, 4) and parts[3:] in ([], ["authenticate"]):
            return self._payment_pages(request, parts[2], "".join(parts[3:]))
        if parts[0] == "setup" and len(parts) == 2:
            return self._setup_page(request, parts[1])
        return self._payment_pages(request, "", "")

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._tasks = [asyncio.create_task(self.webhooks.run()), asyncio.create_task(self._clockwork())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.sandbox.store.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _clockwork(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            tick(self.sandbox)
            self.sandbox.store.commit()


assert resources.__doc__
