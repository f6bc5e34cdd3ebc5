"""Addresses of payments.

Checkout and its ways back, a buyer's finance, a supplier's earnings, the books for staff.
"""

from django.urls import include, path

from .views import (
    books,
    checkout,
    collecting,
    corrections,
    credit,
    disputes,
    earnings,
    finance,
    months,
    panels,
    statements,
    vouchers,
)

app_name = "payments"

_staff = [
    path("", books.books, name="books"),
    path("codes/<slug:currency>/<slug:code>/", books.code, name="code"),
    path("accounts/<path:path>/", books.account, name="account"),
    path("journals/<path:key>/", books.journal, name="journal"),
    path("orders/<pid:public_id>/", books.order_journals, name="order_journals"),
    path("invoices/<pid:public_id>/", books.invoice_journals, name="invoice_journals"),
    path("months/", months.months, name="months"),
    path("months/<str:month>/soft-close/", months.soft_close, name="soft_close"),
    path("months/<str:month>/close/", months.close, name="close"),
    path("entries.<slug:form>", months.entries, name="entries"),
    path("credit/", credit.lines, name="credit_lines"),
    path("credit/<pid:public_id>/", credit.line, name="credit_line"),
    path("credit/<pid:public_id>/limit/", credit.set_limit, name="set_limit"),
    path("credit/<pid:public_id>/hold/", credit.hold, name="hold"),
    path("treasury/", credit.treasury, name="treasury"),
    path("vouchers/", vouchers.vouchers, name="vouchers"),
    path("collections/", collecting.worklist, name="collections"),
    path("collections/<pid:public_id>/", collecting.case, name="case"),
    path("collections/<pid:public_id>/promise/", collecting.promise, name="promise"),
    path("collections/<pid:public_id>/pause/", collecting.pause, name="pause"),
    path("collections/<pid:public_id>/resume/", collecting.resume, name="resume"),
    path("collections/<pid:public_id>/hand-over/", collecting.to_collections, name="to_collections"),
    path("collections/<pid:public_id>/give-up/", collecting.give_up, name="give_up"),
    path("write-offs/<pid:public_id>/", collecting.decide, name="decide_write_off"),
    path("disputes/<pid:public_id>/decide/", disputes.decide, name="decide_dispute"),
    path("treasury/claims/<pid:public_id>/reverse/", corrections.reverse, name="reverse"),
    path("treasury/refunds/<pid:public_id>/sent/", corrections.refund_sent, name="refund_sent"),
    path("treasury/payouts/<pid:public_id>/sent/", credit.payout_sent, name="payout_sent"),
]

urlpatterns = [
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/<pid:public_id>/placed/", checkout.receipt, name="receipt"),
    path("checkout/<pid:public_id>/pay/", checkout.pay, name="pay"),
    path("payments/<pid:public_id>/", checkout.returned, name="returned"),
    path("payments/<pid:public_id>/state/", checkout.payment_state, name="payment_state"),
    path("payments/orders/<pid:public_id>/", panels.order_panel, name="order_panel"),
    path("payments/groups/<pid:public_id>/", panels.group_panel, name="group_panel"),
    path("finance/", finance.finance, name="finance"),
    path("finance/pay/", finance.repay, name="repay"),
    path("finance/statement/", finance.statement_page, name="statement"),
    path("finance/statement.csv", finance.statement_csv, name="statement_csv"),
    path("finance/invoices/<pid:public_id>/", finance.invoice, name="invoice"),
    path("finance/balance/", finance.use_balance, name="use_balance"),
    path("finance/statements/<pid:public_id>.csv", statements.frozen_csv, name="frozen_csv"),
    path("finance/statements/<pid:public_id>/", statements.frozen, name="frozen"),
    path("finance/invoices/<pid:public_id>/extend/", finance.extend, name="extend"),
    path("finance/invoices/<pid:public_id>/complain/", disputes.complain, name="complain"),
    path("finance/disputes/<pid:public_id>/", disputes.dispute, name="dispute"),
    path("finance/disputes/<pid:public_id>/accept/", disputes.accept, name="accept_offer"),
    path("finance/disputes/<pid:public_id>/escalate/", disputes.escalate, name="escalate_dispute"),
    path("earnings/disputes/<pid:public_id>/answer/", disputes.answer, name="answer_dispute"),
    path("finance/credit-notes/<pid:public_id>/", corrections.credit_document, name="credit_document"),
    path("earnings/invoices/<pid:public_id>/credit/", corrections.credit_note, name="credit_note"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/plan/", earnings.plan, name="plan"),
    path("staff/books/", include(_staff)),
]
