"""Sessions in the database, read in one query with the person and the companies they may act for.

Nearly every page of a signed-in reader asks for all three. Nothing is kept between requests: who is shut out
of a company, or signed out elsewhere, is so from the next request on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import FilteredRelation, Model, Q, QuerySet
from django.db.models.functions import Now

from marketplace.accounts.models import Session, User
from marketplace.core.frozen import Frozen, Marks

from .models import Company, Membership, Supplier
from .queries import CLOSED

# path from a session to a model, whose columns are read under it
_PARTS: tuple[tuple[str, type[Model]], ...] = (
    ("user", User),
    ("member", Membership),
    ("member__company", Company),
    ("member__company__supplier", Supplier),
)
_COLUMNS = [
    (model, [field.attname for field in model._meta.concrete_fields], f"{path}__") for path, model in _PARTS
]
_NAMES = [prefix + name for _model, names, prefix in _COLUMNS for name in names]


class SessionStore(DatabaseSessions):
    """Django's database sessions; `reader` and `memberships` are those of the row that was loaded.

    Both are as `companies.queries.active_memberships` would read them, None while nothing was loaded or
    nobody is signed in.
    """

    reader: User | None = None
    memberships: list[Membership] | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made = cast(Session, super().create_model_instance(data))
        made.user_id = User._meta.pk.to_python(data[SESSION_KEY]) if SESSION_KEY in data else None
        return made

    def load(self) -> dict[str, Any]:
        rows = _rows(session_key=self.session_key)
        if not rows:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(rows[0][0])
        people = [_people(row[1:]) for row in rows]
        self.reader = people[0][0]
        if self.reader is not None and data.get(SESSION_KEY) != str(self.reader.pk):
            self.reader = None
        if self.reader is not None:
            found = [member for _user, member in people if member is not None]
            self.memberships = sorted((m for m in found if m.company.state not in CLOSED), key=lambda m: m.pk)
        return data


def _read(marks: Marks) -> QuerySet[Any, Any]:
    """The session once per active membership of its person; once when there is none."""
    active = Q(user__memberships__state=Membership.State.ACTIVE)
    rows = Session.objects.alias(member=FilteredRelation("user__memberships", condition=active))
    found = rows.filter(session_key=marks.text("session_key"), expire_date__gt=Now())
    return found.values_list("session_data", *_NAMES)


_rows = Frozen(_read)


def _people(values: Sequence[Any]) -> tuple[User | None, Membership | None]:
    """The person and one membership with its company and supplier, from the columns of a row."""
    made: list[Any] = []
    start = 0
    for model, names, _prefix in _COLUMNS:
        part = values[start : start + len(names)]
        start += len(names)
        made.append(model.from_db("default", names, part) if part[0] is not None else None)
    user, member, company, supplier = made
    if member is not None:
        member.user, member.company = user, company
        # The reverse side of a one-to-one; without a supplier it is known that there is none.
        company._state.fields_cache["supplier"] = supplier
        if supplier is not None:
            supplier.company = company
    return user, member
