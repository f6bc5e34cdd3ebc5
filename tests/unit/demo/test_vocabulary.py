"""The vocabularies: complete in both languages and in agreement with each other."""

import re
from itertools import pairwise

import pytest

from marketplace.demo.data import ORDER, buyers, colours, towns, trades, works
from marketplace.demo.data.schema import Town, Trade

_HAN = re.compile(r"[\u4e00-\u9fff]")


def test_ten_towns_and_ten_trades_in_one_order() -> None:
    assert [town.code for town in towns()] == [trade.code for trade in trades()] == list(ORDER)
    assert len(ORDER) == 10


@pytest.mark.parametrize("town", towns(), ids=lambda t: t.code)
def test_a_town_lies_in_china_and_tells_its_story_twice(town: Town) -> None:
    assert 18 < float(town.latitude) < 54
    assert 73 < float(town.longitude) < 135
    assert 3 <= len(town.story_zh) == len(town.story_en) <= 5
    assert all(_HAN.search(text) for text in town.story_zh)
    assert not any(_HAN.search(text) for text in town.story_en)
    for place in town.towns:  # factories stand within a day's drive of the town's own point
        assert abs(place.latitude - float(town.latitude)) < 0.6
        assert abs(place.longitude - float(town.longitude)) < 0.6


@pytest.mark.parametrize("town", towns(), ids=lambda t: t.code)
def test_an_accent_can_be_read_on_white(town: Town) -> None:
    channels = [int(town.accent[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


@pytest.mark.parametrize("trade", trades(), ids=lambda t: t.code)
def test_products_use_known_categories_and_colours(trade: Trade) -> None:
    leaves = {slug for slug, _, _ in trade.category.leaves}
    for product in trade.products:
        assert product.category in leaves
        assert set(product.colours) <= set(colours())
        assert product.price[0] < product.price[1]
        assert product.looks
        assert product.sizes
        assert product.moqs
        assert product.specs


@pytest.mark.parametrize("trade", trades(), ids=lambda t: t.code)
def test_every_word_is_said_in_both_languages(trade: Trade) -> None:
    for product in trade.products:
        pairs = [
            *product.materials,
            *product.features,
            *product.uses,
            *product.packing,
            product.noun,
            product.unit,
        ]
        pairs += [value for spec in product.specs for value in (*spec.values, spec.label)]
        for zh, en in pairs:
            assert zh
            assert en
            assert not _HAN.search(en), en


def test_works_make_what_their_trade_knows_and_have_names_of_their_own() -> None:
    known = {trade.code: {product.key for product in trade.products} for trade in trades()}
    rows = [(code, row) for code, made in works().items() for row in made]
    assert len(rows) >= 60
    assert all(row.keys and set(row.keys) <= known[code] for code, row in rows)
    assert all({key for row in works()[code] for key in row.keys} == known[code] for code in ORDER)
    assert len({row.name_zh for _, row in rows}) == len({row.slug for _, row in rows}) == len(rows)


def test_buyers_are_many_and_deal_in_known_trades() -> None:
    rows = buyers()
    assert len(rows) >= 40
    assert len({row.slug for row in rows}) == len({row.name_zh for row in rows}) == len(rows)
    assert all(row.trades and set(row.trades) <= set(ORDER) for row in rows)


def test_category_slugs_are_unique_over_all_trades() -> None:
    slugs = [trade.category.slug for trade in trades()]
    slugs += [slug for trade in trades() for slug, _, _ in trade.category.leaves]
    assert all(a != b for a, b in pairwise(sorted(slugs)))
