"""`/hooks/stripe/`: check the signature over the raw body, keep the event, answer at once."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.core import failpoints

from .actions.card import receive_event
from .gateway import GatewayUnreadable, SignatureInvalid, get_gateway

log = structlog.get_logger(__name__)
MAX_BYTES = 512_000


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """200 for an event kept now or before; 400 for one nobody we know has signed; 413 for an absurd one."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        event = get_gateway().parse_webhook(request.body, request.headers.get("Stripe-Signature", ""))
    except SignatureInvalid as error:
        log.warning("webhook_refused", reason=str(error), code=error.code)
        return HttpResponse(status=400)
    except GatewayUnreadable as error:
        log.exception("webhook_unreadable", code=error.code)
        return HttpResponse(status=400)
    failpoints.hit("webhook.after_verify")
    receive_event(event=event)
    failpoints.hit("webhook.after_dedupe")
    return HttpResponse(status=200)
