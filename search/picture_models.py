"""What pictures look like, and which ones people are looking for the like of."""

from django.db import models

from marketplace.core import clock
from marketplace.core.models import PublicIdField


class PictureDescriptor(models.Model):
    """What a picture of goods looks like. Listings that share a file share its row; `digest` is of the file,
    `made_by` the version of the descriptor.
    """

    path = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=32)
    made_by = models.PositiveSmallIntegerField()
    vector = models.BinaryField()
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.path


class PictureQuery(models.Model):
    """A picture someone looks for the like of: its vector and a small copy (WebP), for some weeks.

    Whoever knows the address may see it; nothing says whose it was.
    """

    public_id = PublicIdField()
    made_by = models.PositiveSmallIntegerField()
    vector = models.BinaryField()
    small = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.public_id
