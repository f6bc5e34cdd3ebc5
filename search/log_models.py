"""What people searched for and what came of it: raw rows for 90 days, sums per day afterwards.

No names, no addresses: a visitor is a salted hash that changes every day, and what looks like a mail address
or a telephone number is masked before it is written. Raw rows are tied by `query_id`, not by foreign keys,
because they arrive in any order.
"""

from django.db import models

from marketplace.core import clock


class SearchEvent(models.Model):
    """One results page shown to one visitor. `shown` are listing ids in their order, the first at `first`."""

    query_id = models.CharField(max_length=13)
    visitor = models.CharField(max_length=16)
    at = models.DateTimeField(default=clock.now)
    day = models.DateField()
    q = models.CharField(max_length=128, blank=True)
    locale = models.CharField(max_length=8)
    portal = models.CharField(max_length=80, blank=True)
    filters = models.JSONField(default=dict, blank=True)
    quantity = models.PositiveIntegerField(null=True)
    engine = models.CharField(max_length=20)
    degraded = models.BooleanField(default=False)
    took_ms = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    corrected = models.CharField(max_length=200, blank=True)
    relaxed = models.BooleanField(default=False)
    first = models.PositiveIntegerField(default=1)
    shown = models.JSONField(default=list, blank=True)
    # The company acted for, so that what it asks or orders later can be led back to the search.
    company_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["query_id", "visitor"], name="search_event_once"),
        ]
        indexes = [models.Index(fields=["day", "id"], name="search_event_day")]

    def __str__(self) -> str:
        return f"{self.q or '*'} ({self.total})"


class SearchClick(models.Model):
    """A listing opened from a results page; once per page, visitor and listing."""

    query_id = models.CharField(max_length=13)
    visitor = models.CharField(max_length=16)
    listing_id = models.BigIntegerField()
    position = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    day = models.DateField()
    company_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["query_id", "visitor", "listing_id"], name="search_click_once"),
        ]
        indexes = [
            models.Index(fields=["day"], name="search_click_day"),
            models.Index(fields=["company_id", "listing_id", "at"], name="search_click_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.query_id}: {self.listing_id} at {self.position}"


class SearchOutcome(models.Model):
    """What a click led to within seven days: a question, pieces in the basket, an order."""

    class Kind(models.TextChoices):
        INQUIRY = "inquiry"
        BASKET = "basket"
        ORDER = "order"

    kind = models.CharField(max_length=8, choices=Kind)
    # Id of the question, the basket's line or the order's line.
    source_id = models.BigIntegerField()
    query_id = models.CharField(max_length=13)
    visitor = models.CharField(max_length=16)
    listing_id = models.BigIntegerField()
    at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="search_outcome_once"),
        ]
        indexes = [models.Index(fields=["day"], name="search_outcome_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} from {self.query_id}"


class QueryDay(models.Model):
    """One query of one day, in one portal ("" the whole market) and language.

    `clicked`, `clicked_first` and `clicked_ten` count pages with a click at all, at place one, in the first
    ten; `reciprocals` sums 1/place of each page's first click, in ten-thousandths.
    """

    day = models.DateField()
    q = models.CharField(max_length=128, blank=True)
    portal = models.CharField(max_length=80, blank=True)
    locale = models.CharField(max_length=8)
    searches = models.PositiveIntegerField(default=0)
    visitors = models.PositiveIntegerField(default=0)
    found_nothing = models.PositiveIntegerField(default=0)
    found_few = models.PositiveIntegerField(default=0)
    relaxed = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    degraded = models.PositiveIntegerField(default=0)
    clicked = models.PositiveIntegerField(default=0)
    clicked_first = models.PositiveIntegerField(default=0)
    clicked_ten = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    reciprocals = models.PositiveBigIntegerField(default=0)
    inquiries = models.PositiveIntegerField(default=0)
    baskets = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    took_p95_ms = models.PositiveIntegerField(default=0)
    last_total = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "q", "portal", "locale"], name="search_query_day_once"),
        ]
        indexes = [models.Index(fields=["q", "day"], name="search_query_days")]

    def __str__(self) -> str:
        return f"{self.day} {self.q}: {self.searches}"


class ListingQueryDay(models.Model):
    """How often a query showed a listing on a day, where, and what came of it. Kept as long as raw rows."""

    day = models.DateField()
    listing_id = models.BigIntegerField()
    q = models.CharField(max_length=128, blank=True)
    shown = models.PositiveIntegerField(default=0)
    positions = models.PositiveBigIntegerField(default=0, help_text="Sum of the places it stood at.")
    clicks = models.PositiveIntegerField(default=0)
    inquiries = models.PositiveIntegerField(default=0)
    baskets = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "listing_id", "q"], name="search_listing_day_once"),
        ]
        indexes = [models.Index(fields=["listing_id", "day"], name="search_listing_days")]

    def __str__(self) -> str:
        return f"{self.day} {self.listing_id} {self.q}"


class LogChoice(models.Model):
    """A person who does not want their searches kept."""

    user_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.user_id)
