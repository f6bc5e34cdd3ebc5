"""One line when a request comes and one when it is answered, each with who asked."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from .ratelimits import client_address


class RequestLog(RequestMiddleware):
    """Names the client by the proxies we run, as the rate limits do: any other header may be made up."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Put the client's address on every line of this request."""
        structlog.contextvars.bind_contextvars(ip=client_address(request))
