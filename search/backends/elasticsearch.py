"""Elasticsearch: the engine for millions of listings. Only here its client is known.

Every request is short: 0.3 s to connect, 1 s in all, no retries; what takes longer counts as failed and the
breaker lets the embedded engine answer. Writes carry external versions, so repeated and late ones are
harmless.
"""

from __future__ import annotations

import heapq
import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import urllib3
from elastic_transport import Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.dsl import A, Index, Search
from elasticsearch.dsl import query as dq

from search.analysis.normalise import normalise
from search.analysis.spelling import Vocabulary
from search.documents import ListingDocument
from search.plan import EVERYTHING, MAX_SLOTS, Node, TextPlan

from . import elasticsearch_schema as shape
from .constraints import similar_plan
from .elasticsearch_question import Question
from .interface import (
    ALL,
    EngineError,
    FacetCount,
    Hit,
    IndexMissing,
    SearchRequest,
    SearchResult,
    Sort,
    fitting,
)
from .operations import Op, Prepared, Put, Stats, Written, latest
from .reading import read

_WRITE_TIMEOUT = 30.0
_VOCABULARY_SECONDS = 600.0
_LOOK_SECONDS = 20.0
_VOCABULARY_WORDS = 60_000
_USUAL_STEPS = 4


def _node_class(connect_timeout: float) -> type[Urllib3HttpNode]:
    """The client's connection with a shorter patience for connecting than for answering."""

    class Node(Urllib3HttpNode):
        def perform_request(self, *args: Any, **kwargs: Any) -> Any:
            wait = kwargs.get("request_timeout")
            if isinstance(wait, int | float):
                kwargs["request_timeout"] = urllib3.Timeout(connect=min(connect_timeout, wait), read=wait)
            return super().perform_request(*args, **kwargs)

    return Node


class ElasticsearchBackend:
    """An engine over one Elasticsearch cluster. `prefix` keeps installations (and tests) apart."""

    name = "elasticsearch"
    writes_at_once = True
    capabilities = ALL

    def __init__(
        self, url: str, *, prefix: str, api_key: str | None = None, ca_certs: str | None = None,
        connect_timeout: float = 0.3, request_timeout: float = 1.0, shards: int = 1, replicas: int = 0,
    ) -> None:  # fmt: skip
        self.prefix = prefix
        self.alias = f"{prefix}-listings"
        self.shards, self.replicas = shards, replicas
        # How rare a word is has to be asked of all shards: a score must not depend on where a listing lies.
        self._how: dict[str, Any] = {"search_type": "dfs_query_then_fetch"} if shards > 1 else {}
        security: dict[str, Any] = {"api_key": api_key} if api_key else {}
        if ca_certs:
            security["ca_certs"] = ca_certs
        self.client = Elasticsearch(
            url,
            request_timeout=request_timeout,
            max_retries=0,
            retry_on_timeout=False,
            connections_per_node=64,
            node_class=_node_class(connect_timeout),
            **security,
        )
        self._slow = self.client.options(request_timeout=_WRITE_TIMEOUT)
        self._vocabulary: tuple[float, Vocabulary] | None = None
        self._looked = -_LOOK_SECONDS
        self._slots = _USUAL_STEPS

    # Reading

    def search(self, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        self._look()
        parsed, plan = read(request, self.vocabulary())
        result = self._answer(request, plan, started)
        return replace(
            result,
            corrected=parsed.corrected,
            relaxations=("words",) if request.loose and len(parsed.required) > 1 else (),
            trace={**result.trace, "groups": len(parsed.groups), "cut": parsed.cut},
        )

    def similar(self, like: ListingDocument, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        others = replace(request.filters, exclude=(*request.filters.exclude, like.listing_id))
        asked = request.but(q=like.title_zh or like.title_en, filters=others)
        return self._answer(asked, similar_plan(like), started)

    def _answer(self, request: SearchRequest, text: TextPlan, started: float) -> SearchResult:
        """The request with its words as a plan."""
        request, lacks = fitting(request, self.capabilities)
        question = Question(request, text)
        answer, hits = self._by_price(question) if question.by_price else self._at_once(question)
        counts = answer.get("aggregations", {})
        if question.cut_short(counts):
            question = Question(request.but(limit=0), text, by_span=False)
            counts = self._at_once(question)[0].get("aggregations", {})
        return SearchResult(
            hits=tuple(hits),
            total=int(answer["hits"]["total"]["value"]),
            relation=str(answer["hits"]["total"]["relation"]),
            facets=question.facets(counts),
            attributes=self._attributes(question, counts),
            points=question.points(counts),
            lacks=lacks,
            engine=self.name,
            took_ms=(time.perf_counter() - started) * 1000,
            trace={"index": self.alias, "engine_ms": answer["took"]},
        )

    def _at_once(self, question: Question) -> tuple[dict[str, Any], list[Hit]]:
        answer = self._ask(question.search().using(self.client).index(self.alias))
        hits = question.page(_rows(answer))
        if hits is None:
            tied = self._ask(question.tied_search().using(self.client).index(self.alias))
            hits = [Hit(int(row["_id"]), float(row["_score"])) for row in _rows(tied)]
        return answer, hits

    def _by_price(self, question: Question) -> tuple[dict[str, Any], list[Hit]]:
        """All slots in one trip, merged here. The most steps any ladder had were seen in an earlier answer;
        where one has more now, the rest is asked for, too.
        """
        slots = self._slots
        answer, *parts, last = self._ask_all([question.search(), *question.price_searches(range(slots))])
        steps = int(answer["aggregations"]["steps"]["value"] or 0)
        if steps > slots:
            self._slots = min(steps, MAX_SLOTS)
            more = question.price_searches(range(slots, self._slots))
            parts += self._ask_all(more)[:-1]
        runs = [[(row["sort"][0], int(row["_id"])) for row in _rows(part)] for part in parts]
        keys = [key for _price, key in heapq.merge(*runs)] + [int(row["_id"]) for row in _rows(last)]
        offset = question.request.offset
        return answer, [Hit(key, 0.0) for key in keys[offset : max(offset, question.stop)]]

    def _attributes(self, question: Question, counts: dict[str, Any]) -> dict[str, tuple[FacetCount, ...]]:
        names = question.names(counts)
        if not names:
            return {}
        search = question.value_search(names).using(self.client).index(self.alias)
        found = question.values(names, self._ask(search)["aggregations"])
        joined = {name: found[name] for name in question.joined_names(names) if found[name]}
        if joined:
            search = question.joined_search(joined).using(self.client).index(self.alias)
            exact = self._ask(search)["aggregations"]
            for name in joined:
                buckets = exact[name]["buckets"].items()
                found[name] = [(text, int(b["doc_count"])) for text, b in buckets if b["doc_count"]]
        return question.cut(found)

    def _ask_all(self, searches: Sequence[Search[Any]]) -> list[dict[str, Any]]:
        """Several searches in one trip; if one fails, all have."""
        lines: list[dict[str, Any]] = []
        for search in searches:
            lines += [{}, search.to_dict()]
        try:
            found = self.client.msearch(index=self.alias, searches=lines, **self._how)["responses"]
        except NotFoundError as error:
            raise IndexMissing(str(error)) from error
        except (ApiError, TransportError) as error:
            raise EngineError(f"{type(error).__name__}: {error}") from error
        for answer in found:
            if answer.get("error"):
                missing = answer["error"].get("type") == "index_not_found_exception"
                raise (IndexMissing if missing else EngineError)(str(answer["error"]))
            _check_whole(answer)
        return list(found)

    def _ask(self, search: Search[Any]) -> dict[str, Any]:
        """Run a search; partial answers count as failures, they would be silently wrong."""
        try:
            answer: dict[str, Any] = search.params(**self._how).execute(ignore_cache=True).to_dict()
        except NotFoundError as error:
            raise IndexMissing(str(error)) from error
        except (ApiError, TransportError) as error:
            raise EngineError(f"{type(error).__name__}: {error}") from error
        _check_whole(answer)
        return answer

    def scores(self, nodes: Sequence[Node], listing_id: int) -> list[float | None]:
        """What each node of a plan gives one listing of the live index; None where it does not match."""
        only = dq.Term(id=listing_id)
        searches = [
            Search().query(dq.Bool(must=[shape.translate(node)], filter=[only])).extra(size=1, _source=False)
            for node in nodes
        ]
        answers = self._ask_all(searches) if searches else []
        return [float(rows[0]["_score"]) if (rows := _rows(answer)) else None for answer in answers]

    def nearest(self, request: SearchRequest, most: int) -> list[tuple[int, float]]:
        plain = request.but(q="", facets=(), attributes=0, points=None, sort=Sort.RELEVANCE)
        search = Question(fitting(plain, self.capabilities)[0], EVERYTHING).nearest_search(most)
        rows = _rows(self._ask(search.using(self.client).index(self.alias)))
        # A score is (1 + cosine) / 2.
        found = [(int(row["_id"]), 2 * float(row["_score"]) - 1) for row in rows]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def suggest(self, prefix: str, *, portal: str | None = None, limit: int = 8) -> list[tuple[str, int]]:
        words = normalise(prefix).split()
        if not words or not words[-1].isascii():
            return []
        search = Search().using(self.client).index(self.alias).extra(size=0)
        search = search.filter("prefix", words=words[-1])
        if portal:
            search = search.filter("term", cluster=portal)
        # In a regular expression of Lucene every sign may be escaped.
        pattern = re.sub(r"([^a-z0-9])", r"\\\1", words[-1]) + ".*"
        search.aggs.bucket("words", A("terms", field="words", include=pattern, size=limit))
        buckets = self._ask(search)["aggregations"]["words"]["buckets"]
        return sorted(((str(b["key"]), int(b["doc_count"])) for b in buckets), key=lambda p: (-p[1], p[0]))

    def vocabulary(self) -> Vocabulary:
        now = time.monotonic()
        if self._vocabulary is None or now - self._vocabulary[0] > _VOCABULARY_SECONDS:
            search = Search().using(self.client).index(self.alias).extra(size=0)
            search.aggs.bucket("words", A("terms", field="words", size=_VOCABULARY_WORDS))
            buckets = self._ask(search)["aggregations"]["words"]["buckets"]
            self._vocabulary = (now, Vocabulary({str(b["key"]): int(b["doc_count"]) for b in buckets}))
        return self._vocabulary[1]

    def versions(self, index: str, after: int, limit: int) -> list[tuple[int, int]]:
        search = Search().using(self._slow).index(self._named(index)).filter("term", state=shape.LIVE)
        search = search.filter("range", id={"gt": after}).sort("id").extra(size=limit, _source=False)
        rows = self._ask(search.extra(docvalue_fields=["id", "row_version"]))["hits"]["hits"]
        return [(int(row["fields"]["id"][0]), int(row["fields"]["row_version"][0])) for row in rows]

    def stats(self, index: str) -> Stats:
        search = Search().using(self._slow).index(self._named(index)).extra(size=0, track_total_hits=True)
        search.aggs.bucket("state", A("terms", field="state"))
        states = {b["key"]: b["doc_count"] for b in self._ask(search)["aggregations"]["state"]["buckets"]}
        size = self._call("indices.stats", index=self._named(index), metric="store")
        held = int(size["_all"]["primaries"]["store"]["size_in_bytes"])
        return Stats(self.name, index, int(states.get(shape.LIVE, 0)), int(states.get(shape.GONE, 0)), held)

    # Writing

    def create(self, index: str) -> None:
        new = Index(self._named(index), using=self._slow)
        new.mapping(shape.make_mapping())
        new.settings(number_of_shards=self.shards, number_of_replicas=0, refresh_interval="-1")
        if not self._run(new.exists):
            self._run(new.create)

    def prepare(self, op: Put) -> Prepared:
        body = json.dumps(shape.body_of(op), ensure_ascii=False, separators=(",", ":"))
        return Prepared(op.listing_id, op.version, body)

    def bulk_write(self, index: str, ops: Sequence[Op], *, refresh: bool = True) -> Written:
        lines: list[dict[str, Any] | str] = []
        todo = latest(ops)
        for op in todo:
            action = {"_id": str(op.listing_id), "version": op.version, "version_type": "external_gte"}
            lines += [{"index": action}, op.body if isinstance(op, Prepared) else shape.body_of(op)]
        if not lines:
            if refresh:
                self._call("indices.refresh", index=self._named(index))
            return Written()
        answer = self._call(
            "bulk", index=self._named(index), operations=lines, refresh=refresh, require_alias=False
        )
        stale, failed = 0, []
        for op, item in zip(todo, answer["items"], strict=True):
            outcome = item["index"]
            if outcome["status"] == 409:
                stale += 1
            elif outcome["status"] >= 300:
                failed.append((op.listing_id, str(outcome.get("error", {}).get("type", outcome["status"]))))
        return Written(len(todo) - stale - len(failed), stale, tuple(failed))

    def publish(self, index: str) -> None:
        name = self._named(index)
        settings = {"refresh_interval": "1s", "number_of_replicas": self.replicas}
        self._call("indices.put_settings", index=name, settings=settings)
        self._call("indices.refresh", index=name)
        actions = [
            {"remove": {"index": f"{self.alias}-*", "alias": self.alias, "must_exist": False}},
            {"add": {"index": name, "alias": self.alias}},
        ]
        self._call("indices.update_aliases", actions=actions)
        self._vocabulary = None

    def live(self) -> str | None:
        parts = ["*.aliases", "*.mappings._meta"]
        try:
            found = self.client.indices.get(index=self.alias, filter_path=parts)
        except NotFoundError:
            return None
        except (ApiError, TransportError) as error:
            raise EngineError(str(error)) from error
        ours = {"made_by": shape.MADE_BY}
        names = (n for n, index in found.items() if index.get("mappings", {}).get("_meta") == ours)
        return next((self._short(name) for name in names), None)

    def _look(self) -> None:
        """Now and then make sure that what the alias names is ours: another mapping would find nothing."""
        now = time.monotonic()
        if now - self._looked > _LOOK_SECONDS:
            if self.live() is None:
                raise IndexMissing(f"{self.alias} names no index of ours")
            self._looked = now

    def drop(self, index: str) -> None:
        if index == self.live():
            raise EngineError("the live index is not dropped")
        self._call("indices.delete", index=self._named(index), ignore_unavailable=True)

    def indexes(self) -> list[str]:
        found = self._call("indices.get", index=f"{self.alias}-*", features="aliases", allow_no_indices=True)
        return sorted(self._short(name) for name in found)

    def purge(self, index: str, before: int) -> int:
        old = dq.Bool(filter=[dq.Term(state=shape.GONE), dq.Range(version={"lt": before})])
        answer = self._call(
            "delete_by_query",
            index=self._named(index),
            query=old.to_dict(),
            refresh=True,
            conflicts="proceed",
        )
        return int(answer["deleted"])

    # Inside

    def _named(self, index: str) -> str:
        return f"{self.alias}-{index}"

    def _short(self, name: str) -> str:
        return name.removeprefix(f"{self.alias}-")

    def _call(self, method: str, **arguments: Any) -> Any:
        """One call of the client with patience; its errors as ours."""
        target: Any = self._slow
        for part in method.split("."):
            target = getattr(target, part)
        return self._run(lambda: target(**arguments))

    @staticmethod
    def _run(call: Any) -> Any:
        try:
            return call()
        except NotFoundError as error:
            raise IndexMissing(str(error)) from error
        except (ApiError, TransportError) as error:
            raise EngineError(f"{type(error).__name__}: {error}") from error


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(answer["hits"]["hits"])


def _check_whole(answer: dict[str, Any]) -> None:
    """Partial answers count as failures, they would be silently wrong."""
    if answer.get("timed_out") or answer["_shards"]["failed"]:
        raise EngineError("a partial answer")
