"""A buyer with credit, a supplier paid by transfer, goods and money: made inside a stack's own database.

Run as `manage.py shell -c "from tests.support import small_trade; small_trade.make()"`; prints one JSON line.
"""

import json

from django.test import Client

from marketplace.accounts.models import User
from marketplace.core import outbox
from marketplace.core.actors import SYSTEM
from payments.actions.treasury import pay_in_equity, top_up_processor
from payments.gateway import AccountSpec, get_gateway
from tests.factories.companies import make_staff, selling_for
from tests.factories.payments import make_credit_buyer, make_goods, make_paid_supplier

LIMIT, FUNDS = 5_000_000, 10_000_000
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _session(user: User) -> str:
    client = Client()
    client.force_login(user, backend=_BACKEND)
    return client.cookies["sessionid"].value


def make() -> None:
    """Everything an order needs on its way from the basket to the payout."""
    pay_in_equity(acting_user=SYSTEM, key="start", amount=FUNDS, currency="CNY")
    top_up_processor(acting_user=SYSTEM, key="start", amount=FUNDS, currency="CNY")
    account = get_gateway().open_account(
        AccountSpec(
            key="mill", reference="mill", business_name="Mill", email="mill@example.com", country="CN"
        )
    )
    supplier = make_paid_supplier(currency="CNY", provider_account=account.account_id)
    variant = make_goods(supplier, price=10_000)
    buyer = make_credit_buyer(limit=LIMIT, currency="CNY")
    outbox.drain()
    said = {
        "account": account.account_id,
        "listing": variant.listing.public_id,
        "variant": variant.public_id,
        "buyer": _session(buyer.user),
        "seller": _session(selling_for(supplier).user),
        "staff": _session(make_staff()),
    }
    print(json.dumps(said))  # noqa: T201 - read by the test
