"""Users, companies, members, suppliers: only valid ones, with counted names."""

from itertools import count
from typing import Any

from marketplace.accounts.models import StaffRole, User
from marketplace.companies.acting import Acting
from marketplace.companies.models import Company, Membership, Supplier
from marketplace.companies.rules import name_key

PASSWORD = "long enough to pass 7"
_numbers = count(1)


def make_user(*, email: str = "", language: str = "en", **fields: Any) -> User:
    """A person who can sign in with PASSWORD."""
    number = next(_numbers)
    fields.setdefault("name", f"Person {number}")
    email = email or f"person{number}@example.test"
    return User.objects.create_user(email, PASSWORD, language=language, **fields)


def make_staff(role: str = StaffRole.FINANCE) -> User:
    """One of the platform's own people."""
    return make_user(staff_role=role)


def make_company(**fields: Any) -> Company:
    """An approved buying company unless the fields say otherwise."""
    number = next(_numbers)
    name = fields.pop("legal_name", f"Company {number} Ltd")
    fields.setdefault("name_zh", f"第{number}公司")
    fields.setdefault("name_en", name)
    if not any(fields.get(f"is_{kind}") for kind in ("buyer", "supplier", "operator", "platform")):
        fields["is_buyer"] = True
    return Company.objects.create(legal_name=name, name_key=name_key(name), **fields)


def make_member(company: Company, *, role: str = Membership.Role.OWNER, user: User | None = None) -> User:
    """A person with a role in a company."""
    user = user or make_user()
    Membership.objects.create(user=user, company=company, role=role)
    return user


def acting_for(company: Company, *, role: str = Membership.Role.OWNER, user: User | None = None) -> Acting:
    """A member acting for a company, as a request would carry it."""
    user = user or make_member(company, role=role)
    supplier = Supplier.objects.filter(company=company).first()
    return Acting(user=user, company=company, role=role, supplier=supplier)


def make_buyer(*, role: str = Membership.Role.OWNER, **fields: Any) -> Acting:
    """A buying company and a member acting for it."""
    return acting_for(make_company(is_buyer=True, **fields), role=role)


def make_supplier(**fields: Any) -> Supplier:
    """An approved supplier with its company, without freight or minimum. Fields are the supplier's."""
    number = next(_numbers)
    fields.setdefault("name_zh", f"第{number}袜厂")
    fields.setdefault("name_en", f"Mill {number}")
    fields.setdefault("slug", f"mill-{number}")
    company = fields.pop("company", None) or make_company(
        is_supplier=True,
        legal_name=f"Mill {number} Ltd",
        name_zh=fields["name_zh"],
        name_en=fields["name_en"],
    )
    return Supplier.objects.create(company=company, **fields)


def selling_for(supplier: Supplier, *, role: str = Membership.Role.OWNER) -> Acting:
    """A member acting for a supplier."""
    return acting_for(supplier.company, role=role)


def make_platform() -> Company:
    """The platform's own company; one per database."""
    found = Company.objects.filter(is_platform=True).first()
    return found or make_company(legal_name="Chandi", name_zh="产地", name_en="Chandi", is_platform=True)
