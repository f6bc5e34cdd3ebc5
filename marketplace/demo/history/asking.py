"""Questions buyers put to factories, and what they heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from marketplace.catalog.models import Listing
from marketplace.core import clock
from marketplace.demo.data import buyers
from marketplace.demo.making import dice, goods
from marketplace.sourcing.actions import open_inquiry, reply_to_inquiry

from . import plan
from .people import Cast

At = Callable[[datetime, Callable[[], None]], None]
_QUESTIONS = (
    (
        "可以印我们的标吗",
        "能不能加我们的商标?起订多少,打样几天?",
        "可以的,{custom} 您把图发来,我们先排版给您确认。",
    ),
    (
        "价格还能谈吗",
        "一次要 {n},价格有没有空间?每月都会返单。",
        "到这个量按下一档给您,返单优先排产,账期可以走 60 天。",
    ),
    ("想先看样品", "能寄两个颜色的样品吗?运费我们出。", "样品今天就寄,单号稍后发您;下大货时样品费抵扣。"),
    ("交期问一下", "下个月 10 号前要到仓,来得及吗?", "现货 48 小时内发出,来得及;定制款要提前五天下单。"),
    (
        "有检测报告吗",
        "跨境平台要检测报告和成分标,有现成的吗?",
        "有的,证书在工厂页面可以看到,纸质件随货一起。",
    ),
    (
        "Can you ship mixed colours?",
        "We would take {n} in four colours. Is that one order for the ladder?",
        "Yes, colours and sizes count together. We pack by colour and mark the cartons.",
    ),
)


def ask_and_answer(
    seed: int, scale: plan.Scale, cast: Cast, at: At, moment: Callable[[int, int], datetime]
) -> None:
    """Put questions and answers into the queue; the newest few are still open. `moment(day, minute)`."""
    for number in range(scale.questions):
        rng = dice.die(seed, "question", number)
        day = int(scale.days * (number + rng.random()) / scale.questions)
        maker = goods.makers()[plan.SHOWN_MAKER if number % 5 == 0 else rng.randrange(len(goods.makers()))]
        asker = plan.SHOWN_BUYER if number % 7 == 0 else _asker(seed, number, maker.trade.code)
        is_answered = number < scale.questions - 4
        thread = _Thread(dice.die(seed, "thread", number), cast, number, maker.number, asker, at, is_answered)
        at(moment(day, rng.randint(30, 700)), thread.ask)


def _asker(seed: int, number: int, trade: str) -> int:
    fitting = [i for i, buyer in enumerate(buyers()) if trade in buyer.trades] or [plan.EXPORT_BUYER]
    return dice.die(seed, "asker", number).choice(fitting)


@dataclass(slots=True)
class _Thread:
    """One thread: asked at its moment, answered some hours later; the last ones still wait."""

    rng: Random
    cast: Cast
    number: int
    maker: int
    asker: int
    at: At
    is_answered: bool
    public_id: str = ""

    def ask(self) -> None:
        acting, seller = self.cast.buyers[self.asker], self.cast.sellers[self.maker]
        shelf = self.cast.offers[self.maker]
        listing = Listing.objects.select_related("cluster", "supplier").get(
            public_id=shelf[self.number % len(shelf)].public_id
        )
        subject, body, _ = _QUESTIONS[self.number % len(_QUESTIONS)]
        quantity = listing.moq * self.rng.choice((2, 5, 10, 20))
        thread = open_inquiry(
            acting_user=acting.user,
            acting=acting,
            cluster=listing.cluster,
            supplier=seller.supplier,
            listing=listing,
            subject=subject,
            body=body.format(n=quantity),
            quantity=quantity,
            submission_key=f"demo-ask-{self.number}",
        )
        self.public_id = thread.public_id
        if self.is_answered:
            self.at(clock.now() + timedelta(hours=self.rng.randint(1, 30)), self.answer)

    def answer(self) -> None:
        seller = self.cast.sellers[self.maker]
        custom = goods.makers()[self.maker].trade.custom[0]
        reply_to_inquiry(
            acting_user=seller.user,
            acting=seller,
            inquiry_public_id=self.public_id,
            body=_QUESTIONS[self.number % len(_QUESTIONS)][2].format(custom=custom),
        )
