"""Buttons, forms, messages, ways about."""

from __future__ import annotations

from typing import Any

from django import forms

from ..cards import Badge
from ..forms import ChoiceCards, Renderer
from .example import Example, say


class SampleForm(forms.Form):
    """A form with every kind of field the site uses."""

    default_renderer = Renderer

    company = forms.CharField(max_length=80)
    email = forms.EmailField()
    quantity = forms.IntegerField(min_value=300, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    unit = forms.ChoiceField()
    role = forms.ChoiceField(widget=ChoiceCards)
    note = forms.CharField(required=False, widget=forms.Textarea)
    agree = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "company": say("公司名称", "Company name"),
            "email": say("电子邮箱", "E-mail"),
            "quantity": say("数量", "Quantity"),
            "unit": say("单位", "Unit"),
            "role": say("您来做什么？", "What do you come for?"),
            "note": say("给工厂的话", "A word to the factory"),
            "agree": say("我同意交易条款", "I agree to the terms of trade"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["quantity"].help_text = say(
            "起订 300 双，按 12 的倍数。", "At least 300 pairs, in steps of 12."
        )
        units = [("pair", say("双", "pair")), ("dozen", say("打", "dozen"))]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        roles = [("buyer", say("我来采购", "I buy")), ("supplier", say("我是工厂", "I make"))]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["role"].widget.notes = {
            "buyer": say("店铺、主播、跨境卖家", "Shops, livestreamers, cross-border sellers"),
            "supplier": say("产业带里的工厂", "Factories in a cluster"),
        }


def _form() -> dict[str, Any]:
    return {"form": SampleForm(initial={"role": "buyer", "unit": "pair"}), "action": say("提交", "Send")}


def _form_with_errors() -> dict[str, Any]:
    form = SampleForm(
        {"company": "杭州云朵电商", "email": "mei@", "quantity": "250", "unit": "pair", "role": "buyer"}
    )
    form.full_clean()
    form.add_error("quantity", say("最接近的有效数量：300。", "The nearest valid quantity is 300."))
    return {"form": form, "action": say("提交", "Send")}


def _buttons() -> dict[str, Any]:
    return {
        "main": (say("下单 ¥11,404.60", "Place order for ¥11,404.60"), "#", "check"),
        "others": [
            (say("询问工厂", "Ask the factory"), "#", "", "message-circle-question-mark"),
            (say("要样品", "Order a sample"), "#", "tint", "package"),
            (say("拒绝订单", "Refuse order"), "#", "bad", ""),
            (say("稍后", "Not now"), "#", "plain", ""),
            (say("小按钮", "Small"), "#", "small", "download"),
        ],
        "disabled": say("不可用", "Not possible"),
    }


def _badges() -> dict[str, Any]:
    return {
        "badges": [
            Badge(say("待接单", "Awaiting acceptance"), "info", "clock"),
            Badge(say("已发货", "Shipped"), "ok", "truck"),
            Badge(say("3 天后到期", "Due in 3 days"), "warn", "calendar-clock"),
            Badge(say("逾期 12 天", "12 days overdue"), "bad", "circle-alert"),
            Badge(say("草稿", "Draft")),
            Badge(say("源头节进行中", "Origin Day now"), "accent", "party-popper"),
        ]
    }


def _toasts() -> dict[str, Any]:
    return {
        "toasts": [
            (say("已加入采购篮。", "Added to the basket."), "success"),
            (say("报价已更新。", "The quote has changed."), "info"),
            (say("库存只剩 120 双。", "Only 120 pairs are left."), "warning"),
            (say("付款没有完成，未扣款。", "The payment did not go through; nothing was charged."), "error"),
        ]
    }


def _note() -> dict[str, Any]:
    return {
        "tone": "warn",
        "title": say("还差 60 双到起订量", "60 pairs short of the minimum"),
        "text": say("起订 300 双，您选了 240 双。", "The minimum is 300 pairs; you chose 240."),
        "url": "#",
        "action": say("补到 300 双", "Make it 300"),
    }


def _empty() -> dict[str, Any]:
    return {
        "picture": "shopping-basket",
        "title": say("采购篮是空的", "Your basket is empty"),
        "text": say("按供应商分组，每家单独起运。", "Goods are grouped by supplier; each ships on its own."),
        "url": "#",
        "action": say("去找货", "Find goods"),
        "more": [(say("诸暨袜业", "Zhuji socks"), "#"), (say("葫芦岛泳装", "Huludao swimwear"), "#")],
    }


def _pager() -> dict[str, Any]:
    pages = [
        (1, "#", False),
        (2, "#", True),
        (3, "#", False),
        (4, "#", False),
        (0, "", False),
        (51, "#", False),
    ]
    return {"previous": "#", "next": "#", "pages": pages, "note": say("25–48 / 1,204", "25–48 of 1,204")}


def _chips() -> dict[str, Any]:
    long = say("超长的筛选名称也不会撑破页面", "A very long name of a filter that must not break the page")
    return {
        "chips": [(say("诸暨", "Zhuji"), "#"), (say("起订 ≤ 300", "MOQ ≤ 300"), "#"), (long, "#")],
        "clear": "#",
    }


def _facets() -> dict[str, Any]:
    towns = [
        (say("诸暨袜业", "Zhuji socks"), 1204, "#", True, "zhuji-socks"),
        (say("义乌小商品", "Yiwu small goods"), 618, "#", False, "yiwu-goods"),
        (say("织里童装", "Zhili children’s wear"), 87, "#", False, "zhili-children"),
    ]
    ships = [
        (say("3 天内", "Within 3 days"), 320, "#", False, ""),
        (say("7 天内", "Within 7 days"), 911, "#", False, ""),
    ]
    return {"facets": [(say("产地", "Town"), True, towns), (say("发货", "Ships"), True, ships)], "active": 1}


def _tabs() -> dict[str, Any]:
    return {
        "label": say("订单状态", "Orders by state"),
        "tabs": [
            (say("待处理", "To do"), "#", True, 12),
            (say("进行中", "Under way"), "#", False, 40),
            (say("已完成", "Done"), "#", False, 1280),
            (say("全部", "All"), "#", False, None),
        ],
    }


def _dialog() -> dict[str, Any]:
    return {
        "id": "sample-dialog",
        "title": say("取消订单", "Cancel order"),
        "text": say("额度占用会立即释放。", "The credit hold is released at once."),
        "action": say("取消订单", "Cancel order"),
        "url": "#",
        "danger": True,
    }


_GROUP, _WAYS = "Controls", "Messages and ways about"
EXAMPLES: tuple[Example, ...] = (
    Example(
        "buttons",
        _GROUP,
        "Buttons",
        "ui/parts/buttons.html",
        _buttons,
        "One main action per page; it says what it does.",
    ),
    Example("form", _GROUP, "Form", "ui/parts/form.html", _form, "One column, label above, help below."),
    Example(
        "form-errors",
        _GROUP,
        "Form with errors",
        "ui/parts/form.html",
        _form_with_errors,
        "Nothing typed is lost.",
    ),
    Example(
        "dialog",
        _GROUP,
        "Dialog",
        "ui/parts/dialog.html",
        _dialog,
        "Without JavaScript the button leads to a page.",
    ),
    Example("badges", _WAYS, "Badges", "ui/parts/badges.html", _badges, "A state is always a word."),
    Example("toasts", _WAYS, "Toasts", "ui/parts/toasts.html", _toasts),
    Example("note", _WAYS, "Note", "ui/parts/note.html", _note, width="m"),
    Example("empty", _WAYS, "Empty state", "ui/parts/empty.html", _empty, "Always with the next step."),
    Example("tabs", _WAYS, "Tabs", "ui/parts/tabs.html", _tabs),
    Example("chips", _WAYS, "Active filters", "ui/parts/chips.html", _chips),
    Example("facets", _WAYS, "Facets", "ui/parts/facets.html", _facets, "A sheet on a phone.", width="s"),
    Example("pager", _WAYS, "Pager", "ui/parts/pager.html", _pager),
)
