"""What is done to companies and their members."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from marketplace.accounts.models import User
from marketplace.core import audit, ids, outbox
from marketplace.core.actors import Actor

from .errors import CompanyNameTaken
from .models import Company, Membership, Supplier
from .rules import OWNER, name_key


@transaction.atomic
def open_company(
    *,
    acting_user: Actor,
    owner: User,
    legal_name: str,
    is_buyer: bool,
    is_supplier: bool,
    country: str = "CN",
) -> Company:
    """Register a company with one member, its owner. It may grow later without migration.

    Raises CompanyNameTaken when a company whose name looks the same exists; then nothing is written.
    """
    name = legal_name.strip()
    try:
        with transaction.atomic():
            company = Company.objects.create(
                legal_name=name,
                name_key=name_key(name),
                name_zh=name,
                name_en=name,
                country=country,
                is_buyer=is_buyer,
                is_supplier=is_supplier,
            )
    except IntegrityError as error:
        raise CompanyNameTaken(fields={"company_name": CompanyNameTaken.sentence}) from error
    Membership.objects.create(user=owner, company=company, role=OWNER)
    if is_supplier:
        slug = slugify(name)[:60] or "factory"
        Supplier.objects.create(
            company=company,
            slug=f"{slug}-{ids.new_public_id()[:6]}",
            name_zh=name,
            name_en=name,
            state=Supplier.State.PENDING,
        )
    audit.record(company, "company.opened", actor=acting_user, company_id=company.pk, to_state=company.state)
    outbox.publish("company.opened", {"company": company.pk, "user": owner.pk}, key=f"{company.pk}")
    return company
