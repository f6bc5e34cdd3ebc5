"""Cart, order group, order, order line."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing, Variant
from marketplace.companies.models import Company, Supplier
from marketplace.core.models import PublicIdField, Stamped

from .rules import say_reason


class Cart(Stamped):
    """What a member of a company is about to buy; one open cart per member and company."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        COMPLETED = "completed", _("Completed")
        ABANDONED = "abandoned", _("Abandoned")

    public_id = PublicIdField()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="carts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="carts")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # Grows with every change; checkout names the version it showed, so nothing is bought unseen.
    version = models.PositiveIntegerField(default=1)
    # The key of the form last added from: a double press adds once.
    last_add_key = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user"], condition=models.Q(state="open"), name="one_open_cart"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class CartLine(Stamped):
    """A variant and how many of it. The price is resolved at reading; `seen_price` is what the buyer saw."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    seen_price = models.BigIntegerField(help_text=_("Unit price, minor units."))
    # Left out of the next order; it stays in the basket when the rest is ordered.
    is_set_aside = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="variant_once_per_cart"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="cart_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"


class PaymentMethod(models.TextChoices):
    """How a group of orders is paid."""

    CREDIT = "credit", _("On account")
    CARD = "card", _("Card")


class PaymentState(models.TextChoices):
    """Where payment stands; written by payments only."""

    PENDING = "pending", _("Not paid")
    AUTHORISED = "authorised", _("On account")
    PAID = "paid", _("Paid")
    REFUNDED = "refunded", _("Refunded")
    FAILED = "failed", _("Failed")


class OrderGroup(Stamped):
    """One checkout: the orders to each supplier that were placed together."""

    public_id = PublicIdField()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="order_groups")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cart = models.OneToOneField(Cart, on_delete=models.PROTECT, related_name="order_group")
    # The key the form carried: the same submission arriving twice is the same group.
    submission_key = models.CharField(max_length=64, unique=True)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    discount = models.BigIntegerField(default=0, help_text=_("Of the total, paid by the platform."))
    payment_method = models.CharField(max_length=8, choices=PaymentMethod)
    payment_term = models.CharField(max_length=16, blank=True, help_text=_("E.g. net-60; empty for card."))
    payment_state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.PENDING)
    ship_name = models.CharField(max_length=120)
    ship_phone = models.CharField(max_length=40)
    ship_address = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)
    portal_code = models.CharField(max_length=40, blank=True, help_text=_("The portal it was placed in."))

    class Meta:
        indexes = [models.Index(fields=["company", "-id"], name="group_of_company")]
        constraints = [models.CheckConstraint(condition=models.Q(total__gt=0), name="group_total_positive")]

    def __str__(self) -> str:
        return self.public_id


class Order(Stamped):
    """What one supplier was asked to deliver."""

    class State(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
        AWAITING_ACCEPTANCE = "awaiting_acceptance", _("Awaiting acceptance")
        CONFIRMED = "confirmed", _("Confirmed")
        PARTIALLY_SHIPPED = "partially_shipped", _("Partly shipped")
        SHIPPED = "shipped", _("Shipped")
        COMPLETED = "completed", _("Completed")
        REJECTED = "rejected", _("Refused by the factory")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = PublicIdField()
    group = models.ForeignKey(OrderGroup, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="orders")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="orders")
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField(help_text=_("Goods without VAT, minor units."))
    vat = models.BigIntegerField(help_text=_("VAT of the goods, half-up once per order."))
    freight = models.BigIntegerField(default=0)
    total = models.BigIntegerField(help_text=_("net + vat + freight."))
    state = models.CharField(max_length=20, choices=State, default=State.AWAITING_ACCEPTANCE)
    payment_state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.PENDING)
    state_reason = models.CharField(max_length=300, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True, help_text=_("When the supplier's answer is due."))
    promise_date = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["buyer", "-id"], name="order_of_buyer"),
            models.Index(fields=["supplier", "state", "-id"], name="order_of_supplier"),
            models.Index(fields=["group"], name="order_of_group"),
            models.Index(
                fields=["answer_by"],
                name="order_to_answer",
                condition=models.Q(state="awaiting_acceptance"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["group", "supplier"], name="one_order_per_supplier"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("vat") + models.F("freight")),
                name="order_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reason_text(self) -> str:
        """Why it was refused or called off, in the active language."""
        return say_reason(self.state_reason)


class OrderLine(models.Model):
    """A variant in an order, its price frozen. `ordered = cancelled + shipped + outstanding`."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField(default=0)
    shipped = models.PositiveIntegerField(default=0)
    unit_price = models.BigIntegerField()
    net = models.BigIntegerField(help_text=_("unit_price × quantity."))
    vat_rate_bp = models.PositiveSmallIntegerField()
    is_stock_reserved = models.BooleanField(default=True)
    # What was bought, as it was shown then: titles, variant, unit, tier, picture, listing version.
    snapshot = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="variant_once_per_order"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=models.F("cancelled") + models.F("shipped")),
                name="line_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(net=models.F("unit_price") * models.F("quantity")),
                name="line_net_is_product",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def outstanding(self) -> int:
        """Pieces neither shipped nor cancelled."""
        return self.quantity - self.cancelled - self.shipped
