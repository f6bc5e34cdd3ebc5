"""The listing card: everything on it once, nothing unescaped, the same by tag and by template."""

import re

from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from marketplace.ui.card_html import card_html
from marketplace.ui.cards import Badge, ListingCard, Picture

NASTY = '"><script>alert(1)</script>&'


def full(text: str = "") -> ListingCard:
    return ListingCard(
        url=text or "/listings/abc/",
        title=text or "Cotton socks",
        picture=Picture(
            src=text or "/media/a.webp",
            alt=text or "A sock",
            srcset=text or "/media/a-2.webp 2x",
            sources=((text or "image/avif", text or "/media/a.avif"),),
        ),
        price_text=text or "¥2.45",
        unit_text=text or "pair",
        quantity_text=text or "at 1,200",
        next_tier_text=text or "¥2.10 from 3,000",
        moq_text=text or "MOQ 300",
        ships_text=text or "Ships in 7 days",
        factory_text=text or "Yunhe Knitting",
        town_text=text or "Datang",
        badges=(Badge(text or "Verified", text or "ok", text or "badge-check"),),
        score_text=text or "4.7 (128)",
        ask_url=text or "/ask/abc/",
        compare_url=text or "/compare/?add=abc",
        accent=text or "zhuji-socks",
    )


def test_everything_is_on_it_once() -> None:
    with translation.override("en"):
        text = card_html(full())
    for words in (
        "¥2.45",
        "at 1,200",
        "¥2.10 from 3,000",
        "MOQ 300",
        "Ships in 7 days",
        "Datang",
        "4.7 (128)",
        "Verified",
    ):
        assert text.count(words) == 1, words
    assert '<source type="image/avif" srcset="/media/a.avif"' in text
    assert 'width="480" height="480" alt="A sock" loading="lazy"' in text
    assert text.count("<a ") == 3


def test_nothing_on_it_is_taken_for_markup() -> None:
    text = card_html(full(NASTY))
    assert "<script" not in text
    # Every quote inside an attribute is escaped, so tags end where they should.
    assert re.sub(r"<[a-z0-9]+(?: [a-z-]+(?:=\"[^\"<>]*\")?)*>|</[a-z0-9]+>", "", text).count("<") == 0


def test_what_is_missing_leaves_no_trace() -> None:
    with translation.override("en"):
        text = card_html(ListingCard(url="/x/", title="Plain"))
    assert "<img" not in text
    assert "card__foot" not in text
    assert "data-accent" not in text
    assert "badges" not in text
    assert "None" not in text


def test_words_follow_the_language() -> None:
    with translation.override("zh-hans"):
        assert "询问" in card_html(full())
    with translation.override("en"):
        assert "Ask" in card_html(full())


def test_tag_and_template_are_the_same_card() -> None:
    card = full()
    by_tag = Template("{% load chandi %}{% listing_card card 'eager' %}").render(Context({"card": card}))
    by_template = render_to_string("ui/parts/listing_card.html", {"card": card, "loading": "eager"})
    assert by_template.strip() == by_tag == card_html(card, "eager")
    assert 'loading="eager"' in by_tag
