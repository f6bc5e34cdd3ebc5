"""Money, plots and the map."""

from __future__ import annotations

from typing import Any

from .. import maps, plots
from ..formats import format_money
from .example import Example, say


def _yuan(amount: int) -> str:
    return format_money(amount, "CNY")


def _sums() -> dict[str, Any]:
    return {
        "lines": [
            (say("货款", "Goods"), _yuan(979_200)),
            (say("运费", "Freight"), _yuan(30_000)),
            (say("优惠", "Reduction"), _yuan(-15_000)),
            (say("增值税 13%", "VAT 13%"), _yuan(125_346)),
        ],
        "total": (say("合计", "Total"), _yuan(1_119_546)),
    }


def _credit() -> dict[str, Any]:
    credit = plots.Credit(limit=5_000_000, owed=1_200_000, held=640_000, new=1_119_546)
    label = say(
        "额度 ¥50,000.00，下单后可用 ¥20,404.54", "Limit ¥50,000.00; ¥20,404.54 free after this order"
    )
    return {
        "bar": plots.credit_bar(credit, label),
        "title": say("赊购额度", "Your credit"),
        "limit_text": say("额度 ¥50,000.00", "Limit ¥50,000.00"),
        "legend": [
            ("c-owed", say("应付", "Owed"), _yuan(credit.owed)),
            ("c-held", say("占用", "Held"), _yuan(credit.held)),
            ("c-new", say("本单", "This order"), _yuan(credit.new)),
            ("c-free", say("下单后可用", "Free after"), _yuan(credit.free)),
        ],
    }


def _terms() -> dict[str, Any]:
    total, later = _yuan(1_119_546), say("发货后开票，到期一次付清", "Invoiced on shipment")
    by_january, by_december = (
        say("2027年1月21日前", "by 21 Jan 2027"),
        say("2026年12月22日前", "by 22 Dec 2026"),
    )
    short = say("额度不足，还差 ¥3,200.00", "Over your limit by ¥3,200.00")
    return {
        "name": "terms",
        "legend": say("怎么付", "How you pay"),
        "options": [
            ("net-60", say("60 天账期", "In 60 days"), later, total, by_january, True, False),
            ("net-30", say("30 天账期", "In 30 days"), later, total, by_december, False, False),
            (
                "card",
                say("银行卡", "By card"),
                say("现在支付", "Paid now"),
                total,
                say("今天", "today"),
                False,
                False,
            ),
            ("net-90", say("90 天账期", "In 90 days"), short, "–", "", False, True),
        ],
    }


def _ladder() -> dict[str, Any]:
    steps = [
        plots.Step(300, 280, say("300 起", "from 300"), "¥2.80"),
        plots.Step(1000, 245, say("1,000 起", "from 1,000"), "¥2.45"),
        plots.Step(3000, 210, say("3,000 起", "from 3,000"), "¥2.10"),
        plots.Step(10000, 195, say("10,000 起", "from 10,000"), "¥1.95"),
    ]
    columns = (say("数量", "Quantity"), say("单价", "Unit price"))
    plot = plots.ladder(
        say("阶梯价", "Price by quantity"),
        steps,
        columns=columns,
        quantity=1200,
        quantity_text=say("您的 1,200", "your 1,200"),
    )
    return {"plot": plot}


def _bars() -> dict[str, Any]:
    values = [
        0,
        120_000,
        86_000,
        0,
        432_000,
        12_000,
        240_000,
        0,
        98_000,
        310_000,
        0,
        64_000,
        150_000,
        205_000,
    ]
    items = [
        plots.Bar(say(f"{day}日", f"{day} Nov"), value, _yuan(value)) for day, value in enumerate(values, 9)
    ]
    items[4] = plots.Bar(items[4].label, items[4].value, items[4].text, "bad")
    columns = (say("日期", "Day"), say("金额", "Amount"))
    summary = say("两周内应到账 ¥17,170.00", "¥17,170.00 comes in over two weeks")
    return {"plot": plots.bars(say("将到账", "Money coming"), items, columns=columns, summary=summary)}


def _line() -> dict[str, Any]:
    values = [310, 290, 340, 420, 400, 510, 560, 480, 620, 700, 690, 760]
    months = [say(f"{month}月", f"{month}/26") for month in range(1, 13)]
    items = [plots.Bar(month, value, f"{value:,}") for month, value in zip(months, values, strict=True)]
    columns = (say("月份", "Month"), say("订单", "Orders"))
    plot = plots.line(
        say("每月订单", "Orders a month"),
        items,
        columns=columns,
        say=lambda value: f"{value:,}",
        summary=say("比去年十二月多 145%", "Up 145% since January"),
    )
    return {"plot": plot}


def _funnel() -> dict[str, Any]:
    items = [
        plots.Bar(say("看过", "Seen"), 18_200, "18,200"),
        plots.Bar(say("询过价", "Asked"), 2_410, "2,410"),
        plots.Bar(say("加入采购篮", "In a basket"), 980, "980"),
        plots.Bar(say("下单", "Ordered"), 412, "412"),
    ]
    columns = (say("步骤", "Step"), say("人数", "Buyers"))
    return {"plot": plots.funnel(say("本月漏斗", "This month’s funnel"), items, columns=columns)}


TOWNS = (
    ("zhuji-socks", "诸暨袜业", "Zhuji socks", 29.71, 120.23, 830),
    ("yiwu-goods", "义乌小商品", "Yiwu small goods", 29.31, 120.07, 610),
    ("huludao-swimwear", "葫芦岛泳装", "Huludao swimwear", 40.71, 120.84, 300),
    ("pingdu-eyelashes", "平度假睫毛", "Pingdu eyelashes", 36.79, 119.96, 210),
    ("baigou-bags", "白沟箱包", "Baigou bags", 39.12, 116.03, 340),
    ("zhili-children", "织里童装", "Zhili children’s wear", 30.87, 120.27, 330),
    ("panyu-anime", "番禺动漫", "Panyu anime goods", 22.94, 113.38, 190),
    ("taizhou-gloves", "台州手套", "Taizhou gloves", 28.66, 121.42, 150),
)


def _map() -> dict[str, Any]:
    points = [
        maps.MapPoint(
            code, say(zh, en), "#", lat, lng, weight, say(f"{weight} 款", f"{weight} listings"), weight > 600
        )
        for code, zh, en, lat, lng, weight in TOWNS
    ]
    return {"map": maps.cluster_map(points)}


_MONEY, _PLOTS = "Money", "Plots and map"
EXAMPLES: tuple[Example, ...] = (
    Example("sums", _MONEY, "Sums", "ui/parts/sums.html", _sums, width="m"),
    Example(
        "credit-bar",
        _MONEY,
        "Credit bar",
        "ui/parts/credit_bar.html",
        _credit,
        "Before and after in one bar.",
        width="m",
    ),
    Example("choice-terms", _MONEY, "Terms to choose from", "ui/parts/choice_terms.html", _terms, width="m"),
    Example("ladder", _PLOTS, "Price ladder", "ui/parts/plot.html", _ladder, width="m"),
    Example("bars", _PLOTS, "Bars", "ui/parts/plot.html", _bars, width="m"),
    Example("line", _PLOTS, "Line", "ui/parts/plot.html", _line, width="m"),
    Example("funnel", _PLOTS, "Funnel", "ui/parts/plot.html", _funnel, width="m"),
    Example(
        "map",
        _PLOTS,
        "Map of towns",
        "ui/parts/map.html",
        _map,
        "Always beside the same as a list.",
        width="m",
    ),
)
