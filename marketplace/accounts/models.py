"""The user: an e-mail address, a name, a language. Nothing of companies."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.models import PublicIdField


class UserManager(BaseUserManager["User"]):
    """Users by e-mail; addresses are kept in lower case, so case never makes a second account."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user. Raises ValueError without an address."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user who may do everything in the CMS."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class StaffRole(models.TextChoices):
    """What a member of the platform's own staff does (RELIABILITY §7)."""

    NONE = "", _("Not staff")
    SUPPORT = "support", _("Support")
    CREDIT = "credit", _("Credit")
    FINANCE = "finance", _("Finance")
    MODERATOR = "moderator", _("Moderator")
    ADMIN = "admin", _("Administrator")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in."""

    public_id = PublicIdField()
    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    language = models.CharField(
        _("Language"), max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans"
    )
    staff_role = models.CharField(max_length=12, choices=StaffRole, default=StaffRole.NONE, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=clock.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def audit_label(self) -> str:
        """How audit records name this user."""
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email.split("@")[0]

    @property
    def first_name(self) -> str:
        """For libraries that expect two name fields."""
        return self.name

    @property
    def last_name(self) -> str:
        """For libraries that expect two name fields."""
        return ""

    @property
    def is_platform_staff(self) -> bool:
        """Whether this user works for the platform."""
        return bool(self.staff_role) or self.is_superuser


class Session(AbstractBaseSession):
    """A session, and whose it is: so the person is read together with it. Kept by `companies.sessions`."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")
