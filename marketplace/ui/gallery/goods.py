"""Cards of goods, factories and towns; what a listing page is made of."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static

from ..cards import Badge, ClusterCard, FactoryCard, ListingCard, Picture
from .example import Example, say


def _sock() -> Picture:
    return Picture(src=static("ui/img/sample.svg"), alt=say("灰色中筒袜", "A grey crew sock"))


def _listing(**changes: Any) -> ListingCard:
    values: dict[str, Any] = {
        "url": "#",
        "title": say(
            "精梳棉中筒袜 男女同款 春秋吸汗透气 五双装", "Combed cotton crew socks, unisex, five pairs a pack"
        ),
        "picture": _sock(),
        "price_text": "¥2.45",
        "unit_text": say("双", "pair"),
        "quantity_text": say("1,200 双时", "at 1,200"),
        "next_tier_text": say("3,000 双起 ¥2.10", "¥2.10 from 3,000"),
        "moq_text": say("起订 300 双", "MOQ 300 pairs"),
        "ships_text": say("7 天发货", "Ships in 7 days"),
        "factory_text": say("诸暨云禾针织", "Zhuji Yunhe Knitting"),
        "town_text": say("大唐镇，诸暨", "Datang, Zhuji"),
        "badges": (
            Badge(say("已验厂", "Verified"), "ok", "badge-check"),
            Badge("OEKO-TEX", "neutral", "award"),
        ),
        "score_text": say("4.7 分（128）", "4.7 (128)"),
        "ask_url": "#",
        "compare_url": "#",
        "accent": "zhuji-socks",
    }
    return ListingCard(**{**values, **changes})


def _cards() -> list[ListingCard]:
    return [
        _listing(),
        _listing(
            title=say("儿童泳衣连体", "Girls’ one-piece swimsuit"),
            price_text="¥28.60",
            unit_text=say("件", "piece"),
            next_tier_text="",
            badges=(),
            factory_text=say("兴城海岸线泳装", "Xingcheng Coastline Swimwear"),
            town_text=say("兴城，葫芦岛", "Xingcheng, Huludao"),
            accent="huludao-swimwear",
            score_text=say("新品", "New"),
        ),
        _listing(
            title=say(
                "加厚保暖羊毛混纺登山滑雪袜礼盒装一百二十八支支持定制刺绣与独立包装",
                "Reinforced heavyweight merino-blend mountaineering and skiing socks in a gift box",
            ),
            price_text="¥1,234,567,890.12",
            moq_text=say("起订 100,000 双", "MOQ 100,000 pairs"),
            factory_text=say(
                "浙江省诸暨市大唐街道超长名称针织集团股份有限公司",
                "Zhejiang Zhuji Datang Extremelylongnamedknittinggroup Ltd.",
            ),
        ),
        _listing(picture=None, compare_url=""),
    ]


def _listing_cards() -> dict[str, Any]:
    return {"cards": _cards()}


def _listing_card() -> dict[str, Any]:
    return {"card": _listing(), "loading": "eager"}


def _shelf() -> dict[str, Any]:
    return {
        "title": say("本周热卖", "What sells this week"),
        "url": "#",
        "action": say("全部", "See all"),
        "cards": _cards(),
    }


def _factory_card() -> dict[str, Any]:
    return {
        "card": FactoryCard(
            url="#",
            name=say("诸暨云禾针织有限公司", "Zhuji Yunhe Knitting Co."),
            town_text=say("大唐镇，诸暨", "Datang, Zhuji"),
            line=say("织造、缝头、定型", "Knitting, linking, boarding"),
            facts=(
                (say("日产能", "A day"), say("42,000 双", "42,000 pairs")),
                (say("建厂", "Since"), "2004"),
                (say("员工", "People"), "138"),
            ),
            badges=(Badge(say("已验厂", "Verified"), "ok", "badge-check"), Badge("BSCI", "neutral", "award")),
            accent="zhuji-socks",
            ask_url="#",
        )
    }


def _cluster_card() -> dict[str, Any]:
    return {
        "card": ClusterCard(
            url="#",
            name=say("诸暨袜业", "Zhuji socks"),
            region_text=say("浙江", "Zhejiang"),
            focus_text=say(
                "世界每三双袜子，一双出自这里", "One sock in three of the world’s is knitted here"
            ),
            facts=((say("工厂", "Factories"), "640"), (say("商品", "Listings"), "1,204")),
            festival_text=say("源头节，还剩 3 天", "Origin Day, 3 days left"),
            accent="zhuji-socks",
        )
    }


def _matrix() -> dict[str, Any]:
    colours = [(say("雾灰", "Mist grey"), "g"), (say("墨黑", "Ink black"), "b"), (say("米白", "Oat"), "o")]
    sizes = ["22–24", "24–26", "26–28"]
    rows = []
    for colour, code in colours:
        cells = []
        for index, size in enumerate(sizes):
            wrong = code == "b" and index == 1
            name = "" if code == "o" and index == 2 else f"v{code}{index}"
            value = {"g0": "120", "g1": "240", "b1": "7"}.get(f"{code}{index}", "")
            stock = say("现货 1,200", "1,200 in stock")
            error = say("按 12 的倍数：0 或 12", "Steps of 12: 0 or 12") if wrong else ""
            cells.append((name, f"{colour}, {size}", value, stock, error))
        rows.append((colour, cells))
    return {"caption": say("颜色与尺码的数量", "Quantities by colour and size"), "sizes": sizes, "rows": rows}


def _running_sum() -> dict[str, Any]:
    return {
        "pieces": "360",
        "price": "¥2.45",
        "total": "¥882.00",
        "next_text": say(
            "再加 2,640 双到 ¥2.10，共省 ¥1,050.00", "2,640 more for ¥2.10, which saves ¥1,050.00"
        ),
        "problem": "",
    }


def _facts() -> dict[str, Any]:
    return {
        "caption": say("参数", "Facts"),
        "facts": [
            (
                say("成分", "Material"),
                say("精梳棉 80%，锦纶 17%，氨纶 3%", "80% combed cotton, 17% nylon, 3% elastane"),
            ),
            (say("针数", "Needles"), "168"),
            (say("包装", "Packing"), say("5 双一袋，240 双一箱", "5 pairs a bag, 240 a carton")),
        ],
    }


_GROUP = "Goods"
EXAMPLES: tuple[Example, ...] = (
    Example(
        "listing-cards",
        _GROUP,
        "Listing cards",
        "ui/parts/listing_cards.html",
        _listing_cards,
        "Price at my quantity, next step, MOQ and ship time on every card.",
    ),
    Example(
        "listing-card", _GROUP, "One listing card", "ui/parts/listing_card.html", _listing_card, width="s"
    ),
    Example("shelf", _GROUP, "Shelf", "ui/parts/shelf.html", _shelf),
    Example("factory-card", _GROUP, "Factory card", "ui/parts/factory_card.html", _factory_card, width="m"),
    Example("cluster-card", _GROUP, "Town card", "ui/parts/cluster_card.html", _cluster_card, width="m"),
    Example("matrix", _GROUP, "Colours by sizes", "ui/parts/matrix.html", _matrix, width="m"),
    Example("running-sum", _GROUP, "Running sum", "ui/parts/running_sum.html", _running_sum, width="m"),
    Example("facts", _GROUP, "Facts", "ui/parts/facts.html", _facts, width="m"),
)
