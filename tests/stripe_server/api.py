"""The API door: key, parameters, idempotency, effect, answer; with faults where a network has them."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from . import router
from .clockwork import tick
from .errors import ApiError
from .faults import AFTER, BEFORE, Fault
from .http import Broken, Request, Response
from .idempotency import Keys
from .params import decode
from .sandbox import API_VERSION, PLATFORM, Call, Sandbox, dump


class Api:
    """Answers `/v1/…` for one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._keys = Keys(sandbox)

    async def __call__(self, request: Request) -> Response:
        """One call, from authentication to answer."""
        request_id = self._sandbox.new_id("req")[:18]
        try:
            call, handler = self._understand(request, request_id)
            response = await self._perform(call, handler, request)
        except ApiError as error:
            self._sandbox.store.rollback()
            response = Response(error.status, dump(error.body(request_id)))
        headers = {
            "content-type": "application/json",
            "request-id": request_id,
            "stripe-version": API_VERSION,
        }
        response.headers = {**headers, **response.headers}
        if "idempotency-key" in request.headers:
            response.headers["idempotency-key"] = request.headers["idempotency-key"]
        return response

    def _understand(self, request: Request, request_id: str) -> tuple[Call, router.Handler]:
        _authenticate(request)
        found = router.match(request.method, request.path)
        if found is None:
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            raise ApiError(404, message, executed=False)
        route, args = found
        raw = request.query if request.method != "POST" else request.body.decode("utf-8", "replace")
        params = route.check(decode(raw), "")
        scope = request.headers.get("stripe-account") or PLATFORM
        if scope != PLATFORM and self._sandbox.store.get("accounts", scope) is None:
            message = f"The provided key does not have access to account '{scope}' (or it does not exist)."
            raise ApiError(403, message, code="account_invalid", executed=False)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        call = Call(request.method, request.path, params, args, scope, request_id, key, request.base_url)
        self._sandbox.record_request(
            {
                "method": request.method,
                "path": request.path,
                "raw": raw,
                "params": params,
                "idempotency_key": request.headers.get("idempotency-key"),
                "account": request.headers.get("stripe-account"),
                "version": request.headers.get("stripe-version"),
            }
        )
        return call, route.handler

    async def _perform(self, call: Call, handler: router.Handler, request: Request) -> Response:
        replay = self._keys.begin(call, request.body)
        if replay is not None:
            headers = {"idempotent-replayed": "true", "original-request": replay.request_id}
            return await self._disturbed(call, request, Response(replay.status, replay.body, headers))
        try:
            fault = self._sandbox.faults.take(call.method, call.path, BEFORE)
            if fault is not None:
                await self._before(fault, request)
            response = self._execute(call, handler, request, fault)
        finally:
            self._keys.end(call)
        return await self._disturbed(call, request, response)

    def _execute(
        self, call: Call, handler: router.Handler, request: Request, fault: Fault | None
    ) -> Response:
        """Effect, stored answer and events in one commit. Synchronous, so nothing comes between."""
        tick(self._sandbox)
        self._sandbox.store.commit()
        try:
            if fault is not None and fault.mode == "error":
                raise fault.as_error()
            response = Response(200, dump(handler(self._sandbox, call)))
        except ApiError as error:
            self._sandbox.store.rollback()
            if not error.executed:
                raise
            response = Response(error.status, dump(error.body(call.request_id)))
        self._keys.keep(call, request.body, response.status, response.body)
        self._sandbox.store.commit()
        return response

    async def _before(self, fault: Fault, request: Request) -> None:
        if fault.mode == "drop":
            raise Broken
        if fault.mode == "hang":
            await request.gone()
            raise Broken
        if fault.mode == "hold":
            self._sandbox.faults.reached.set()
            await self._sandbox.faults.released.wait()
        elif fault.mode == "delay":
            await asyncio.sleep(fault.seconds)

    async def _disturbed(self, call: Call, request: Request, response: Response) -> Response:
        fault = self._sandbox.faults.take(call.method, call.path, AFTER)
        if fault is None:
            return response
        if fault.mode == "drop_after":
            raise Broken
        if fault.mode == "hang_after":
            await request.gone()
            raise Broken
        if fault.mode == "cut_after":
            response.cut = True
            return response
        return Response(fault.status, dump(fault.as_error().body(call.request_id)))


def _authenticate(request: Request) -> None:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        value = base64.b64decode(value + "==", validate=False).decode("utf-8", "replace").partition(":")[0]
    if not value:
        message = (
            "You did not provide an API key. You need to provide your API key in the Authorization header."
        )
        raise ApiError(401, message, executed=False)
    if not value.startswith(("sk_test_", "rk_test_")):
        shown = f"{value[:7]}{'*' * 8}{value[-4:]}"
        raise ApiError(401, f"Invalid API Key provided: {shown}", executed=False)


def describe_routes() -> list[dict[str, Any]]:
    """Method and path of every API route, for the control page and the README's test."""
    return [{"method": route.method, "path": route.template} for route in router.ROUTES]
