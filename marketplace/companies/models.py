"""Company, membership, supplier."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.models import PublicIdField, Stamped


class PriceVisibility(models.TextChoices):
    """Who sees prices. `marketplace.catalog.gates` says how towns, suppliers and listings combine."""

    PUBLIC = "public", _("Everyone")
    SIGNED_IN = "signed_in", _("Who is signed in")
    APPROVED = "approved", _("Approved buyers")


class Company(Stamped):
    """A legal person or sole trader; it may buy, sell and operate portals at once."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    public_id = PublicIdField()
    legal_name = models.CharField(_("Company name"), max_length=200)
    name_key = models.CharField(max_length=200, unique=True, editable=False)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    reg_no = models.CharField(max_length=40, blank=True)
    tax_id = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, default="CN")
    address_zh = models.CharField(max_length=300, blank=True)
    address_en = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    is_buyer = models.BooleanField(default=False)
    is_supplier = models.BooleanField(default=False)
    is_operator = models.BooleanField(default=False)
    is_platform = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.APPROVED)
    default_currency = models.CharField(max_length=3, default="CNY")
    account_manager = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.legal_name


class Membership(Stamped):
    """A user's place in a company."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ADMIN = "admin", _("Administrator")
        BUYER = "buyer", _("Buyer")
        APPROVER = "approver", _("Approver")
        SALES = "sales", _("Sales")
        FINANCE = "finance", _("Finance")
        OPERATOR = "operator", _("Portal operator")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        DISABLED = "disabled", _("Disabled")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "company"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.company}: {self.role}"


class Supplier(Stamped):
    """A company's selling side: what buyers see of it and the terms all its listings share."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        SUSPENDED = "suspended", _("Suspended")
        TERMINATED = "terminated", _("Terminated")

    public_id = PublicIdField()
    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="supplier")
    slug = models.SlugField(max_length=80, unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    intro_zh = models.TextField(blank=True)
    intro_en = models.TextField(blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    freight_flat = models.BigIntegerField(default=0, help_text=_("Minor units per order."))
    freight_free_over = models.BigIntegerField(
        null=True, blank=True, help_text=_("Goods total, minor units, from which freight is free.")
    )
    order_minimum = models.BigIntegerField(
        default=0, help_text=_("Goods total, minor units, below which no order is taken.")
    )
    price_visibility = models.CharField(
        max_length=10, choices=PriceVisibility, blank=True, help_text=_("Empty: as in the town.")
    )
    holiday_until = models.DateField(null=True, blank=True)
    response_hours = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    on_time_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    repeat_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    score_sample = models.PositiveIntegerField(default=0, help_text=_("Orders behind the rates."))
    state = models.CharField(max_length=10, choices=State, default=State.APPROVED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(freight_flat__gte=0, order_minimum__gte=0),
                name="supplier_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en
