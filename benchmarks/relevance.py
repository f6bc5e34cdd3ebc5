"""`go.py bench relevance`: how right the first results are, by human judgements, on both engines.

Every judged set is imported as listings into a database of its own, indexed as the site indexes, and asked
the way a page asks: spelling mended, words given up where nothing has all of them. A set is a folder with
`products.jsonl.gz`, `queries_NAME.tsv` and `labels_NAME.tsv` (`_judged.py`); all sets under `--data` are
run, and always our own Chinese one over the demo's goods (`judged/README.md`).
"""

import argparse
import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import _ranking, _servers
from benchmarks._judged import Grades, JudgedSet, sets_under
from benchmarks._measure import conclude, table
from benchmarks._servers import ROOT, Yard, run, yard
from tools.console import step
from tools.servers import elasticsearch

OWN = JudgedSet(Path(__file__).parent / "judged" / "zh_demo")
USUAL = ROOT.parent / "shared" / "data"
# Least nDCG@10, and the largest shares lost by one slip in every query.
_LEAST = {"esci_us": 0.75, "icecat_chorus": 0.79, "zh_demo": 0.90}
_SLIP = {"esci_us": 0.04, "icecat_chorus": 0.12}
_RELEVANT = {"esci_us": 2}
_HAN_VARIANTS = ("pinyin", "traditional", "full_width")
Asked = dict[str, dict[str, list[str]]]
Goals = dict[str, tuple[str, float]]


@dataclass
class Told:
    """What the rankings of one split came to: figures by name, goals, rows for people."""

    figures: dict[str, float]
    goals: Goals
    rows: list[tuple[object, ...]]


def main(argv: list[str]) -> int:
    """Run all sets; returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="go.py bench relevance", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with judged sets, or one of them")
    parser.add_argument("--embedded", action="store_true", help="only the embedded engine")
    options = parser.parse_args(argv)
    folder = options.data or (USUAL if USUAL.is_dir() else None)
    sets = [*(sets_under(folder) if folder else []), OWN]
    told: list[Told] = []
    with yard() as place:
        url = None if options.embedded else _start_elasticsearch(place)
        for judged in sets:
            rankings = _asked(place, judged, url)
            for split in judged.splits():
                name = "_".join(filter(None, (judged.name, split.name)))
                by_engine = {engine: found[split.name] for engine, found in rankings.items()}
                told.append(_judge(judged.name, name, by_engine, split.grades))
    head = ("set and engine", "queries", "nDCG@10", "95 %", "recall@100", "95 %", "judged@10", "empty")
    table([row for one in told for row in one.rows], head)
    figures = {key: value for one in told for key, value in one.figures.items()}
    return conclude("relevance", figures, {key: goal for one in told for key, goal in one.goals.items()})


def _start_elasticsearch(place: Yard) -> str:
    elasticsearch.install()
    with step("Starting Elasticsearch"):
        return elasticsearch.start(place.children, place.folder / "elasticsearch")


def _asked(place: Yard, judged: JudgedSet, url: str | None) -> dict[str, dict[str, Asked]]:
    """Import and ask a set: engine → split → variant → query → product ids."""
    demo = judged is OWN
    var = place.folder / judged.name / "var"
    extra = {"ELASTICSEARCH_URL": url, "SEARCH_INDEX_PREFIX": f"bench-{judged.name.lower()}"} if url else {}
    env = _servers.production_environment(var, None, **extra)
    out = place.folder / f"{judged.name}.json"
    with step(f"Importing, indexing and asking {judged.name}"):
        manage = [sys.executable, "manage.py"]
        debug = {**env, "CHANDI_DEBUG": "true"}
        run([*manage, "migrate", "-v0"], debug)
        if demo:
            run([*manage, "seed", "--without-history"], debug)
        argv = [sys.executable, "-m", "benchmarks._asking", str(judged.folder), str(out)]
        run([*argv, *(["--demo"] if demo else [])], env)
    found: dict[str, dict[str, Asked]] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _judge(kind: str, name: str, by_engine: dict[str, Asked], grades: Grades) -> Told:
    """The figures of one split on all engines."""
    told = Told({}, {}, [])
    clean: dict[str, dict[str, float]] = {}
    for engine, asked in by_engine.items():
        scores = {way: _ranking.ndcg_by_query(found, grades) for way, found in asked.items()}
        clean[engine] = scores["clean"]
        for way, found in asked.items():
            told.rows.append(
                _row(f"{name}, {engine}: {way}", scores[way], found, grades, _RELEVANT.get(kind, 1))
            )
        _add_engine(told, kind, f"{name}_{engine}", scores, asked, grades)
    if len(clean) == 2:
        one, other = (statistics.fmean(scores.values()) for scores in clean.values())
        told.figures[f"{name}_engines_apart"] = abs(one - other)
        told.goals[f"{name}_engines_apart"] = ("<=", 0.02)
    return told


def _row(
    title: str, scores: dict[str, float], found: dict[str, list[str]], grades: Grades, relevant: int
) -> tuple[object, ...]:
    recall = list(_ranking.recall_by_query(found, grades, relevant).values())
    return (
        title, len(scores), f"{statistics.fmean(scores.values()):.3f}", _between(list(scores.values())),
        f"{statistics.fmean(recall):.3f}", _between(recall), _ranking.judged_share(found, grades),
        len(_ranking.empty(found, grades)),
    )  # fmt: skip


def _between(values: list[float]) -> str:
    low, high = _ranking.interval(values)
    return f"{low:.3f}-{high:.3f}"


def _add_engine(
    told: Told, kind: str, name: str, scores: dict[str, dict[str, float]], asked: Asked, grades: Grades
) -> None:
    clean, relevant = scores["clean"], _RELEVANT.get(kind, 1)
    mended = [found for way, found in asked.items() if way != "as_typed"]
    low, high = _ranking.interval(list(clean.values()))
    figures = {
        "ndcg": statistics.fmean(clean.values()),
        "ndcg_low": low,
        "ndcg_high": high,
        "recall": statistics.fmean(_ranking.recall_by_query(asked["clean"], grades, relevant).values()),
        "judged": _ranking.judged_share(asked["clean"], grades),
        "lost_by_mending": _ranking.loss(scores["as_typed"], clean),
        "empty": float(max(len(_ranking.empty(found, grades)) for found in mended)),
    }
    goals: Goals = {"lost_by_mending": ("<=", 0.01), "empty": ("<=", 0.0)}
    if kind in _LEAST:
        goals["ndcg"] = (">=", _LEAST[kind])
    if "slip" in scores:
        figures["lost_by_slip"] = _ranking.loss(clean, scores["slip"])
        worse = [clean[key] - scores["slip"][key] for key in clean]
        figures["slip_loss_per_query"] = statistics.fmean(worse)
        figures["slip_loss_low"], figures["slip_loss_high"] = _ranking.interval(worse)
        if kind in _SLIP:
            goals["lost_by_slip"] = ("<=", _SLIP[kind])
    for way in _HAN_VARIANTS:
        if way in scores:
            figures[f"{way}_keeps"] = 1 - _ranking.loss(clean, scores[way])
            if kind == OWN.name:
                goals[f"{way}_keeps"] = (">=", 0.97)
    told.figures |= {f"{name}_{key}": value for key, value in figures.items()}
    told.goals |= {f"{name}_{key}": goal for key, goal in goals.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
