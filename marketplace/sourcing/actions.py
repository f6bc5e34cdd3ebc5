"""Asking, answering, closing."""

from typing import Any

from django.db import IntegrityError, transaction

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from marketplace.companies.acting import Acting
from marketplace.companies.models import Company, Supplier
from marketplace.core import audit, clock, outbox, states
from marketplace.core.errors import Forbidden

from .errors import InquiryClosed, OwnListing, SubmissionReused
from .models import Inquiry, InquiryMessage
from .queries import inquiry_for_reader
from .rules import ANSWERED, CLOSED, INQUIRY_TRANSITIONS, OPEN


def open_inquiry(
    *,
    acting_user: User,
    acting: Acting,
    cluster: Cluster,
    supplier: Supplier | None,
    listing: Listing | None,
    subject: str,
    body: str,
    quantity: int | None,
    submission_key: str,
) -> Inquiry:
    """Ask a factory (about a listing, or in general), or a town's team when `supplier` is None.

    The same submission again is the same inquiry, however often and however parallel it arrives. Publishes
    `inquiry.opened`. Raises Forbidden, OwnListing, SubmissionReused.
    """
    company = acting.company
    if not (company.is_buyer and company.state == Company.State.APPROVED and acting.may("buy")):
        raise Forbidden
    if supplier is not None and supplier.company_id == company.pk:
        raise OwnListing
    known = _known(submission_key, company)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            inquiry = Inquiry.objects.create(
                buyer=company,
                supplier=supplier,
                cluster=cluster,
                listing=listing,
                subject=subject,
                quantity=quantity,
                submission_key=submission_key,
            )
            InquiryMessage.objects.create(
                inquiry=inquiry, author=acting_user, author_company=company, body=body
            )
            audit.record(
                inquiry, "inquiry.opened", actor=acting_user, company_id=company.pk, to_state=inquiry.state
            )
            outbox.publish("inquiry.opened", {"inquiry": inquiry.pk}, key=str(inquiry.pk))
    except IntegrityError:
        known = _known(submission_key, company)
        if known is None:
            raise
        return known
    return inquiry


def _known(submission_key: str, company: Company) -> Inquiry | None:
    found = Inquiry.objects.filter(submission_key=submission_key).first()
    if found is not None and found.buyer_id != company.pk:
        raise SubmissionReused
    return found


@transaction.atomic
def reply_to_inquiry(
    *, acting_user: User, acting: Acting, inquiry_public_id: str, body: str
) -> InquiryMessage:
    """Write into a thread, from either side. The same words by one person twice in a row are one message.

    An answer marks the inquiry answered and publishes `inquiry.answered`; a further question opens it again
    and publishes `inquiry.asked_again`. Raises NotFound, Forbidden, InquiryClosed.
    """
    found, side = inquiry_for_reader(acting, inquiry_public_id)
    inquiry = (
        Inquiry.objects.select_related("supplier", "cluster").select_for_update(of=("self",)).get(pk=found.pk)
    )
    _check_may_write(acting, inquiry, side)
    if inquiry.state == CLOSED:
        raise InquiryClosed
    last = InquiryMessage.objects.filter(inquiry=inquiry).order_by("pk").last()
    if last is not None and last.author_id == acting_user.pk and last.body == body:
        return last
    message = InquiryMessage.objects.create(
        inquiry=inquiry, author=acting_user, author_company=acting.company, body=body
    )
    target = OPEN if side == "buyer" else ANSWERED
    if inquiry.state != target:
        changes: dict[str, Any] = (
            {} if side == "buyer" or inquiry.first_reply_at else {"first_reply_at": clock.now()}
        )
        states.transition(
            inquiry,
            target,
            table=INQUIRY_TRANSITIONS,
            actor=acting_user,
            action=f"inquiry.{'asked_again' if side == 'buyer' else 'answered'}",
            company_id=acting.company.pk,
            **changes,
        )
    event = "inquiry.asked_again" if side == "buyer" else "inquiry.answered"
    # Named by both, so that no consumer takes it for the event that opened another inquiry.
    key = f"{inquiry.pk}:{message.pk}"
    outbox.publish(event, {"inquiry": inquiry.pk, "message": message.pk}, key=key)
    return message


def _check_may_write(acting: Acting, inquiry: Inquiry, side: str) -> None:
    needed = "buy" if side == "buyer" else "sell" if inquiry.supplier_id else "operate"
    if not acting.may(needed):
        raise Forbidden


@transaction.atomic
def close_inquiry(*, acting_user: User, acting: Acting, inquiry_public_id: str) -> Inquiry:
    """The buyer ends the thread. Twice is once. Raises NotFound (also for the other side), Forbidden."""
    inquiry, side = inquiry_for_reader(acting, inquiry_public_id)
    if side != "buyer" or not acting.may("buy"):
        raise Forbidden
    states.transition(
        inquiry,
        CLOSED,
        table=INQUIRY_TRANSITIONS,
        actor=acting_user,
        action="inquiry.closed",
        company_id=acting.company.pk,
    )
    return inquiry
