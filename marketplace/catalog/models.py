"""Category, listing, variant, price tier, picture, certificate, price history."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Factory
from marketplace.companies.models import Company, PriceVisibility, Supplier
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped


class Category(models.Model):
    """A node of the category tree; `path` holds the slugs from the root, `/`-separated."""

    slug = models.SlugField(max_length=80, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=250, db_index=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path


class Listing(Stamped):
    """Goods a supplier's factory offers, in variants, at prices by quantity."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        CHANGES_REQUESTED = "changes_requested", _("Changes requested")
        PUBLISHED = "published", _("Published")
        PAUSED = "paused", _("Paused")
        ARCHIVED = "archived", _("Archived")

    class TierBasis(models.TextChoices):
        LISTING = "listing", _("Quantity over all variants")
        VARIANT = "variant", _("Quantity of each variant")

    class ShipGuarantee(models.TextChoices):
        HOURS_24 = "24h", _("24 hours")
        HOURS_48 = "48h", _("48 hours")
        DAYS = "days", _("Days")

    public_id = PublicIdField()
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="listings")
    factory = models.ForeignKey(Factory, on_delete=models.PROTECT, related_name="listings")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="listings")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="listings")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    # [{"key": "material", "zh": ["材质", "精梳棉"], "en": ["Material", "combed cotton"]}, …] in shown order.
    attributes = models.JSONField(default=list, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    unit_zh = models.CharField(max_length=12, default="件")
    unit_en = models.CharField(max_length=20, default="piece")
    moq = models.PositiveIntegerField(default=1)
    multiple = models.PositiveIntegerField(default=1)
    units_per_carton = models.PositiveIntegerField(null=True, blank=True)
    tier_basis = models.CharField(max_length=8, choices=TierBasis, default=TierBasis.LISTING)
    lead_days = models.PositiveSmallIntegerField(default=7)
    ship_guarantee = models.CharField(max_length=4, choices=ShipGuarantee, default=ShipGuarantee.DAYS)
    is_made_to_order = models.BooleanField(default=False)
    has_samples = models.BooleanField(default=False)
    has_dropship = models.BooleanField(default=False)
    has_custom = models.BooleanField(default=False)
    vat_rate_bp = models.PositiveSmallIntegerField(default=1300, help_text=_("Basis points; 1300 is 13 %."))
    # Kept beside the ladder so that lists sort and filter without joining it; written by catalog's actions.
    base_price = models.BigIntegerField(default=0, help_text=_("Unit price of the first tier, minor units."))
    best_price = models.BigIntegerField(default=0, help_text=_("Unit price of the last tier, minor units."))
    price_visibility = models.CharField(
        max_length=10, choices=PriceVisibility, blank=True, help_text=_("Empty: as with the supplier.")
    )
    sold_30d = models.PositiveIntegerField(default=0)
    sold_total = models.PositiveIntegerField(default=0)
    # Written by a nightly job from the orders of half a year.
    repurchase_bp = models.PositiveSmallIntegerField(
        default=0, help_text=_("Of its buyers, how many bought it again; basis points.")
    )
    repurchase_buyers = models.PositiveIntegerField(default=0, help_text=_("Buyers behind the rate."))
    state = models.CharField(max_length=18, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField(default=1, help_text=_("Grows with every change a reader could see."))

    class Meta:
        indexes = [
            models.Index(fields=["state", "cluster", "-published_at"], name="listing_cluster_newest"),
            models.Index(fields=["state", "cluster", "-sold_30d"], name="listing_cluster_best"),
            models.Index(fields=["state", "-published_at"], name="listing_newest"),
            models.Index(fields=["supplier", "state"], name="listing_supplier"),
            models.Index(fields=["state", "category"], name="listing_category"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(moq__gte=1, multiple__gte=1), name="listing_quantities_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(base_price__gte=0, best_price__gte=0), name="listing_prices_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title_en


class Variant(Stamped):
    """One colour and size of a listing. Free stock is `stock_on_hand + oversell_cap − stock_reserved`."""

    public_id = PublicIdField()
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="variants")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=40)
    color_key = models.CharField(max_length=24, blank=True)
    color_zh = models.CharField(max_length=40, blank=True)
    color_en = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=30, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    weight_g = models.PositiveIntegerField(default=0)
    stock_on_hand = models.IntegerField(default=0)
    stock_reserved = models.IntegerField(default=0)
    oversell_cap = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "sku"], name="sku_once_per_supplier"),
            # The last word against overselling: even a forgotten check cannot pass it (DOMAIN invariant 9).
            models.CheckConstraint(
                condition=models.Q(stock_on_hand__gte=0, stock_reserved__gte=0)
                & models.Q(stock_reserved__lte=models.F("stock_on_hand") + models.F("oversell_cap")),
                name="variant_never_oversold",
            ),
        ]

    def __str__(self) -> str:
        return self.sku


class PriceTier(models.Model):
    """A unit price from a quantity on. Only lower bounds: the highest `min_qty` reached counts."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="tiers")
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.CASCADE, related_name="tiers"
    )
    min_qty = models.PositiveIntegerField()
    unit_price = models.BigIntegerField(help_text=_("Minor units of the listing's currency, without VAT."))

    class Meta:
        ordering = ["min_qty"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "variant", "min_qty"], name="tier_once_per_variant"),
            models.UniqueConstraint(
                fields=["listing", "min_qty"], condition=models.Q(variant__isnull=True), name="tier_once"
            ),
            models.CheckConstraint(
                condition=models.Q(unit_price__gt=0, min_qty__gte=1), name="tier_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.min_qty}+: {self.unit_price}"


class ListingImage(models.Model):
    """A picture of a listing: `path` has no size suffix, `{path}-640.webp` and `{path}-320.webp` exist."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=200)
    color_key = models.CharField(max_length=24, blank=True)
    alt_zh = models.CharField(max_length=200)
    alt_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["listing", "position"], name="image_of_listing")]

    def __str__(self) -> str:
        return self.path


class Certificate(Stamped):
    """A certificate a factory holds, for all its goods or for some."""

    public_id = PublicIdField()
    factory = models.ForeignKey(Factory, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=60, help_text=_("E.g. OEKO-TEX Standard 100, ISO 9001."))
    number = models.CharField(max_length=80)
    issuer = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_until = models.DateField()
    covers_all = models.BooleanField(default=True)
    listings = models.ManyToManyField(Listing, blank=True, related_name="certificates")

    class Meta:
        indexes = [models.Index(fields=["factory", "valid_until"], name="certificate_factory")]
        constraints = [models.UniqueConstraint(fields=["issuer", "number"], name="certificate_number_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class PriceApproval(Stamped):
    """A buyer who sees prices that are for approved buyers only: a supplier's, or those of a town."""

    buyer = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="price_approvals")
    supplier = models.ForeignKey(
        Supplier, null=True, blank=True, on_delete=models.CASCADE, related_name="price_approvals"
    )
    cluster = models.ForeignKey(
        Cluster, null=True, blank=True, on_delete=models.CASCADE, related_name="price_approvals"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(supplier__isnull=False, cluster__isnull=True)
                | models.Q(supplier__isnull=True, cluster__isnull=False),
                name="approved_by_supplier_or_cluster",
            ),
            models.UniqueConstraint(fields=["buyer", "supplier"], name="approved_by_supplier_once"),
            models.UniqueConstraint(fields=["buyer", "cluster"], name="approved_by_cluster_once"),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_id}: {self.supplier_id or self.cluster_id}"


class PriceHistory(models.Model):
    """Append-only: every ladder a listing has had, and from when."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="price_history")
    at = models.DateTimeField(default=clock.now)
    ladder = models.JSONField(help_text=_("[[min_qty, unit_price], …]"))
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["listing", "at"], name="price_history_of")]

    def __str__(self) -> str:
        return f"{self.listing_id} at {self.at}"
