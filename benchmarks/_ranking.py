"""Figures of rankings: nDCG, recall, judged share, and how sure they are. Pure arithmetic."""

import math
import random
import statistics
from collections.abc import Mapping, Sequence

Ranking = Mapping[str, Sequence[str]]
Grades = Mapping[str, Mapping[str, int]]
_ROUNDS = 2_000
_SEED = 11


def ndcg(found: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with the grades as gains (as trec_eval does); ungraded is 0."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(key, 0) for key in found[:depth]]) / ideal if ideal else 0.0


def _gain(values: Sequence[int]) -> float:
    return sum(value / math.log2(place + 2) for place, value in enumerate(values))


def ndcg_by_query(ranking: Ranking, grades: Grades) -> dict[str, float]:
    """nDCG@10 of every query that has something graded above 0."""
    return {key: ndcg(ranking[key], grades[key]) for key in sorted(ranking) if any_good(grades, key)}


def any_good(grades: Grades, query: str) -> bool:
    """Whether something is right for a query."""
    return any(value > 0 for value in grades.get(query, {}).values())


def recall_by_query(ranking: Ranking, grades: Grades, relevant: int, depth: int = 100) -> dict[str, float]:
    """Of what is graded `relevant` or better, the share among the first `depth`."""
    found = {}
    for key in sorted(ranking):
        good = {product for product, value in grades.get(key, {}).items() if value >= relevant}
        if good:
            found[key] = len(good & set(ranking[key][:depth])) / len(good)
    return found


def judged_share(ranking: Ranking, grades: Grades, depth: int = 10) -> float:
    """Of the first `depth` results of all queries, the share somebody graded."""
    shown = [key in grades.get(query, {}) for query, found in ranking.items() for key in found[:depth]]
    return sum(shown) / len(shown) if shown else 0.0


def empty(ranking: Ranking, grades: Grades) -> list[str]:
    """Queries without a result although something is right for them."""
    return sorted(key for key, found in ranking.items() if not found and any_good(grades, key))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % bootstrap confidence interval of a mean; the same values give the same interval."""
    if len(values) < 2:
        return (values[0], values[0]) if values else (0.0, 0.0)
    dice = random.Random(_SEED)
    means = sorted(statistics.fmean(dice.choices(values, k=len(values))) for _ in range(_ROUNDS))
    return means[round(0.025 * _ROUNDS)], means[round(0.975 * _ROUNDS) - 1]


def loss(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """How much of the mean is lost, 0 to 1; negative where it grew."""
    first = statistics.fmean(before.values()) if before else 0.0
    return 1 - statistics.fmean(after[key] for key in before) / first if first else 0.0
