"""The words, facts and linked data of a supplier's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from clusters.models import Factory
from clusters.queries import ClusterLine
from marketplace.catalog.cards import MIN_SAMPLE
from marketplace.core.i18n import is_chinese, pick
from marketplace.ui.formats import format_count, format_percent, unit_name
from marketplace.ui.links import door

from .queries import SupplierFacts

MOST_PROCESSES = 6


@dataclass(frozen=True, slots=True)
class Works:
    """A factory as the page shows it; `ask_url` only where its verification stands."""

    factory: Factory
    town_url: str
    ask_url: str
    processes: str
    facts: list[tuple[str, str]]


def facts_of(found: SupplierFacts) -> list[tuple[str, str]]:
    """How long it makes, and how it answers and ships where enough orders stand behind it."""
    supplier = found.supplier
    rows = [(_("Since"), str(found.since or ""))]
    if supplier.score_sample >= MIN_SAMPLE:
        rows += [
            (_("Shipped on time"), _percent(supplier.on_time_rate)),
            (_("Answers"), _hours(supplier.response_hours)),
            (_("Customers who come again"), _percent(supplier.repeat_rate)),
            (_("Orders behind these"), format_count(supplier.score_sample)),
        ]
    return [(label, value) for label, value in rows if value]


def _percent(rate: Decimal | None) -> str:
    return "" if rate is None else format_percent(round(rate * 100) * 100)


def _hours(hours: Decimal | None) -> str:
    return "" if hours is None else _("in %(n)s h") % {"n": f"{hours.normalize():f}"}


def works_of(factories: Sequence[Factory], portal: ClusterLine | None) -> list[Works]:
    """The factories with their towns; no query."""
    return [_works(one, portal) for one in factories]


def _works(factory: Factory, portal: ClusterLine | None) -> Works:
    processes = factory.processes_zh if is_chinese() else factory.processes_en
    ask = door(factory.cluster.code, "sourcing:ask_cluster")
    rows = []
    if factory.capacity_per_day:
        unit = factory.capacity_unit_zh if is_chinese() else unit_name(factory.capacity_unit_en, 2)
        rows.append((_("Capacity a day"), f"{format_count(factory.capacity_per_day)} {unit}".strip()))
    if factory.employees:
        rows.append((_("People"), format_count(factory.employees)))
    if factory.founded_year:
        rows.append((_("Since"), str(factory.founded_year)))
    verified = factory.state == Factory.State.VERIFIED
    return Works(
        factory=factory,
        town_url="" if portal else f"{door(None, 'home')}{factory.cluster.code}/",
        ask_url=f"{ask}?{urlencode({'to': factory.public_id})}" if verified and ask else "",
        processes=("、" if is_chinese() else ", ").join(processes[:MOST_PROCESSES]),
        facts=rows,
    )


def linked_facts(found: SupplierFacts, url: str) -> dict[str, Any]:
    """The supplier as schema.org's Organization; `url` is its page in the market, absolute."""
    supplier = found.supplier
    name = pick(supplier, "name")
    other = supplier.name_en if name == supplier.name_zh else supplier.name_zh
    facts: dict[str, Any] = {"@type": "Organization", "name": name, "url": url}
    if other != name:
        facts["alternateName"] = other
    if intro := pick(supplier, "intro"):
        facts["description"] = intro
    if found.since:
        facts["foundingDate"] = str(found.since)
    places = [_address(one) for one in found.factories]
    if places:
        facts["address"] = places[0] if len(places) == 1 else places
    return facts


def _address(factory: Factory) -> dict[str, str]:
    place = {
        "@type": "PostalAddress",
        "addressLocality": pick(factory.cluster, "region"),
        "addressCountry": "CN",
    }
    street = pick(factory, "address")
    return {**place, "streetAddress": street} if street else place
