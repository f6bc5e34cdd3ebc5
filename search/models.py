"""What search keeps for itself: which indexes there are, what they still have to learn, and what was
written.
"""

from django.db import models

from marketplace.core import clock

from .curation_models import (
    DriftCheck,
    HiddenSuggestion,
    JudgedQuery,
    Judgement,
    QualityRun,
    RebuildOrder,
    Rule,
    RuleVersion,
)
from .log_models import ListingQueryDay, LogChoice, QueryDay, SearchClick, SearchEvent, SearchOutcome
from .picture_models import PictureDescriptor, PictureQuery
from .saved_models import SavedAlert, SavedSearch, SeenPrice

__all__ = [
    "DriftCheck",
    "HiddenSuggestion",
    "IndexRun",
    "JudgedQuery",
    "Judgement",
    "ListingQueryDay",
    "LogChoice",
    "PendingChange",
    "PictureDescriptor",
    "PictureQuery",
    "QualityRun",
    "QueryDay",
    "RebuildOrder",
    "Rule",
    "RuleVersion",
    "SavedAlert",
    "SavedSearch",
    "SearchClick",
    "SearchEvent",
    "SearchIndex",
    "SearchOutcome",
    "SeenPrice",
]


class SearchIndex(models.Model):
    """One index of one engine: `building → live → retired`.

    Changes are noted for building and live ones alike, so a rebuild loses none. `cursor` is the last
    listing id written by the rebuild and kept by the engine; a killed rebuild goes on from there.
    """

    class State(models.TextChoices):
        BUILDING = "building"
        LIVE = "live"
        RETIRED = "retired"

    name = models.CharField(max_length=80)
    engine = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.BUILDING)
    schema = models.CharField(max_length=16)
    version = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    documents = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    live_since = models.DateTimeField(null=True)
    # One process at a time writes pending changes; a lease outlives its holder only for a short while.
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engine", "name"], name="search_index_once"),
            models.UniqueConstraint(
                fields=["engine"], condition=models.Q(state="live"), name="search_one_live_index"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engine}:{self.name} {self.state}"


class PendingChange(models.Model):
    """A listing an index has to read again. `mark` changes with every further change, so none is lost between
    reading and striking off."""

    index = models.ForeignKey(SearchIndex, on_delete=models.CASCADE, related_name="pending")
    listing_id = models.BigIntegerField()
    mark = models.BigIntegerField()
    since = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "listing_id"], name="search_pending_once")]
        indexes = [models.Index(fields=["index", "due_at", "id"], name="search_pending_due")]

    def __str__(self) -> str:
        return f"{self.index_id}: {self.listing_id}"


class AttributeWord(models.Model):
    """How an attribute or option of the index is written for people: the first wording that was met."""

    token = models.CharField(max_length=170, unique=True)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    value_zh = models.CharField(max_length=120, blank=True)
    value_en = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.token


class IndexRun(models.Model):
    """One batch of writes. Its id, drawn before anything is read, is the version its documents are written
    with: whoever drew later read later, so the newest version always holds the newest state.
    """

    class Kind(models.TextChoices):
        CHANGES = "changes"
        REBUILD = "rebuild"
        DRIFT = "drift"

    index = models.ForeignKey(SearchIndex, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=8, choices=Kind)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    listings = models.PositiveBigIntegerField(default=0)
    written = models.PositiveBigIntegerField(default=0)
    stale = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["index", "-id"], name="search_run_of_index")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.written}/{self.listings}"
