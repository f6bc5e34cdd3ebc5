"""Two of everything: own and foreign companies, portals and objects, and a person in every role.

Each tenant's private data (names of buyers, drafts, questions) carries a marker that must never show up in
another's answers. Towns, factories and published goods are public and do not.
"""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Listing, Variant
from marketplace.catalog.queries import on_sale
from marketplace.companies.acting import Acting
from marketplace.companies.models import Supplier
from marketplace.core import clock, outbox
from marketplace.sourcing.models import Inquiry
from payments.actions.corrections import credit_invoice
from payments.actions.disputes import open_dispute
from payments.credit.models import CreditLine
from payments.models import DunningCase
from payments.settlement.statements import freeze
from search import rebuilding
from search.saved.queries import stop_token
from tests.factories import catalog, clusters, companies, payments
from tests.factories.search import make_hidden, make_judged, make_rules, make_saved

NEVER_USED = "0000000000000"


@dataclass
class Side:
    """One tenant: a buyer's company, a supplier's, a cluster with its operator, and their objects."""

    marker: str
    buyer: Acting
    ids: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """Own side A, foreign side B, and users by role code (RELIABILITY §7)."""

    a: Side
    b: Side
    users: dict[str, User | None]

    def client(self, role: str) -> Client:
        """A browser signed in as that role (AN: not signed in)."""
        client = Client(raise_request_exception=False)
        user = self.users[role]
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client


def _side(marker: str) -> tuple[Side, dict[str, User]]:
    cluster = clusters.make_cluster(
        code=f"town-{marker[0].lower()}", name_en=f"Town {marker[0]}", name_zh=f"镇{marker[0]}"
    )
    operator = clusters.make_operator(cluster)
    supplier = payments.make_paid_supplier(name_en=f"Works {marker[0]}", name_zh=f"厂{marker[0]}")
    factory = clusters.make_factory(supplier=supplier, cluster=cluster, name_en=f"Hall {marker[0]}")
    variant = payments.make_goods(
        supplier, factory=factory, title_en=f"Goods {marker[0]}", title_zh=f"货{marker[0]}"
    )
    listing = variant.listing
    draft = catalog.make_listing(
        supplier=supplier, factory=factory, title_en=f"Secret draft {marker}", state=Listing.State.DRAFT
    )
    buyer = payments.make_credit_buyer(legal_name=f"Shop {marker}")
    order = payments.order_on_account(buyer, {variant: listing.moq}).orders.get()
    shipment = payments.ship(order)
    outbox.drain()
    waiting = payments.order_on_account(buyer, {variant: listing.moq}).orders.get()
    outbox.drain()
    inquiry = Inquiry.objects.create(
        buyer=buyer.company,
        supplier=supplier,
        cluster=cluster,
        listing=listing,
        subject=f"Question {marker}",
        submission_key=f"q-{marker}",
    )
    invoice = payments.invoice_of(shipment)
    line = CreditLine.objects.get(buyer=buyer.company)
    side = Side(
        marker,
        buyer,
        {
            "listing": listing.public_id,
            "draft": draft.public_id,
            "order": order.public_id,
            "waiting": waiting.public_id,
            "group": order.group.public_id,
            "inquiry": inquiry.public_id,
            "invoice": invoice.public_id,
            "cluster": cluster.code,
            "variant": variant.public_id,
            "company": buyer.company.public_id,
            "supplier": supplier.public_id,
            "supplier_slug": supplier.slug,
            "line": line.public_id,
            "journal": f"inv:{invoice.pk}",
            "account": "CNY:4000",
            "never": NEVER_USED,
        },
    )
    people = {
        "BU": companies.make_member(buyer.company, role="buyer"),
        "BA": buyer.user,
        "SU": companies.make_member(supplier.company, role="sales"),
        "SA": companies.make_member(supplier.company, role="owner"),
        "OP": companies.make_member(operator, role="operator"),
    }
    return side, people


def _add_searching(side: Side) -> None:
    """The buyer keeps a search; the town has rules of its results and a judged query."""
    saved = make_saved(side.buyer.user, f"q=goods+{side.marker}", name=f"Search {side.marker}")
    former, rule = make_rules(Cluster.objects.get(code=side.ids["cluster"]), f"word {side.marker}")
    side.ids |= {
        "saved": saved.public_id,
        "stop": stop_token(saved),
        "former": former.public_id,
        "rule": rule.public_id,
        "rules_draft": rule.version.public_id,
        "hidden": make_hidden(f"hidden {side.marker}").public_id,
        "judged": make_judged(f"goods {side.marker}").public_id,
    }


def _add_correcting(side: Side, supplier: Supplier) -> None:
    """An order of which a piece came back, a complaint about the rest, an open case and a statement."""
    variant = Variant.objects.get(public_id=side.ids["variant"])
    order = payments.order_on_account(side.buyer, {variant: variant.listing.moq + 5}).orders.get()
    invoice = payments.invoice_of(payments.ship(order))
    seller = companies.selling_for(supplier)
    note = credit_invoice(
        acting_user=seller.user,
        acting=seller,
        invoice_public_id=invoice.public_id,
        pieces={1: 1},
        note=f"open seam {side.marker}",
        submission_key="one-piece",
    )
    dispute = open_dispute(
        acting_user=side.buyer.user,
        acting=side.buyer,
        invoice_public_id=invoice.public_id,
        reason="quality",
        text=f"grey, not white {side.marker}",
        claimed=100,
    )
    line = CreditLine.objects.get(public_id=side.ids["line"])
    case = DunningCase.objects.create(buyer=side.buyer.company, currency="CNY", opened_on=clock.today())
    statement = freeze(line, clock.today().replace(day=1), clock.today())
    assert statement is not None
    outbox.drain()
    side.ids |= {
        "note": note.public_id,
        "dispute": dispute.public_id,
        "case": case.public_id,
        "statement": statement.public_id,
    }


def build() -> World:
    """Make the world: two sides and the platform's staff."""
    companies.make_platform()
    a, people_a = _side("AAMARKER")
    b, people_b = _side("BBMARKER")
    _add_searching(a)
    _add_searching(b)
    for side in (a, b):
        _add_correcting(side, Supplier.objects.get(public_id=side.ids["supplier"]))
    assert on_sale().count() == 2
    rebuilding.ensure_indexes()
    users: dict[str, Any] = {
        "AN": None,
        **people_a,
        "O2": people_b["OP"],
        "B2": b.buyer.user,
        "S2": people_b["SA"],
        "SP": companies.make_staff("support"),
        "FI": companies.make_staff("finance"),
        "AD": companies.make_staff("admin"),
    }
    return World(a, b, users)
