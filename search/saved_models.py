"""Searches people keep, what they have seen of them, and what they are told."""

from urllib.parse import parse_qsl

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped


class SavedSearch(Stamped):
    """A search one person keeps. `query` is the address of its results page, without order and page."""

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")

    class Reason(models.TextChoices):
        """Why nothing is told of a search that is kept."""

        NONE = "", _("Running")
        PAUSED = "paused", _("Paused")
        UNSUBSCRIBED = "unsubscribed", _("Stopped by mail")

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    # The same address of the same person in the same portal is kept once.
    fingerprint = models.CharField(max_length=32)
    portal = models.ForeignKey(Cluster, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    locale = models.CharField(max_length=8)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.DAILY)
    by_mail = models.BooleanField(default=True)
    in_app = models.BooleanField(default=True)
    silence = models.CharField(max_length=12, choices=Reason, blank=True, default=Reason.NONE)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            models.UniqueConstraint(fields=["user", "fingerprint"], name="saved_search_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="saved_search_of_user"),
            models.Index(fields=["id"], name="saved_search_running", condition=models.Q(silence="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def any_words(self) -> bool:
        """Whether goods with some of its words are enough."""
        asked = dict(parse_qsl(self.query))
        return asked.get("any") == "1" and "q" in asked


class SeenPrice(models.Model):
    """The unit price (minor units, at the saved quantity) at which a listing last stood in a saved search.

    None where no price is open to everyone.
    """

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="seen")
    listing_id = models.BigIntegerField()
    price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "listing_id"], name="saved_seen_once")]

    def __str__(self) -> str:
        return f"{self.saved_id}: {self.listing_id} at {self.price}"


class SavedAlert(models.Model):
    """One thing to tell of a saved search: a listing is new, or its price fell. `told_at` when it was."""

    class Reason(models.TextChoices):
        NEW = "new", _("New")
        PRICE = "price", _("Price fell")

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="alerts")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=5, choices=Reason)
    # 0 where no price is open to everyone: a unique row must not hold nothing.
    price = models.BigIntegerField(default=0)
    before = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["saved", "listing", "reason", "price"], name="saved_alert_once"),
        ]
        indexes = [
            models.Index(fields=["saved", "-id"], name="saved_alert_of_search"),
            models.Index(
                fields=["saved"], name="saved_alert_untold", condition=models.Q(told_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.saved_id}: {self.listing_id} {self.reason}"
