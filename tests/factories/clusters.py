"""Clusters and their factories."""

from decimal import Decimal
from itertools import count
from typing import Any

from clusters.models import Cluster, Factory
from clusters.queries import forget_cluster_lines
from marketplace.companies.models import Company, Supplier

from .companies import make_company, make_supplier

_numbers = count(1)


def make_cluster(**fields: Any) -> Cluster:
    """A cluster whose portal is open."""
    number = next(_numbers)
    defaults = {
        "code": f"town-{number}",
        "name_zh": f"第{number}镇",
        "name_en": f"Town {number}",
        "region_zh": "浙江绍兴",
        "region_en": "Shaoxing, Zhejiang",
        "focus_zh": "袜子",
        "focus_en": "socks",
        "latitude": Decimal("29.71"),
        "longitude": Decimal("120.24"),
        "position": number % 1000,
    }
    cluster = Cluster.objects.create(**{**defaults, **fields})
    forget_cluster_lines()
    return cluster


def make_operator(cluster: Cluster) -> Company:
    """The company that runs a cluster's portal."""
    company = make_company(is_operator=True)
    Cluster.objects.filter(pk=cluster.pk).update(operator=company, state=Cluster.State.HANDED_OVER)
    cluster.refresh_from_db()
    forget_cluster_lines()
    return company


def make_factory(
    *, supplier: Supplier | None = None, cluster: Cluster | None = None, **fields: Any
) -> Factory:
    """A verified factory of a supplier in a cluster."""
    number = next(_numbers)
    defaults = {
        "name_zh": f"第{number}织造厂",
        "name_en": f"Works {number}",
        "state": Factory.State.VERIFIED,
        "capacity_per_day": 20_000,
        "capacity_unit_zh": "双",
        "capacity_unit_en": "pair",
    }
    return Factory.objects.create(
        supplier=supplier or make_supplier(), cluster=cluster or make_cluster(), **{**defaults, **fields}
    )
