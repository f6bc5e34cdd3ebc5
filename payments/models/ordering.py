"""What payments keeps of an order: the platform's discount, and a term of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.companies.models import Company
from marketplace.core.models import PublicIdField, Stamped
from marketplace.orders.models import Order, OrderGroup


class Voucher(Stamped):
    """An amount off one checkout, for one buyer or for whoever has the code."""

    public_id = PublicIdField()
    code = models.CharField(max_length=24, unique=True)
    buyer = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="vouchers")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    min_total = models.BigIntegerField(default=0, help_text=_("Of the basket, minor units."))
    valid_until = models.DateField()
    used_for = models.OneToOneField(OrderGroup, null=True, on_delete=models.PROTECT, related_name="voucher")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, min_total__gte=0), name="voucher_amounts")
        ]

    def __str__(self) -> str:
        return self.code


class OrderDiscount(models.Model):
    """What the platform pays of one order."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="platform_discount")
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="parts")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="order_discount_positive")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount}"


class OrderTerm(models.Model):
    """The term of an order where it differs from that of its group."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="own_term")
    code = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.order_id}: {self.code}"
