"""A small market of typed documents with known answers, the same for both engines."""

from __future__ import annotations

from typing import Any

from search.documents import ListingDocument

SOCKS, GLOVES, SWIM, LASHES, BAGS, KIDS, ANIME, SMALL = (
    "zhuji-socks",
    "taizhou-gloves",
    "huludao-swimwear",
    "pingdu-eyelashes",
    "baigou-bags",
    "zhili-kids",
    "panyu-anime",
    "yiwu-goods",
)


def document(listing_id: int, zh: str, en: str, **fields: Any) -> ListingDocument:
    """A listing of the corpus; what is not said is plain."""
    values: dict[str, Any] = {
        "listing_id": listing_id,
        "row_version": 1,
        "supplier_id": 7,
        "cluster": SMALL,
        "categories": ("goods",),
        "currency": "CNY",
        "moq": 10,
        "ship_hours": 120,
        "ladder": ((10, 1000),),
        "published_at": 1_700_000_000 + listing_id,
        "sold": 0,
        "rank": 1.4,
        "title_zh": zh,
        "title_en": en,
    }
    return ListingDocument(**{**values, **fields})


MARKET = [
    document(
        1,
        "男士纯棉中筒袜",
        "Men's cotton crew socks",
        cluster=SOCKS,
        categories=("textile", "socks"),
        moq=120,
        ship_hours=48,
        ladder=((120, 300), (1200, 245), (3000, 210)),
        features=("certified", "verified", "sample"),
        sold=50,
        codes=("ZJ-100-BLK", "6901234567892"),
        names_zh=("诸暨大唐针织厂",),
        names_en=("Datang Knitting",),
        facts_en=("combed cotton", "black", "white"),
        facts_zh=("精梳棉", "黑色", "白色"),
        supplier_id=1,
    ),
    document(
        2,
        "女士棉袜 浅口隐形",
        "Women's cotton socks, no show",
        cluster=SOCKS,
        categories=("textile", "socks"),
        moq=60,
        ship_hours=24,
        ladder=((60, 350), (600, 180)),
        features=("verified",),
        sold=500,
        supplier_id=2,
    ),
    document(
        3,
        "保暖羊毛袜",
        "Warm wool socks",
        cluster=SOCKS,
        categories=("textile", "socks"),
        moq=200,
        ship_hours=72,
        ladder=((200, 900),),
        features=("certified",),
        sold=5,
        facts_en=("red",),
        facts_zh=("红色",),
    ),
    document(
        4,
        "涤纶足球袜 5双装",
        "Polyester football socks 5-pack",
        cluster=SOCKS,
        categories=("textile", "socks"),
        moq=50,
        ship_hours=48,
        ladder=((50, 1200), (500, 990)),
        sold=20,
    ),
    document(
        5,
        "丁腈防护手套",
        "Nitrile safety gloves",
        cluster=GLOVES,
        categories=("textile", "gloves"),
        moq=300,
        ship_hours=48,
        ladder=((300, 120), (3000, 99)),
        features=("certified", "verified"),
        sold=900,
        codes=("TZ-NBR13",),
    ),
    document(
        6,
        "纯棉劳保手套",
        "Cotton work gloves",
        cluster=GLOVES,
        categories=("textile", "gloves"),
        moq=100,
        ship_hours=24,
        ladder=((100, 80),),
        features=("sample",),
        sold=70,
    ),
    document(
        7,
        "儿童泳衣",
        "Children's swimsuit",
        cluster=SWIM,
        categories=("textile", "swimwear"),
        moq=20,
        ladder=((20, 2500), (200, 1900)),
        ship_hours=168,
    ),
    document(
        8,
        "比基尼三点式",
        "Bikini set",
        cluster=SWIM,
        categories=("textile", "swimwear"),
        moq=30,
        ladder=((30, 3200),),
        ship_hours=168,
    ),
    document(
        9,
        "水貂假睫毛",
        "Mink false eyelashes",
        cluster=LASHES,
        categories=("beauty",),
        moq=5,
        ladder=((5, 450), (50, 380), (500, 300), (5000, 220)),
        ship_hours=24,
        features=("sample", "custom"),
    ),
    document(
        10,
        "女士真皮手提包",
        "Women's leather handbag",
        cluster=BAGS,
        categories=("bags",),
        moq=10,
        ladder=((10, 15_000), (100, 12_000)),
        ship_hours=360,
        features=("custom",),
    ),
    document(
        11,
        "防水双肩背包 40L",
        "Waterproof backpack 40 L",
        cluster=BAGS,
        categories=("bags",),
        moq=20,
        ladder=((20, 6_800),),
        ship_hours=168,
    ),
    document(
        12,
        "童装T恤",
        "Kids T-shirt",
        cluster=KIDS,
        categories=("textile", "kids"),
        moq=30,
        ladder=((30, 1_900),),
        about_en="Soft combed cotton for children.",
        about_zh="柔软精梳棉。",
    ),
    document(
        13,
        "动漫徽章 吧唧",
        "Anime button badge 58mm",
        cluster=ANIME,
        categories=("gifts",),
        moq=50,
        ladder=((50, 150), (1000, 90)),
        features=("custom", "dropship"),
    ),
    document(
        14,
        "棉纱线 40g 3股",
        "Cotton yarn 40 g 3ply",
        cluster=SOCKS,
        categories=("textile", "yarn"),
        moq=500,
        ladder=((500, 640),),
        ship_hours=360,
    ),
    document(
        15,
        "长袖连帽卫衣",
        "Long sleeve hoodie",
        cluster=KIDS,
        categories=("textile", "kids"),
        moq=40,
        ladder=((40, 4_200),),
    ),
    document(
        16,
        "外贸童袜",
        "Export socks for kids",
        cluster=SOCKS,
        categories=("textile", "socks"),
        currency="USD",
        moq=100,
        ladder=((100, 50),),
        ship_hours=48,
    ),
    document(
        17, "精梳棉婴儿袜", "", cluster=SOCKS, categories=("textile", "socks"), moq=100, ladder=((100, 260),)
    ),
    document(
        18,
        "",
        "Combed cotton baby socks",
        cluster=SOCKS,
        categories=("textile", "socks"),
        moq=90,
        ladder=((90, 270),),
    ),
    *(
        document(
            n, "纯色毛巾", "Plain towel", moq=10, ladder=((10, 800),), published_at=1_690_000_000, sold=3
        )
        for n in range(101, 131)
    ),
]
TOWELS = list(range(101, 131))
ALL = sorted(d.listing_id for d in MARKET)


def price_at(listing_id: int, quantity: int) -> int:
    """Unit price by the plain rule: the highest step reached, else the first."""
    ladder = next(d.ladder for d in MARKET if d.listing_id == listing_id)
    return next((p for q, p in reversed(ladder) if q <= quantity), ladder[0][1])
