"""Users and companies: the log-ins people try the demo with, buyers, owners of works, operators."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from marketplace.accounts.models import StaffRole, User
from marketplace.companies.models import Company, Membership, Supplier
from marketplace.companies.rules import name_key
from marketplace.demo.data import buyers
from marketplace.demo.data.schema import Buyer

from . import dice, goods

PASSWORD = "chandi-demo"  # noqa: S105 - printed on the screen of the demo
MAIL = "chandi.test"
_Role = Membership.Role
_SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄吕江何萧罗高"
_GIVEN = [
    "建国",
    "志强",
    "丽华",
    "美玲",
    "文斌",
    "晓东",
    "海燕",
    "春梅",
    "国平",
    "小芳",
    "永康",
    "雪琴",
    "俊杰",
    "秀英",
    "立新",
    "佳怡",
    "鹏飞",
    "慧敏",
    "世昌",
    "婷婷",
]
OPERATORS = {
    "zhuji-socks": ("诸暨大唐袜业服务中心", "Zhuji Datang Socks Service Centre"),
    "huludao-swimwear": ("兴城泳装产业服务中心", "Xingcheng Swimwear Service Centre"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A log-in shown to whoever tries the demo: role in words, address, where to begin."""

    role: str
    email: str
    path: str
    name: str
    language: str = "zh-hans"
    staff_role: str = ""


# Whose company and role: see `make_memberships`.
STAFF = (
    Account("职员·管理员 Staff, admin", f"staff@{MAIL}", "/staff/", "产地管理员", staff_role=StaffRole.ADMIN),
    Account(
        "职员·财务 Staff, finance", f"finance@{MAIL}", "/staff/books/", "白会计", staff_role=StaffRole.FINANCE
    ),
    Account("职员·信贷 Staff, credit", f"credit@{MAIL}", "/staff/", "韩信贷", staff_role=StaffRole.CREDIT),
    Account("职员·客服 Staff, support", f"support@{MAIL}", "/staff/", "宋客服", staff_role=StaffRole.SUPPORT),
    Account(
        "职员·审核 Staff, moderator", f"moderator@{MAIL}", "/staff/", "唐审核", staff_role=StaffRole.MODERATOR
    ),
)
BUYING = (
    (Account("买家·老板 Buyer, owner", f"buyer@{MAIL}", "/", "陈晓雯"), _Role.OWNER),
    (Account("买家·采购 Buyer, purchaser", f"purchaser@{MAIL}", "/", "小周"), _Role.BUYER),
    (Account("买家·审批 Buyer, approver", f"approver@{MAIL}", "/orders/", "钱经理"), _Role.APPROVER),
    (Account("买家·财务 Buyer, finance", f"buyer.finance@{MAIL}", "/finance/", "孙会计"), _Role.FINANCE),
)
ENGLISH = Account("Buyer, in English", f"export@{MAIL}", "/en/", "Huang Haiyan", language="en")
SELLING = (
    (Account("工厂·老板 Supplier, owner", f"supplier@{MAIL}", "/desk/", "吕建国"), _Role.OWNER),
    (Account("工厂·业务 Supplier, sales", f"sales@{MAIL}", "/desk/", "许丽华"), _Role.SALES),
    (Account("工厂·财务 Supplier, finance", f"supplier.finance@{MAIL}", "/desk/", "廖会计"), _Role.FINANCE),
)
OPERATING = (Account("产地运营 Operator, Zhuji", f"operator@{MAIL}", "/zhuji-socks/", "何运营"),)


def accounts() -> list[Account]:
    """Every log-in to show, the four main roles first."""
    main = [BUYING[0][0], SELLING[0][0], OPERATING[0], STAFF[0]]
    rest = [a for a, _ in BUYING[1:]] + [ENGLISH] + [a for a, _ in SELLING[1:]] + list(STAFF[1:])
    return main + rest


def make_users(seed: int) -> dict[str, User]:
    """Everyone who signs in, by address. One password hash for all: hashing a hundred would take seconds."""
    wanted = {account.email: account for account in accounts()}
    for maker in goods.makers():
        rng = dice.die(seed, "owner", maker.works.slug)
        name = rng.choice(_SURNAMES) + rng.choice(_GIVEN)
        wanted.setdefault(_owner_of(maker.works.slug), Account("", _owner_of(maker.works.slug), "", name))
    for buyer in buyers():
        wanted.setdefault(_owner_of(buyer.slug), Account("", _owner_of(buyer.slug), "", buyer.owner))
    for code in OPERATORS:
        wanted.setdefault(_operator_of(code), Account("", _operator_of(code), "", "产地运营"))
    there = set(User.objects.values_list("email", flat=True))
    secret = make_password(PASSWORD)
    made = User.objects.bulk_create([_user(seed, a, secret) for e, a in wanted.items() if e not in there])
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made]
    )
    return {user.email: user for user in User.objects.filter(email__in=wanted)}


def _user(seed: int, account: Account, secret: str) -> User:
    admin = account.staff_role == StaffRole.ADMIN
    return User(
        public_id=dice.public_id(seed, "user", account.email),
        email=account.email,
        password=secret,
        name=account.name,
        language=account.language,
        staff_role=account.staff_role,
        is_staff=admin,
        is_superuser=admin,
    )


def _owner_of(slug: str) -> str:
    """The first buyer's and works' owners are the shown log-ins, the export house's the English one."""
    shown = {
        buyers()[0].slug: BUYING[0][0],
        buyers()[3].slug: ENGLISH,
        goods.makers()[0].works.slug: SELLING[0][0],
    }
    return shown[slug].email if slug in shown else f"{slug}@{MAIL}"


def _operator_of(code: str) -> str:
    return OPERATING[0].email if code == "zhuji-socks" else f"operator.{code}@{MAIL}"


def make_buyers(seed: int) -> dict[str, Company]:
    """The buying companies by slug."""
    keys = {name_key(buyer.name_zh): buyer.slug for buyer in buyers()}
    there = {keys[c.name_key]: c for c in Company.objects.filter(name_key__in=keys)}
    made = Company.objects.bulk_create([_buyer(seed, buyer) for buyer in buyers() if buyer.slug not in there])
    return there | {keys[company.name_key]: company for company in made}


def _buyer(seed: int, buyer: Buyer) -> Company:
    rng = dice.die(seed, "buyer", buyer.slug)
    number = rng.randint(2, 399)
    return Company(
        public_id=dice.public_id(seed, "company", buyer.slug),
        legal_name=buyer.name_zh,
        name_key=name_key(buyer.name_zh),
        name_zh=buyer.name_zh,
        name_en=buyer.name_en,
        is_buyer=True,
        reg_no=dice.digits(rng, "9200############7M"),
        tax_id=dice.digits(rng, "9200############7M"),
        address_zh=f"{buyer.city_zh}人民路{number}号",
        address_en=f"No. {number} Renmin Road, {buyer.city_en}",
        phone=dice.digits(rng, "13#########"),
        founded_year=rng.randint(2009, 2024),
    )


def make_others(seed: int) -> dict[str, Company]:
    """The platform's own company (key "") and the operators' by cluster code."""
    names = {"": ("产地科技(杭州)有限公司", "Chandi Technology (Hangzhou) Ltd."), **OPERATORS}
    found: dict[str, Company] = {}
    for code, (zh, en) in names.items():
        known = (
            Company.objects.filter(is_platform=True)
            if code == ""
            else Company.objects.filter(name_key=name_key(zh))
        )
        found[code] = known.first() or Company.objects.create(
            public_id=dice.public_id(seed, "company", code or "platform"),
            legal_name=zh,
            name_key=name_key(zh),
            name_zh=zh,
            name_en=en,
            is_platform=code == "",
            is_operator=code != "",
        )
    return found


def make_memberships(
    users: dict[str, User],
    suppliers: dict[str, Supplier],
    buying: dict[str, Company],
    others: dict[str, Company],
) -> None:
    """Who belongs where: an owner in every company, further people in the shown ones."""
    rows = [
        (users[_owner_of(slug)], supplier.company_id, _Role.OWNER)
        for slug, supplier in suppliers.items()
        if _owner_of(slug) in users
    ]
    rows += [(users[_owner_of(slug)], company.pk, _Role.OWNER) for slug, company in buying.items()]
    first_works, first_buyer = goods.makers()[0].works.slug, buyers()[0].slug
    rows += [(users[a.email], suppliers[first_works].company_id, role) for a, role in SELLING[1:]]
    rows += [(users[a.email], buying[first_buyer].pk, role) for a, role in BUYING[1:]]
    rows += [(users[_operator_of(code)], others[code].pk, _Role.OWNER) for code in OPERATORS]
    there = set(Membership.objects.values_list("user_id", "company_id"))
    Membership.objects.bulk_create(
        [
            Membership(user=user, company_id=company, role=role)
            for user, company, role in rows
            if (user.pk, company) not in there
        ]
    )
