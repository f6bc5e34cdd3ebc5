"""Spans of time in words, the plan of factories, and linked data that cannot end its element."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from clusters.models import Factory
from clusters.queries import ClusterLine
from cms.festivals import clock_text, span_text
from cms.fields import BlocksField
from cms.pages.base import linked_data
from cms.pages.portal import PortalPage
from cms.town import offset_km, plan_of
from marketplace.core import clock

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)

TOWN = ClusterLine(
    id=1,
    code="zhuji-socks",
    name_zh="诸暨袜业",
    name_en="Zhuji socks",
    region_zh="",
    region_en="",
    focus_zh="",
    focus_en="",
    tagline_zh="",
    tagline_en="",
    latitude=29.7,
    longitude=120.2,
    accent="#1f6f78",
    since_year=1978,
    picture="",
    listing_count=0,
    factory_count=0,
)


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        (timedelta(days=2, hours=4, minutes=9), "2 days 4 hours", "2 天 4 小时"),
        (timedelta(days=1), "1 day", "1 天"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute", "1 小时 1 分钟"),
        (timedelta(seconds=59), "less than a minute", "不到一分钟"),
        (timedelta(days=-1), "less than a minute", "不到一分钟"),
    ],
)
def test_a_span_is_told_in_its_two_largest_parts(span: timedelta, english: str, chinese: str) -> None:
    with override("en"):
        assert span_text(span) == english
    with override("zh-hans"):
        assert span_text(span) == chinese


def test_the_clock_counts_to_the_start_and_then_to_the_end() -> None:
    starts, ends = NOW + timedelta(days=3), NOW + timedelta(days=5)
    with override("en"), clock.at(NOW):
        assert clock_text(starts, ends) == "starts in 3 days"
    with override("en"), clock.at(starts + timedelta(hours=1)):
        assert clock_text(starts, ends) == "1 day 23 hours left"


def works(name: str, latitude: float | None, longitude: float | None) -> Factory:
    return Factory(name_zh=name, name_en=name, latitude=latitude, longitude=longitude)


def test_the_plan_tells_distance_and_direction() -> None:
    north_east = works("A", 29.7 + 3 / 111.32, 120.2 + 3 / (111.32 * 0.8686))
    with override("en"):
        plan = plan_of([north_east, works("unknown", None, None)], TOWN)
    assert plan is not None
    assert [spot.name for spot in plan.spots] == ["A"]
    assert plan.spots[0].distance_text == "4.2 km north-east of the centre"
    # East is right, north is up, and the outermost ring holds the farthest factory.
    assert plan.spots[0].x > 200 > plan.spots[0].y
    assert plan.rings[-1].text == "6 km"


def test_factories_at_one_address_do_not_cover_each_other() -> None:
    plan = plan_of([works(f"W{number}", 29.71, 120.21) for number in range(6)], TOWN)
    assert plan is not None
    spots = [(spot.x, spot.y) for spot in plan.spots]
    gaps = [
        ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
        for index, a in enumerate(spots)
        for b in spots[index + 1 :]
    ]
    assert min(gaps) >= 22


def test_a_town_without_known_places_has_no_plan() -> None:
    assert plan_of([works("A", None, None)], TOWN) is None
    assert offset_km(TOWN.latitude, TOWN.longitude, TOWN) == (0, 0)


def test_linked_data_cannot_end_its_element() -> None:
    text = linked_data({"name": "</script><script>alert(1)</script> & 袜子"})
    assert "<" not in text
    assert ">" not in text
    assert "袜子" in text


def test_blocks_stay_out_of_migrations_but_in_copies() -> None:
    field = PortalPage._meta.get_field("body")
    _name, path, args, kwargs = field.deconstruct()
    assert path == "cms.fields.BlocksField"
    assert args == [[]]
    assert "block_lookup" not in kwargs
    copy = field.clone()
    assert isinstance(copy, BlocksField)
    assert set(copy.stream_block.child_blocks) == set(field.stream_block.child_blocks)
