"""What desks and staff work with: tables, steps, people, waiting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.html import format_html

from marketplace.core import clock

from ..formats import format_day, format_money
from ..templatetags.chandi import badge
from .example import Example, say


def _table() -> dict[str, Any]:
    heads = (
        say("发票", "Invoice"),
        say("供应商", "Supplier"),
        say("到期", "Due"),
        say("状态", "State"),
        say("金额", "Amount"),
    )
    today = clock.today()
    data = [
        (
            "CN-2026-000118",
            say("诸暨云禾针织", "Zhuji Yunhe Knitting"),
            3,
            "warn",
            say("3 天后到期", "Due in 3 days"),
            171_030,
        ),
        (
            "CN-2026-000121",
            say("义乌百盛日用", "Yiwu Baisheng Goods"),
            24,
            "neutral",
            say("未到期", "Not due"),
            88_420,
        ),
        (
            "CN-2026-000097",
            say("兴城海岸线", "Xingcheng Coastline"),
            -12,
            "bad",
            say("逾期 12 天", "12 days overdue"),
            99_999_999_999,
        ),
    ]
    rows = []
    for number, supplier, days, tone, state, amount in data:
        cells = (
            format_html('<a href="#">{}</a>', number),
            supplier,
            format_day(today + timedelta(days=days)),
            badge(state, tone),
            format_money(amount, "CNY"),
        )
        css = ("", "", "", "", "num")
        rows.append(list(zip(css, heads, cells, strict=True)))
    columns = [
        (heads[0], "", "#", ""),
        (heads[1], "", "", ""),
        (heads[2], "", "#", "ascending"),
        (heads[3], "", "", ""),
        (heads[4], "num", "#", ""),
    ]
    total = format_money(100_000_259_449, "CNY")
    foot = [("", "", say("合计", "Total")), ("", "", ""), ("", "", ""), ("", "", ""), ("num", "", total)]
    caption = say("未付发票", "Open invoices")
    return {"caption": caption, "columns": columns, "rows": rows, "foot": foot, "stack": True}


def _steps() -> dict[str, Any]:
    return {
        "steps": [
            (say("采购篮", "Basket"), "done"),
            (say("付款方式", "Terms"), "now"),
            (say("确认", "Confirm"), ""),
        ]
    }


def _timeline() -> dict[str, Any]:
    now = clock.now()
    return {
        "events": [
            (say("已下单", "Placed"), "", now - timedelta(days=6), "done"),
            (
                say("工厂已接单", "Accepted by the factory"),
                say("云禾针织", "Yunhe Knitting"),
                now - timedelta(days=5),
                "done",
            ),
            (say("部分发货", "Shipped in part"), say("2,400 / 3,600 双", "2,400 of 3,600 pairs"), now, "now"),
            (say("全部发货", "Shipped"), say("预计", "expected"), now + timedelta(days=3), "next"),
            (say("付款到期", "Payment due"), "¥1,710.30", now + timedelta(days=60), "next"),
        ]
    }


def _people() -> dict[str, Any]:
    note = say("今天 14:02 批准", "approved today, 14:02")
    return {
        "people": [("林", say("林梅", "Lin Mei"), note)],
        "missing": say("还差一人批准", "one more approval needed"),
    }


def _skeleton() -> dict[str, Any]:
    return {"lines": range(5), "what": say("正在载入", "Loading")}


def _progress() -> dict[str, Any]:
    return {
        "what": say("正在导入商品", "Importing listings"),
        "done": 1204,
        "total": 3000,
        "text": say("1,204 / 3,000", "1,204 of 3,000"),
    }


def _countdown() -> dict[str, Any]:
    return {
        "title": say("诸暨源头节", "Zhuji Origin Day"),
        "text": say("还剩 3 天 4 小时", "3 days 4 hours left"),
        "until": clock.now() + timedelta(days=3, hours=4),
    }


_GROUP = "Work"
EXAMPLES: tuple[Example, ...] = (
    Example("table", _GROUP, "Table", "ui/parts/table.html", _table, "Folds into cards on a phone."),
    Example("steps", _GROUP, "Steps", "ui/parts/steps.html", _steps, width="m"),
    Example("timeline", _GROUP, "Timeline", "ui/parts/timeline.html", _timeline, width="m"),
    Example("countdown", _GROUP, "Countdown", "ui/parts/countdown.html", _countdown),
    Example(
        "people", _GROUP, "Four eyes", "ui/parts/people.html", _people, "One has agreed, one is missing."
    ),
    Example("skeleton", _GROUP, "Skeleton", "ui/parts/skeleton.html", _skeleton, width="m"),
    Example(
        "progress",
        _GROUP,
        "Progress",
        "ui/parts/progress.html",
        _progress,
        "What is happening and how far.",
        width="m",
    ),
)
