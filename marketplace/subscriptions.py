"""One table: event name → consumers. All wiring between stages is on this page."""

from marketplace.core.outbox import Consumer
from marketplace.notifications import consumers as notices
from marketplace.notifications import credit as credit_notices
from marketplace.notifications import money as money_notices
from marketplace.notifications import saved as saved_notices
from payments import tasks as money
from search import tasks as search
from search.curation import tasks as curation
from search.pictures import tasks as pictures
from search.saved import tasks as saved

TABLE: dict[str, tuple[Consumer, ...]] = {
    # The catalogue
    "listing.changed": (search.on_listing_changed, pictures.on_listing_pictured, saved.match_saved),
    "supplier.changed": (search.on_parent_changed,),
    "factory.changed": (search.on_parent_changed,),
    "cluster.changed": (search.on_parent_changed,),
    # Companies
    "company.opened": (notices.welcome,),
    # Asking
    "inquiry.opened": (notices.inquiry_opened,),
    "inquiry.asked_again": (notices.inquiry_asked_again,),
    "inquiry.answered": (notices.inquiry_answered,),
    # Orders
    "orders.placed": (notices.order_group_placed, notices.orders_to_accept),
    "orders.released": (notices.orders_to_accept,),
    "order.accepted": (notices.order_accepted,),
    "order.rejected": (money.undo_rejected, notices.order_rejected),
    "order.cancelled": (money.undo_cancelled, money.close_payment_page, notices.order_cancelled),
    "order.rest_cancelled": (money.undo_rest, notices.rest_cancelled),
    "order.completed": (notices.order_completed,),
    # Shipping
    "shipment.handed_over": (money.issue_invoice, notices.shipped),
    # Money
    "invoice.issued": (money_notices.invoice_issued,),
    "payment.received": (money_notices.payment_received,),
    "payment.failed": (money_notices.payment_failed,),
    "refund.succeeded": (money_notices.refund_paid,),
    "dunning.notice": (money_notices.dunning_notice,),
    "payout.paid": (money_notices.payout_paid,),
    "payout.failed": (money_notices.payout_failed,),
    "fees.charged": (credit_notices.fees_charged,),
    "credit.opened": (credit_notices.credit_opened,),
    "credit.limit_set": (credit_notices.credit_limit_set,),
    "credit.hold_opened": (credit_notices.credit_hold_opened,),
    "credit.hold_closed": (credit_notices.credit_hold_closed,),
    "payments.command": (money.send_command,),
    "payments.webhook": (money.work_on_event,),
    # Looking after search
    "search.rebuild_asked": (curation.on_rebuild_asked,),
    "search.check_asked": (curation.on_check_asked,),
    "rules.published": (curation.on_rules_published,),
    # Saved searches
    "saved_search.found": (saved_notices.saved_search_found,),
    # Portals
    "portal.handed_over": (notices.portal_handed_over,),
    # Telling
    "notice.written": (notices.mail,),
}
