"""A kept connection is found dead before it is used, without asking the server each time."""

import socket
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import base as django_postgresql

from marketplace.core.postgresql.base import DatabaseWrapper


class Kept:
    """A connection over a socket whose other end the test holds."""

    def __init__(self) -> None:
        self.ours, self.servers = socket.socketpair()
        self.closed = False

    def fileno(self) -> int:
        return self.ours.fileno()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time the server was asked; it answers that the connection is dead."""
    times: list[str] = []

    def ask(_self: Any) -> bool:
        times.append("asked")
        return False

    monkeypatch.setattr(django_postgresql.DatabaseWrapper, "is_usable", ask)
    return times


def wrapper_of(kept: Any) -> DatabaseWrapper:
    made = DatabaseWrapper(dict(connections["default"].settings_dict))
    made.connection = kept
    return made


def test_a_quiet_connection_stands_and_the_server_is_not_asked(asked: list[str]) -> None:
    assert wrapper_of(Kept()).is_usable()
    assert asked == []


def test_a_server_that_hung_up_is_noticed(asked: list[str]) -> None:
    kept = Kept()
    kept.servers.close()
    assert not wrapper_of(kept).is_usable()
    assert asked == ["asked"]


def test_a_server_that_said_something_is_asked(asked: list[str]) -> None:
    kept = Kept()
    kept.servers.send(b"E terminating connection")
    assert not wrapper_of(kept).is_usable()
    assert asked == ["asked"]


def test_after_a_failed_statement_the_server_is_asked(asked: list[str]) -> None:
    wrapper = wrapper_of(Kept())
    wrapper.errors_occurred = True
    assert not wrapper.is_usable()
    assert asked == ["asked"]


def test_a_closed_or_absent_connection_is_none() -> None:
    assert not wrapper_of(None).is_usable()
    assert not wrapper_of(SimpleNamespace(closed=True)).is_usable()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_ended_is_replaced() -> None:
    assert isinstance(connection, DatabaseWrapper) or isinstance(connections["default"], DatabaseWrapper)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connections["default"].copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    assert not connections["default"].is_usable()
    connection.close()
