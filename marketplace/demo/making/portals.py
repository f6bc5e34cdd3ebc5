"""Portals and the home page, told with the towns' stories and pictures; operators that tend two of them."""

from __future__ import annotations

from pathlib import Path

from clusters.actions import hand_over
from clusters.models import Cluster
from cms.seeding import PictureFile, PortalStory, Tale, Voice, Words, Year, build_portals
from marketplace.companies.models import Company
from marketplace.core.actors import SystemActor
from marketplace.demo.data import towns, trades
from marketplace.demo.data.schema import Town, Trade
from marketplace.demo.pictures import place_path

_STATIC = Path(__file__).resolve().parents[1] / "static"
_ACTOR = SystemActor("demo")
_CREDIT = "Chandi"


def make_portals() -> int:
    """Pages of every town in both languages, where missing. Returns how many portals there are."""
    return len(
        build_portals(stories=[_story(town, trade) for town, trade in zip(towns(), trades(), strict=True)])
    )


def hand_portals_over(operators: dict[str, Company]) -> None:
    """The towns with a team of their own get their portals."""
    for code, operator in operators.items():
        cluster = Cluster.objects.filter(code=code).first()
        if cluster is not None and cluster.operator_id is None:
            hand_over(
                acting_user=_ACTOR,
                cluster=cluster,
                operator=operator,
                reason="产地签约 / agreement with the town",
            )


def _picture(town: Town, scene: str, zh: str, en: str) -> PictureFile:
    path = place_path(town.code, scene)
    smaller = (_STATIC / f"{path}-640.webp",)
    return PictureFile(_STATIC / f"{path}-1280.webp", Words(zh, en), _CREDIT, smaller)


def _pairs(zh: tuple[str, ...], en: tuple[str, ...]) -> tuple[Words, ...]:
    return tuple(Words(*pair) for pair in zip(zh, en, strict=True))


def _story(town: Town, trade: Trade) -> PortalStory:
    place = _picture(town, "town", f"{town.region_zh}的街景", f"A view of {town.region_en}")
    goods = _picture(town, "goods", f"{town.focus_zh}样品", f"Samples of {town.focus_en}")
    floor = _picture(town, "floor", f"{town.name_zh}的车间", f"A factory floor in {town.region_en}")
    paragraphs = _pairs(town.story_zh, town.story_en)
    return PortalStory(
        code=town.code,
        lede=Words(
            f"{town.tagline_zh}。{town.region_zh}的{town.focus_zh}工厂,在这里直接供货。",
            f"{town.tagline_en}. Straight from the factories of {town.region_en}.",
        ),
        picture=place,
        origin=Tale(
            Words(f"{town.focus_zh}从哪里来", f"Where the {town.focus_en} come from"),
            paragraphs[:2],
            picture=goods,
            caption=Words(
                f"{town.focus_zh},{town.region_zh}", f"{town.focus_en.capitalize()}, {town.region_en}"
            ),
        ),
        timeline=tuple(Year(year, Words(zh, en)) for year, zh, en in town.timeline),
        voice=Voice(
            paragraphs[-1], Words("产地团队", "The town's team"), Words(town.region_zh, town.region_en)
        ),
        gallery=(
            (floor, Words("车间", "On the floor")),
            (goods, Words("样品间", "In the sample room")),
            (place, Words("镇上", "In town")),
        ),
        faq=_faq(trade),
        stories=(_making(town, trade, floor), _whole(town, paragraphs, place)),
        directions=_directions(town),
    )


def _faq(trade: Trade) -> tuple[tuple[Words, Words], ...]:
    return (
        (
            Words("起订量是多少?", "How much must I order?"),
            Words(
                "每个商品页写着起订量和整箱倍数;颜色尺码可以混批,够起订量就行。",
                "Every listing names its minimum and multiple; colours and sizes may be mixed.",
            ),
        ),
        (Words("可以做我的品牌吗?", "Can it carry my brand?"), Words(*trade.custom)),
        (
            Words("可以先收货后付款吗?", "May I receive first and pay later?"),
            Words(
                "获得额度的买家可以选 30 天或 60 天账期,从发货日起算;工厂照样提前收款。",
                "With a credit line: 30 or 60 days from shipment. The factory is paid early all the same.",
            ),
        ),
        (Words("怎么保养?", "How do I care for it?"), Words(*trade.care)),
    )


def _making(town: Town, trade: Trade, picture: PictureFile) -> Tale:
    zh = "、".join(step for step, _ in trade.processes)
    en = ", ".join(step for _, step in trade.processes)
    return Tale(
        Words(f"一{trade.capacity_unit[0]}{town.focus_zh}是怎样做成的", f"How {town.focus_en} are made"),
        (
            Words(
                f"从原料到装箱,这里的工序是:{zh}。", f"From raw material to carton, the steps here are: {en}."
            ),
            Words(town.story_zh[2], town.story_en[2]),
            Words(f"定制也从这里开始:{trade.custom[0]}", f"Custom work starts here too. {trade.custom[1]}"),
        ),
        picture=picture,
        lede=Words(
            f"走一遍{town.focus_zh}的工序。", f"A walk along the line where {town.focus_en} are made."
        ),
        kind="town",
        slug="how-it-is-made",
    )


def _whole(town: Town, paragraphs: tuple[Words, ...], picture: PictureFile) -> Tale:
    return Tale(
        Words(f"{town.name_zh}的来历", f"The story of {town.name_en}"),
        paragraphs,
        picture=picture,
        kind="town",
        slug="story",
        lede=Words(town.tagline_zh + "。", town.tagline_en + "."),
    )


def _directions(town: Town) -> Words:
    site = town.towns[0]
    return Words(
        f"展厅在{site.zh},来之前先在这里约时间。",
        f"The showroom is in {site.en}. Ask here for a time before you come.",
    )
