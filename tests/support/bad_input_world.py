"""The ground bad input is thrown at: one world per module, people signed in, a watch on every row written.

Nothing a case does stays: each runs in a savepoint that is rolled back. What it wrote is compared with what
was there, table by table, so "nothing changed" means no row of ours, not a count.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from clusters.queries import forget_cluster_lines
from marketplace.accounts.models import User
from marketplace.core import outbox
from tests.factories import companies
from tests.support import bad_input_things as things
from tests.support import world as worlds

CSRF = "c" * 32
# Written by reading or by signing in, and of no tenant.
UNWATCHED = frozenset({"accounts_session", "usersessions_usersession"})
_WRITE = re.compile(
    r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE
)


class Watch:
    """Notes the tables a request writes to, and refuses NUL in parameters as PostgreSQL does."""

    def __init__(self) -> None:
        self.written: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITE.match(sql)
        if found:
            self.written.add(found[1])
        for value in params or ():
            if isinstance(value, str) and "\x00" in value:
                raise ValueError("A text with NUL was on its way into the database.")
        return execute(sql, params, many, context)


class Browser(Client):
    """A client whose tokens are checked, and which keeps no copy of the context of every template."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True, raise_request_exception=False)

    def request(self, **request: Any) -> Any:
        """The answer; `fault` is what the view failed with, or None."""
        faults: list[BaseException | None] = []

        def note(**_: Any) -> None:
            faults.append(sys.exc_info()[1])

        got_request_exception.connect(note, weak=False)
        try:
            answer: Any = self.handler(self._base_environ(**request))
        finally:
            got_request_exception.disconnect(note)
        self.cookies.update(answer.cookies)
        answer.fault = faults[-1] if faults else None
        return answer


def rows_of(table: str) -> str:
    """A checksum of every row of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(map(repr, cursor.fetchall()))
    return hashlib.blake2b("\n".join(rows).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


class Ground:
    """Two tenants, their things by name (`ids`), and a browser for each role of the permission table."""

    def __init__(self) -> None:
        self.world = worlds.build()
        self.ids: dict[str, str] = dict(self.world.a.ids)
        self.users: dict[str, User] = {r: u for r, u in self.world.users.items() if u is not None}
        self.client = Browser()
        self._sessions: dict[str, dict[str, str]] = {}
        self._rows: dict[str, str] = {}
        # Kept by tests that compare answers: the status of a valid request by door, language and role.
        self.usual: dict[tuple[str, ...], int] = {}
        self.ids |= things.make(self.world, self.users)
        outbox.drain()
        for role, user in self.users.items():
            self._sign_in(role, user)
        self._half_way()
        # What is reckoned once per process and kept in the cache belongs to the ground, not to a case.
        cache.clear()

    def _sign_in(self, role: str, user: User) -> None:
        """As a person does, so that what asks for a fresh sign-in is satisfied too."""
        self.wear("")
        if not user.has_usable_password():
            self.client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            self.keep(role)
            return
        form = {"login": user.email, "password": companies.PASSWORD, "csrfmiddlewaretoken": CSRF}
        answer = self.client.post("/account/login/", form)
        assert answer.status_code == 302, (role, answer.content[:400])
        if "2fa" in answer["Location"]:
            form = {"code": things.totp_code(), "csrfmiddlewaretoken": CSRF}
            answer = self.client.post("/account/2fa/authenticate/", form)
            assert answer.status_code == 302, (role, answer.content[:400])
        self.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
        form = {"password": companies.PASSWORD, "csrfmiddlewaretoken": CSRF}
        answer = self.client.post("/account/reauthenticate/", form)
        assert answer.status_code == 302, (role, answer.content[:400])
        self.keep(role)
        cache.clear()

    def _half_way(self) -> None:
        """Somebody between password and code, and somebody who followed a link to choose a new password."""
        self.wear("")
        user = self.users["MF"]
        form = {"login": user.email, "password": companies.PASSWORD, "csrfmiddlewaretoken": CSRF}
        self.client.post("/account/login/", form)
        self.keep("MF-half")
        self.users["BU"].refresh_from_db()
        self.ids |= things.reset_link(self.users["BU"])
        self.wear("")
        self.client.get(reverse("account_reset_password_from_key", args=[self.ids["uid"], self.ids["key"]]))
        self.keep("RK")

    def keep(self, role: str) -> None:
        """Remember the browser as it is now for that role."""
        self._sessions[role] = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def wear(self, role: str) -> None:
        """Use the browser of that role; "" and AN are people who have not signed in."""
        self.client.cookies = SimpleCookie()
        for name, value in self._sessions.get(role, {}).items():
            self.client.cookies[name] = value
        self.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF

    def attempt(self, step: Callable[[], Any]) -> tuple[Any, list[str]]:
        """Do a step and undo it. What it returned, and the tables that did not stay as they were."""
        with self.undone() as watch:
            result = step()
            tables = sorted(watch.written - UNWATCHED)
            after = {table: rows_of(table) for table in tables}
        for table in tables:
            self._rows.setdefault(table, rows_of(table))
        return result, [table for table in tables if after[table] != self._rows[table]]

    @contextmanager
    def undone(self) -> Iterator[Watch]:
        """Whatever happens inside is rolled back; mails and cached counts too."""
        watch = Watch()
        savepoint = transaction.savepoint()
        try:
            with connection.execute_wrapper(watch):
                yield watch
        finally:
            connection.needs_rollback = False
            transaction.savepoint_rollback(savepoint)
            connection.run_on_commit.clear()
            cache.clear()
            if hasattr(mail, "outbox"):
                mail.outbox.clear()


@contextmanager
def standing(blocker: DjangoDbBlocker, **changes: Any) -> Iterator[Ground]:
    """A ground inside one transaction that is rolled back at the end. `changes` of settings on top."""
    limits = {"RATE_LIMITS_ENABLED": False, "ACCOUNT_RATE_LIMITS": False}
    fixed = {**limits, "ACCOUNT_REAUTHENTICATION_TIMEOUT": 86_400, **changes}
    usual = gc.get_threshold()
    outermost = transaction.atomic()
    # As in Django's own test cases: what wants to be the outermost transaction may begin inside this one.
    outermost._from_testcase = True  # type: ignore[attr-defined]
    with blocker.unblock(), override_settings(**fixed), outermost:
        try:
            ground = Ground()
            # Thousands of tests and a whole site are in memory: to look through them for garbage again and
            # again costs a tenth of the time.
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 50)
            # Thousands of refusals are meant; a fault is still written down.
            logging.disable(logging.WARNING)
            yield ground
        finally:
            logging.disable(logging.NOTSET)
            gc.set_threshold(*usual)
            gc.unfreeze()
            transaction.set_rollback(True)
            cache.clear()
            forget_cluster_lines()
