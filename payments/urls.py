"""Addresses of payments.

Checkout and its ways back, a buyer's finance, a supplier's earnings, the books for staff.
"""

from django.urls import include, path

from .views import books, checkout, corrections, credit, earnings, finance, panels

app_name = "payments"

_staff = [
    path("", books.books, name="books"),
    path("codes/<slug:currency>/<slug:code>/", books.code, name="code"),
    path("accounts/<path:path>/", books.account, name="account"),
    path("journals/<path:key>/", books.journal, name="journal"),
    path("orders/<pid:public_id>/", books.order_journals, name="order_journals"),
    path("invoices/<pid:public_id>/", books.invoice_journals, name="invoice_journals"),
    path("credit/", credit.lines, name="credit_lines"),
    path("credit/<pid:public_id>/", credit.line, name="credit_line"),
    path("credit/<pid:public_id>/limit/", credit.set_limit, name="set_limit"),
    path("credit/<pid:public_id>/hold/", credit.hold, name="hold"),
    path("treasury/", credit.treasury, name="treasury"),
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
    path("finance/credit-notes/<pid:public_id>/", corrections.credit_document, name="credit_document"),
    path("earnings/invoices/<pid:public_id>/credit/", corrections.credit_note, name="credit_note"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/plan/", earnings.plan, name="plan"),
    path("staff/books/", include(_staff)),
]
