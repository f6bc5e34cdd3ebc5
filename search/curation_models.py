"""What staff and operators decide about search: rules in versions, judged queries, measurements, rebuilds."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Category, Listing
from marketplace.companies.models import Supplier
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped

# A rebuild tells every second how far it is; one silent for so long has lost its worker.
STUCK_AFTER = timedelta(minutes=10)


class RuleVersion(Stamped):
    """A set of rules, of one town or (no town) of the whole market: `draft → live ⇄ former`.

    Only drafts are changed. Of a town, and of the market, one is live and one is being drafted.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        FORMER = "former", _("Former")

    public_id = PublicIdField()
    cluster = models.ForeignKey(Cluster, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    note = models.CharField(max_length=200, blank=True)
    live_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "state"], condition=~models.Q(state="former"), name="rules_one_of_town"
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(cluster__isnull=True) & ~models.Q(state="former"),
                name="rules_one_of_market",
            ),
        ]
        indexes = [models.Index(fields=["cluster", "-number"], name="rules_versions")]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class Rule(Stamped):
    """One rule of a version. `forms` and `others` hold words parted by "|".

    Pins and weights go by `query`, as the engine normalises it; synonyms and spelling by `forms`.
    """

    class Kind(models.TextChoices):
        PIN = "pin", _("Pin a listing")
        PAID = "paid", _("Paid placement")
        WEIGHT = "weight", _("Raise or lower")
        SYNONYM = "synonym", _("Words that mean the same")
        ONE_WAY = "one_way", _("Words that also find others")
        KEEP = "keep", _("Never correct")
        MEANS = "means", _("Read as")

    class Match(models.TextChoices):
        EXACT = "exact", _("Exactly this query")
        CONTAINS = "contains", _("Every query with these words")

    class Language(models.TextChoices):
        BOTH = "", _("Both languages")
        CHINESE = "zh-hans", _("Chinese pages")
        ENGLISH = "en", _("English pages")

    public_id = PublicIdField()
    version = models.ForeignKey(RuleVersion, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=8, choices=Kind)
    query = models.CharField(max_length=128, blank=True)
    match = models.CharField(max_length=8, choices=Match, default=Match.EXACT)
    language = models.CharField(max_length=8, choices=Language, blank=True, default=Language.BOTH)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    factor = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    supplier = models.ForeignKey(Supplier, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    forms = models.CharField(max_length=300, blank=True)
    others = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.query or self.forms}"


class JudgedQuery(Stamped):
    """A query whose results people graded."""

    public_id = PublicIdField()
    q = models.CharField(max_length=128, unique=True)

    class Meta:
        verbose_name_plural = "judged queries"
        ordering = ["q"]

    def __str__(self) -> str:
        return self.q


class Judgement(models.Model):
    """How well a listing answers a query: 0 not at all, 1 somewhat, 2 well, 3 exactly."""

    class Grade(models.IntegerChoices):
        NOT = 0, _("Not at all")
        SOMEWHAT = 1, _("Somewhat")
        WELL = 2, _("Well")
        EXACTLY = 3, _("Exactly")

    query = models.ForeignKey(JudgedQuery, on_delete=models.CASCADE, related_name="judgements")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    grade = models.PositiveSmallIntegerField(choices=Grade)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["query", "listing"], name="judged_once")]

    def __str__(self) -> str:
        return f"{self.query_id}: {self.listing_id} {self.grade}"


class QualityRun(models.Model):
    """nDCG@10 over all judged queries at one time, in hundredths of a percent; `version` was made live
    then.
    """

    at = models.DateTimeField(default=clock.now)
    engine = models.CharField(max_length=20)
    queries = models.PositiveIntegerField()
    ndcg_bp = models.PositiveIntegerField()
    version = models.ForeignKey(RuleVersion, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-at"], name="quality_run_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.ndcg_bp / 10_000:.4f}"


class EngineOrder(models.Model):
    """Work on an index that somebody asked for, and how far it is: `asked → running → done | failed`."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    public_id = PublicIdField()
    engine = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.engine} {self.state}"

    @property
    def is_moving(self) -> bool:
        """Whether it is asked for or under way."""
        return self.state in (self.State.ASKED, self.State.RUNNING)

    @property
    def is_stuck(self) -> bool:
        """Whether it should move and has not for long: its worker was killed."""
        return self.is_moving and self.moved_at < clock.now() - STUCK_AFTER


class RebuildOrder(EngineOrder):
    """A rebuild of an engine's index."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engine"], condition=models.Q(state__in=["asked", "running"]), name="one_rebuild"
            ),
        ]


class DriftCheck(EngineOrder):
    """A comparison of an engine's live index with the database, which changes nothing; what it found."""

    missing = models.PositiveBigIntegerField(default=0)
    stale = models.PositiveBigIntegerField(default=0)
    extra = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engine"], condition=models.Q(state__in=["asked", "running"]), name="one_drift_check"
            ),
        ]

    @property
    def differences(self) -> int:
        """How many listings differ."""
        return self.missing + self.stale + self.extra


class HiddenSuggestion(Stamped):
    """A past query that the search box must not offer, as `QueryDay.q` writes it, and why."""

    public_id = PublicIdField()
    q = models.CharField(max_length=128, unique=True)
    reason = models.CharField(max_length=200)
    hidden_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.q
