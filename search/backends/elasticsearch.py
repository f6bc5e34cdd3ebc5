"""Elasticsearch: the engine for millions of listings. Only here its client is known.

Every request is short: 0.3 s to connect, 1 s in all, no retries; what takes longer counts as failed and the
breaker lets the embedded engine answer. Writes carry external versions, so repeated and late ones are
harmless.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

import urllib3
from elastic_transport import Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.dsl import A, Index, Search
from elasticsearch.dsl import query as dq

from search.analysis import query as queries
from search.analysis.normalise import normalise
from search.analysis.spelling import Vocabulary
from search.plan import MAX_SLOTS, Node, both, text_plan

from . import elasticsearch_schema as shape
from .constraints import base_of, counting, facet_filters, order_of
from .interface import (
    WINDOW,
    EngineError,
    Facet,
    FacetCount,
    Hit,
    IndexMissing,
    Op,
    SearchRequest,
    SearchResult,
    Sort,
    Stats,
    Written,
    latest,
)  # fmt: skip

_WRITE_TIMEOUT = 30.0
_VOCABULARY_SECONDS = 600.0
_VOCABULARY_WORDS = 60_000
_TERMS = 1000


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

    def __init__(
        self, url: str, *, prefix: str, api_key: str | None = None, ca_certs: str | None = None,
        connect_timeout: float = 0.3, request_timeout: float = 1.0, replicas: int = 0,
    ) -> None:  # fmt: skip
        self.prefix = prefix
        self.alias = f"{prefix}-listings"
        self.replicas = replicas
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

    # Reading

    def search(self, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        parsed = queries.parse(request.q, self.vocabulary(), mend=request.mend)
        question = _Question(request, parsed)
        answer = self._ask(question.search().using(self.client).index(self.alias))
        hits = [Hit(int(row["_id"]), float(row.get("_score") or 0.0)) for row in answer["hits"]["hits"]]
        total = answer["hits"]["total"]
        return SearchResult(
            hits=tuple(hits),
            total=int(total["value"]),
            relation=str(total["relation"]),
            facets=question.facets(answer.get("aggregations", {})),
            corrected=parsed.corrected,
            relaxations=("words",) if request.loose and len(parsed.required) > 1 else (),
            engine=self.name,
            took_ms=(time.perf_counter() - started) * 1000,
            trace={"index": self.alias, "engine_ms": answer["took"], "groups": len(parsed.groups)},
        )

    def _ask(self, search: Search[Any]) -> dict[str, Any]:
        """Run a search; partial answers count as failures, they would be silently wrong."""
        try:
            answer: dict[str, Any] = search.execute(ignore_cache=True).to_dict()
        except NotFoundError as error:
            raise IndexMissing(str(error)) from error
        except (ApiError, TransportError) as error:
            raise EngineError(f"{type(error).__name__}: {error}") from error
        if answer.get("timed_out") or answer["_shards"]["failed"]:
            raise EngineError("a partial answer")
        return answer

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
        new.settings(number_of_shards=1, number_of_replicas=0, refresh_interval="-1")
        if not self._run(new.exists):
            self._run(new.create)

    def bulk_write(self, index: str, ops: Sequence[Op], *, refresh: bool = True) -> Written:
        lines: list[dict[str, Any]] = []
        todo = latest(ops)
        for op in todo:
            action = {"_id": str(op.listing_id), "version": op.version, "version_type": "external_gte"}
            lines += [{"index": action}, shape.body_of(op)]
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
        try:
            found = self.client.indices.get_alias(name=self.alias)
        except NotFoundError:
            return None
        except (ApiError, TransportError) as error:
            raise EngineError(str(error)) from error
        return next((self._short(name) for name in found), None)

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


class _Question:
    """One request as a search: constraints no facet shows in the query, chosen values after the counts."""

    def __init__(self, request: SearchRequest, parsed: queries.Parsed) -> None:
        self.request = request
        self.text = text_plan(parsed, loose=request.loose)
        self.chosen = facet_filters(request, MAX_SLOTS)
        self.counted = [facet for facet in self.chosen if facet in request.facets]

    def search(self) -> Search[Any]:
        request = self.request
        before: Node = both(node for facet, node in self.chosen.items() if facet not in self.counted)
        after: Node = both(self.chosen[facet] for facet in self.counted)
        words = dq.Bool(
            must=[shape.translate(self.text.must)],
            should=[shape.translate(node) for node in self.text.should],
            filter=[*shape.filtering(base_of(request)), *shape.filtering(before)],
            must_not=self._excluded(),
        )
        ranked = dq.FunctionScore(
            query=words, field_value_factor={"field": "rank", "missing": 1.0}, boost_mode="multiply"
        )
        search: Search[Any] = Search().query(ranked)
        for node in shape.filtering(after):
            search = search.post_filter(node)
        stop = min(request.offset + request.limit, WINDOW)
        size = max(0, stop - request.offset)
        search = search.sort(*self._sort()).extra(
            from_=min(request.offset, WINDOW - size), size=size, track_total_hits=True, _source=False,
            timeout="800ms", track_scores=request.sort is Sort.RELEVANCE,
        )  # fmt: skip
        self._add_counts(search)
        return search

    def _excluded(self) -> list[Any]:
        keys = self.request.filters.exclude
        return [dq.Terms(id=list(keys))] if keys else []

    def _sort(self) -> list[Any]:
        order = order_of(self.request)
        if order is not None:
            return [{order.field: "desc" if order.descending else "asc"}, {"id": "asc"}]
        if self.request.sort is Sort.PRICE:
            wanted = {"quantity": self.request.quantity, "currency": self.request.currency}
            script = {"source": shape.PRICE_SCRIPT, "params": {**wanted, "fields": shape.PRICE_FIELDS}}
            return [{"_script": {"type": "number", "script": script, "order": "asc"}}, {"id": "asc"}]
        return [{"_score": "desc"}, {"id": "asc"}]

    def _add_counts(self, search: Search[Any]) -> None:
        """One filter aggregation per facet, with every chosen value but its own."""
        for facet in self.request.facets:
            others = both(
                node for name, node in self.chosen.items()
                if name in self.counted and (name is not facet or name is Facet.FEATURE)
            )  # fmt: skip
            group = search.aggs.bucket(facet.value, "filter", filter=shape.translate(others))
            plan = counting(facet, self.request, MAX_SLOTS)
            if plan.field:
                group.bucket("values", "terms", field=plan.field, size=_TERMS)
            elif plan.values:
                filters = {value: shape.translate(node) for value, node in plan.values}
                group.bucket("values", "filters", filters=filters)

    def facets(self, answer: dict[str, Any]) -> dict[Facet, tuple[FacetCount, ...]]:
        """The counts, ordered as the embedded engine orders them."""
        found: dict[Facet, tuple[FacetCount, ...]] = {}
        for facet in self.request.facets:
            values = answer[facet.value].get("values", {}).get("buckets", [])
            if isinstance(values, dict):
                plan = counting(facet, self.request, MAX_SLOTS)
                found[facet] = tuple(FacetCount(v, int(values[v]["doc_count"])) for v, _ in plan.values)
            else:
                counts = [FacetCount(str(b["key"]), int(b["doc_count"])) for b in values]
                found[facet] = tuple(sorted(counts, key=lambda c: (-c.count, c.value)))
        return found
