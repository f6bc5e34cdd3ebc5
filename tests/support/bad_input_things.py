"""What a valid request of every address needs: orders in every state, a basket, a payment, second factors."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from clusters.actions import hand_over
from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.companies.models import Supplier
from marketplace.core import clock, outbox
from marketplace.core.actors import SYSTEM
from marketplace.fulfilment.actions import accept_order
from marketplace.notifications.models import Notice
from marketplace.orders.models import Order
from marketplace.orders.queries import read_basket
from payments.actions.treasury import pay_in_equity
from payments.models import Payment, PayoutItem, SupplierAccount
from payments.settlement.payouts import release_item, schedule_item
from tests.factories import catalog, companies, orders, pages, payments
from tests.support.world import World

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MAIL = "bad-input.log"


def totp_code() -> str:
    """The code a phone would show now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(SECRET, counters[len(counters) // 2]))


def make(world: World, users: dict[str, User]) -> dict[str, str]:
    """Furnish the world; returns names of things → what stands for them in addresses and forms."""
    buyer = world.a.buyer
    users["BA"] = buyer.user
    users["BX"] = payments.make_credit_buyer(legal_name="Empty basket").user
    users["NP"] = companies.make_user()
    users["NP"].set_unusable_password()
    users["NP"].save()
    users["MF"] = _second_factor_user()
    supplier = Supplier.objects.get(public_id=world.a.ids["supplier"])
    variant = Variant.objects.get(public_id=world.a.ids["variant"])
    return {
        **_orders(buyer, variant),
        **_basket(buyer, supplier),
        **_money(buyer, supplier),
        **_accounts(users),
        **_window(world),
        "notice": Notice.objects.filter(user=buyer.user)[0].public_id,
        "mail": _mail(),
        "today": clock.today().isoformat(),
        "soon": (clock.today() + timedelta(days=5)).isoformat(),
    }


def _orders(buyer: Acting, variant: Variant) -> dict[str, str]:
    """An accepted order, and one shipped in part."""
    accepted = payments.order_on_account(buyer, {variant: 6}).orders.get()
    partial = payments.order_on_account(buyer, {variant: 8}).orders.get()
    outbox.drain()
    seller = companies.selling_for(accepted.supplier)
    accept_order(acting_user=seller.user, acting=seller, order_public_id=accepted.public_id)
    payments.ship(partial, 3)
    outbox.drain()
    assert Order.objects.get(pk=partial.pk).state == "partially_shipped"
    return {
        "accepted": accepted.public_id,
        "partial": partial.public_id,
        "complained": partial.invoices.get().public_id,
    }


def _basket(buyer: Acting, supplier: Supplier) -> dict[str, str]:
    """Goods sold by the dozen from ten dozen on, in the basket; and another colour of the same."""
    socks = catalog.make_listing(supplier=supplier, title_en="Socks by the dozen", title_zh="按打卖的袜子")
    first, second = catalog.variants_of(socks)[:2]
    cart = orders.fill_cart(buyer, {first: 120})
    return {
        "socks": socks.public_id,
        "lined": first.public_id,
        "unlined": second.public_id,
        "cart": cart.public_id,
        "version": str(cart.version),
        "total": str(read_basket(cart).total),
    }


def _money(buyer: Acting, supplier: Supplier) -> dict[str, str]:
    """A payment under way, and a payout that our bank is to send."""
    payment = Payment.objects.create(
        buyer=buyer.company, user=buyer.user, purpose="repayment", amount=100, currency="CNY"
    )
    pay_in_equity(acting_user=SYSTEM, key="bad-input", amount=10_000_000, currency="CNY")
    item = PayoutItem.objects.filter(supplier=supplier).order_by("pk")[0]
    SupplierAccount.objects.filter(supplier=supplier).update(rail="bank")
    release_item(acting_user=SYSTEM, item=item)
    assert schedule_item(acting_user=SYSTEM, item=item)
    return {"payment": payment.public_id, "payout": item.public_id}


def _second_factor_user() -> User:
    """Somebody who signs in with a code, has a passkey and recovery codes."""
    user = companies.make_user()
    companies.make_member(companies.make_company(), user=user)
    TOTP.activate(user, SECRET)
    kinds = Authenticator.Type
    Authenticator.objects.create(
        user=user, type=kinds.WEBAUTHN, data={"name": "Key ring", "credential": _credential()}
    )
    Authenticator.objects.create(user=user, type=kinds.RECOVERY_CODES, data={"seed": SECRET, "used_mask": 0})
    return user


def _credential() -> dict[str, Any]:
    """What a browser hands over when a passkey is made, without a chip's certificate."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(bytes(16), b"passkey-of-test", key)
    rp = hashlib.sha256(b"testserver").digest()
    data = AuthenticatorData.create(rp, AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, attested)
    made = AuthenticatorAttestationResponse(
        client_data=CollectedClientData.create("webauthn.create", b"challenge", "https://testserver"),
        attestation_object=AttestationObject.create("none", data, {}),
    )
    told = RegistrationResponse(raw_id=b"passkey-of-test", response=made, type="public-key")
    found: dict[str, Any] = json.loads(json.dumps(dict(told)))
    return found


def _accounts(users: dict[str, User]) -> dict[str, str]:
    """Addresses as sign-up keeps them, and the number of a passkey."""
    for user in users.values():
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    passkey = Authenticator.objects.get(user=users["MF"], type=Authenticator.Type.WEBAUTHN)
    return {
        "passkey": str(passkey.pk),
        "email": users["BU"].email,
        "password": companies.PASSWORD,
    }


def reset_link(user: User) -> dict[str, str]:
    """The parts of a link to choose a new password; it ends when the person signs in."""
    return {"uid": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}


def _window(world: World) -> dict[str, str]:
    """Portal pages in both languages; the operator of the first tends its own."""
    codes = [world.a.ids["cluster"], world.b.ids["cluster"]]
    towns = list(Cluster.objects.filter(code__in=codes).order_by("code"))
    pages.make_portals(towns)
    for town in towns:
        operator = town.operator
        assert operator is not None
        Cluster.objects.filter(pk=town.pk).update(operator=None, state=Cluster.State.PLATFORM_RUN)
        hand_over(acting_user=SYSTEM, cluster=town, operator=operator)
    return {}


def _mail() -> str:
    """A mail in the demo's mailbox."""
    folder = settings.MAIL_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MAIL).write_text("To: a@example.test\nSubject: Hello\n\nBody\n", encoding="utf-8")
    return MAIL
