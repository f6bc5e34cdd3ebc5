"""The map: the projection, towns apart, names inside, the ground as its data has it."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ui import maps
from marketplace.ui.gallery.figures import TOWNS

LAND = Path(maps.__file__).parent / "static" / "ui" / "img" / "land.svg"
towns = st.lists(
    st.tuples(st.floats(18, 48), st.floats(85, 130), st.integers(0, 5000), st.booleans()),
    min_size=1,
    max_size=30,
)


def points(count_or_rows: list[tuple[float, float, int, bool]]) -> list[maps.MapPoint]:
    return [
        maps.MapPoint(f"town-{index}", f"Town {index}", "/", lat, lng, weight, festival=festival)
        for index, (lat, lng, weight, festival) in enumerate(count_or_rows)
    ]


def test_projection_knows_its_origin_and_directions() -> None:
    assert maps.project(33, 112) == pytest.approx((0, 0), abs=1e-6)
    x, y = maps.project(34, 112)
    assert x == pytest.approx(0, abs=1e-6)
    assert y == pytest.approx(-40, rel=0.03), "north is up, a degree about 40 units"
    assert maps.project(33, 113)[0] > 0
    assert maps.project(20, 112)[1] > 0


def test_projection_keeps_shapes() -> None:
    """Conformal: a small step north and one east are equally long where the ground is."""
    for lat, lng in ((25, 110), (30, 120), (45, 126)):
        x, y = maps.project(lat, lng)
        north = math.dist((x, y), maps.project(lat + 0.01, lng))
        east = math.dist((x, y), maps.project(lat, lng + 0.01 / math.cos(math.radians(lat))))
        assert north == pytest.approx(east, rel=2e-3)


@pytest.mark.parametrize(("lat", "lng"), [(91, 0), (-81, 0), (0, 181), (float("nan"), 0)])
def test_off_the_globe_is_refused(lat: float, lng: float) -> None:
    with pytest.raises(ValueError, match="out of range"):
        maps.project(lat, lng)


@given(towns)
def test_towns_do_not_cover_each_other_and_stay_on_the_map(
    rows: list[tuple[float, float, int, bool]],
) -> None:
    drawn = maps.cluster_map(points(rows))
    assert drawn is not None
    assert len(drawn.points) == len(rows)
    true = {(round(lat, 6), round(lng, 6)) for lat, lng, _, _ in rows}
    for one in drawn.points:
        assert 8 <= one.radius <= 18
        assert 0 <= one.true_x <= drawn.width
        assert 0 <= one.true_y <= drawn.height
    if len(rows) <= 12 and len(true) == len(rows):
        for index, one in enumerate(drawn.points):
            for other in drawn.points[index + 1 :]:
                assert math.dist((one.x, one.y), (other.x, other.y)) >= (one.radius + other.radius) * 0.8


@pytest.mark.parametrize("english", [False, True])
def test_the_towns_we_have_all_get_a_name_inside_the_picture(english: bool) -> None:
    rows = [
        maps.MapPoint(c, en if english else zh, "/", lat, lng, weight)
        for c, zh, en, lat, lng, weight in TOWNS
    ]
    drawn = maps.cluster_map(rows)
    assert drawn is not None
    assert all(one.named for one in drawn.points)
    for one in drawn.points:
        wide = maps.text_width(one.point.name)
        left = {"start": one.name_x, "end": one.name_x - wide, "middle": one.name_x - wide / 2}[one.anchor]
        assert left >= 0
        assert left + wide <= drawn.width


def test_a_moved_town_has_a_line_to_its_place() -> None:
    drawn = maps.cluster_map(
        points([(29.7, 120.2, 900, True), (29.71, 120.21, 900, True), (40, 116, 1, False)])
    )
    assert drawn is not None
    assert sorted(one.lead for one in drawn.points) == [False, True, True]


def test_no_towns_no_map() -> None:
    assert maps.cluster_map([]) is None


def test_the_ground_file_is_what_its_data_makes() -> None:
    assert LAND.read_text(encoding="utf-8") == maps.ground_svg(), "run manage.py build_map"
    assert LAND.stat().st_size < 25_000
