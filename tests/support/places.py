"""Where a stack of real processes keeps its data: on embedded parts, or on the services of this run."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from marketplace.core import ids
from tests.support.stack import Stack
from tools import templates

_REDIS_OF_STACKS = "/15"


def has_services() -> bool:
    """Whether this run has PostgreSQL, Redis and Elasticsearch."""
    return bool(os.environ.get("CHANDI_TEST_DATABASE_URL"))


@contextmanager
def migrated(folder: Path) -> Iterator[Stack]:
    """A stack, not started, over a migrated and empty database of its own; stopped and removed afterwards.

    On services the database is a copy of the tests' template, Redis a number no test uses, the index names
    carry a prefix of their own.
    """
    if has_services():
        with _on_services(folder) as stack:
            yield stack
        return
    folder.mkdir(parents=True)
    shutil.copyfile(templates.sqlite(), folder / "chandi.sqlite3")
    stack = Stack(folder)
    try:
        yield stack
    finally:
        stack.stop()


@contextmanager
def _on_services(folder: Path) -> Iterator[Stack]:
    url = os.environ["CHANDI_TEST_DATABASE_URL"]
    name = f"stack_{ids.new_public_id()}"
    with psycopg.connect(url, autocommit=True) as server:
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(
            make.format(sql.Identifier(name), sql.Identifier(os.environ["TEST_DATABASE_TEMPLATE"]))
        )
    folder.mkdir(parents=True)
    urls = {
        "DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}")),
        "REDIS_URL": urlunsplit(
            urlsplit(os.environ["CHANDI_TEST_REDIS_URL"])._replace(path=_REDIS_OF_STACKS)
        ),
        "CACHE_PREFIX": name,
        "ELASTICSEARCH_URL": os.environ["CHANDI_TEST_ELASTICSEARCH_URL"],
        "SEARCH_INDEX_PREFIX": name.replace("_", "-"),
    }
    stack = Stack(folder, urls=urls)
    try:
        yield stack
    finally:
        stack.stop()
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def ask(stack: Stack, query: str) -> list[tuple[Any, ...]]:
    """Rows straight from a stack's database, read only and past our own code."""
    if "DATABASE_URL" in stack.urls:
        with psycopg.connect(stack.urls["DATABASE_URL"]) as server:
            return server.execute(query.encode()).fetchall()
    with closing(
        sqlite3.connect(f"file:{stack.var / 'chandi.sqlite3'}?mode=ro", uri=True, timeout=20)
    ) as file:
        return file.execute(query).fetchall()


def number(stack: Stack, query: str) -> int:
    """The one number a query answers."""
    ((value,),) = ask(stack, query)
    return int(value)
