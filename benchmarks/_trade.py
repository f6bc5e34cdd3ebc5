"""Run in our site's own environment: buyers with credit to spare, and goods of which there is plenty.

Prints {"buyers": [e-mail, …], "password", "goods": [{"listing", "quantities": {variant: pieces}}, …]}: each
one's listing is of another supplier, with four variants to order, in one currency.
"""

import json
import sys

import django

PASSWORD = "buy a great deal 7"
_PLENTY = 2_000_000_000
_CREDIT = 900_000_000_000
_VARIANTS = 4


def main(buyers: int, listings: int) -> None:
    """Make them and print them."""
    django.setup()
    from marketplace.accounts.models import User
    from marketplace.companies.models import Company, Membership
    from marketplace.companies.rules import name_key
    from marketplace.core.actors import SYSTEM
    from payments.credit.actions import open_credit_line

    emails = [f"buyer{number}@bench.test" for number in range(buyers)]
    for number, email in enumerate(emails):
        name = f"Bench {number} Ltd"
        company = Company.objects.create(
            legal_name=name, name_key=name_key(name), name_en=name, name_zh=name, is_buyer=True
        )
        user = User.objects.create_user(email, PASSWORD, language="en", name=name)
        Membership.objects.create(user=user, company=company, role=Membership.Role.OWNER)
        open_credit_line(
            acting_user=SYSTEM, buyer=company, currency="CNY", limit=_CREDIT, terms=["net-60"], note="bench"
        )
    print(json.dumps({"buyers": emails, "password": PASSWORD, "goods": _goods(listings)}))


def _goods(count: int) -> list[dict[str, object]]:
    from django.db.models import Count

    from marketplace.catalog.models import Listing, Variant

    rows = Listing.objects.annotate(n=Count("variants")).filter(
        state="published",
        supplier__state="approved",
        currency="CNY",
        n__gte=_VARIANTS,
        is_made_to_order=False,
    )
    chosen: dict[int, Listing] = {}
    for listing in rows.select_related("supplier").order_by("pk"):
        if listing.supplier.order_minimum == 0 or len(chosen) < count:
            chosen.setdefault(listing.supplier_id, listing)
        if len(chosen) == count:
            break
    goods: list[dict[str, object]] = []
    for listing in chosen.values():
        Variant.objects.filter(listing=listing).update(stock_on_hand=_PLENTY, is_active=True)
        variants = Variant.objects.filter(listing=listing).order_by("position", "pk")[:_VARIANTS]
        steps = -(-listing.moq // listing.multiple) * listing.multiple
        # So many that the supplier's minimum for an order is reached with one variant.
        steps *= 1 + listing.supplier.order_minimum // (listing.best_price * steps)
        goods.append(
            {"listing": listing.public_id, "quantities": {v.public_id: str(steps) for v in variants}}
        )
    return goods


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
