"""Shipment and its lines."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped
from marketplace.orders.models import Order, OrderLine


class Shipment(Stamped):
    """Goods of one order handed over for transport at once; each gets one invoice."""

    class State(models.TextChoices):
        HANDED_OVER = "handed_over", _("On its way")
        DELIVERED = "delivered", _("Delivered")

    public_id = PublicIdField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    number = models.PositiveSmallIntegerField(help_text=_("1, 2, … within the order."))
    carrier = models.CharField(max_length=60)
    tracking = models.CharField(max_length=60)
    cartons = models.PositiveIntegerField(default=1)
    net = models.BigIntegerField(help_text=_("Goods of this shipment without VAT, minor units."))
    vat = models.BigIntegerField(help_text=_("Its cumulative share of the order's VAT (MONEY.md P2)."))
    freight = models.BigIntegerField(default=0)
    shipped_at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True, blank=True)
    is_last = models.BooleanField(default=False, help_text=_("Nothing of the order is outstanding after it."))
    state = models.CharField(max_length=12, choices=State, default=State.HANDED_OVER)
    submission_key = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="shipment_number_once"),
            models.CheckConstraint(
                condition=models.Q(net__gt=0, vat__gte=0, freight__gte=0), name="shipment_amounts"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ShipmentLine(models.Model):
    """How many pieces of an order line are in a shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="line_once_per_shipment"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="shipped_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.order_line_id}"
