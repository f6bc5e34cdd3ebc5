"""What the search log never keeps, and whom it does not count."""

from datetime import date

import pytest

from search.log.rules import MASK, first_day, is_barcode, is_robot, kept_query, nth_percentile, visitor_of


@pytest.mark.parametrize(
    "text",
    [
        "me@shop.example", "socks for anna.b+1@mail.example.com please", "ｍｅ＠shop.example", "me @ shop.cn",
        "13812345678", "+86 138 1234 5678", "0575-8712 3456", "(0571) 8765-4321", "call 138-1234-5678 now",
        "33010619900307123X", "8613812345678",
    ],
)  # fmt: skip
def test_persons_are_masked(text: str) -> None:
    kept = kept_query(text)
    assert MASK in kept
    assert "@" not in kept
    assert not any(part.isdigit() and len(part) > 6 for part in kept.split())


@pytest.mark.parametrize(
    "text", ["棉袜 200n", "5-pack", "hwy14-186b", "40g 3ply", "4006381333931", "96385074", "3x5 mm 1000"]
)
def test_goods_are_not(text: str) -> None:
    assert MASK not in kept_query(text)


def test_queries_are_kept_in_one_spelling_and_cut() -> None:
    assert kept_query("  純棉  SOCKS ") == kept_query("纯棉 socks")
    assert len(kept_query("a" * 500)) == 128


def test_barcodes_by_their_check_digit() -> None:
    assert is_barcode("4006381333931")
    assert not is_barcode("4006381333932")
    assert not is_barcode("123")


@pytest.mark.parametrize(
    ("agent", "robot"),
    [
        ("", True), ("Mozilla/5.0 (compatible; Googlebot/2.1)", True), ("Baiduspider", True),
        ("curl/8.1", True), ("python-requests/2", True), ("Mozilla/5.0 HeadlessChrome/120", True),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) MicroMessenger/8.0", False),
    ],
)  # fmt: skip
def test_robots(agent: str, robot: bool) -> None:
    assert is_robot(agent) is robot


def test_a_visitor_is_another_one_the_next_day() -> None:
    today, tomorrow = date(2026, 3, 5), date(2026, 3, 6)
    one = visitor_of("192.0.2.7", "Firefox", today)
    assert one == visitor_of("192.0.2.7", "Firefox", today)
    others = {visitor_of("192.0.2.7", "Firefox", tomorrow), visitor_of("192.0.2.8", "Firefox", today)}
    assert one not in others
    assert len(one) == 16


def test_days_and_percentiles() -> None:
    assert first_day(date(2026, 3, 31), 30) == date(2026, 3, 2)
    assert nth_percentile(list(range(1, 101)), 0.95) == 95
    assert nth_percentile([7], 0.95) == 7
    assert nth_percentile([], 0.95) == 0
