"""Clusters, categories, suppliers, factories, certificates, festivals. Found ones are left alone."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from clusters.models import Cluster, Factory
from clusters.queries import forget_cluster_lines
from marketplace.campaigns.models import Campaign
from marketplace.catalog.models import Category, Certificate, Listing
from marketplace.companies.models import Company, Supplier
from marketplace.companies.rules import name_key
from marketplace.core import clock
from marketplace.demo.data import towns, trades
from marketplace.demo.data.schema import Place, Town
from marketplace.demo.pictures import factory_path, place_path
from marketplace.ui.formats import unit_name

from . import dice, goods

_ROADS = (
    ("兴业路", "Xingye Road"),
    ("创业路", "Chuangye Road"),
    ("工业大道", "Gongye Avenue"),
    ("振兴路", "Zhenxing Road"),
    ("迎宾路", "Yingbin Road"),
    ("科技路", "Keji Road"),
)
_STATES = (Factory.State.VERIFIED,) * 8 + (Factory.State.SCHEDULED, Factory.State.UNVERIFIED)


def make_clusters() -> dict[str, Cluster]:
    """The ten towns by code."""
    for position, town in enumerate(towns()):
        Cluster.objects.get_or_create(
            code=town.code,
            defaults={
                "name_zh": town.name_zh,
                "name_en": town.name_en,
                "region_zh": town.region_zh,
                "region_en": town.region_en,
                "focus_zh": town.focus_zh,
                "focus_en": town.focus_en,
                "tagline_zh": town.tagline_zh,
                "tagline_en": town.tagline_en,
                "latitude": town.latitude,
                "longitude": town.longitude,
                "accent": town.accent,
                "since_year": town.since_year,
                "picture": place_path(town.code, "town"),
                "position": position,
            },
        )
    forget_cluster_lines()
    return {cluster.code: cluster for cluster in Cluster.objects.all()}


def make_categories() -> None:
    """One branch per trade, its leaves below."""
    for position, trade in enumerate(trades()):
        branch = trade.category
        root, _ = Category.objects.get_or_create(
            slug=branch.slug,
            defaults={"name_zh": branch.zh, "name_en": branch.en, "path": branch.slug, "position": position},
        )
        for place, (slug, zh, en) in enumerate(branch.leaves):
            Category.objects.get_or_create(
                slug=slug,
                defaults={
                    "name_zh": zh,
                    "name_en": en,
                    "parent": root,
                    "path": f"{branch.slug}/{slug}",
                    "position": place,
                },
            )


def make_suppliers(seed: int) -> dict[str, Supplier]:
    """A company and its selling side for every works, by slug."""
    there = {supplier.slug: supplier for supplier in Supplier.objects.select_related("company")}
    missing = [maker for maker in goods.makers() if maker.works.slug not in there]
    companies = Company.objects.bulk_create([_company(seed, maker) for maker in missing])
    made = Supplier.objects.bulk_create(
        [_supplier(seed, maker, company) for maker, company in zip(missing, companies, strict=True)]
    )
    return there | {supplier.slug: supplier for supplier in made}


def _company(seed: int, maker: goods.Maker) -> Company:
    rng, works = dice.die(seed, "company", maker.works.slug), maker.works
    zh, en = _address(rng, _town(maker))
    return Company(
        public_id=dice.public_id(seed, "company", works.slug),
        legal_name=works.name_zh,
        name_key=name_key(works.name_zh),
        name_zh=works.name_zh,
        name_en=works.name_en,
        is_supplier=True,
        reg_no=dice.digits(rng, "9133############1X"),
        tax_id=dice.digits(rng, "9133############1X"),
        address_zh=zh,
        address_en=en,
        phone=dice.digits(rng, "0575-87######"),
        founded_year=rng.randint(1996, 2019),
    )


def _supplier(seed: int, maker: goods.Maker, company: Company) -> Supplier:
    rng, works, trade = dice.die(seed, "supplier", maker.works.slug), maker.works, maker.trade
    zh = "、".join(product.noun[0] for product in maker.products)
    en = ", ".join(product.noun[1] for product in maker.products)
    sample = rng.randint(8, 460)
    return Supplier(
        public_id=dice.public_id(seed, "supplier", works.slug),
        company=company,
        slug=works.slug,
        name_zh=works.name_zh,
        name_en=works.name_en,
        intro_zh=f"专做{zh},{trade.custom[0]}",
        intro_en=f"Makes {en}. {trade.custom[1]}",
        freight_flat=rng.choice((800, 1_000, 1_200, 1_500)),
        freight_free_over=rng.choice((30_000, 50_000, 80_000, 100_000)),
        order_minimum=rng.choice((0, 0, 0, 5_000, 10_000)),
        response_hours=round(rng.uniform(0.4, 9), 1),
        on_time_rate=round(rng.uniform(0.9, 0.995), 4),
        repeat_rate=round(rng.uniform(0.22, 0.61), 4),
        score_sample=sample,
    )


def _town(maker: goods.Maker) -> Town:
    return next(town for town in towns() if town.code == maker.trade.code)


def _site(maker: goods.Maker, rng: Random) -> Place:
    sites = _town(maker).towns
    return sites[0] if rng.random() < 0.55 else rng.choice(sites)


def _address(rng: Random, town: Town, site: Place | None = None) -> tuple[str, str]:
    site = site or town.towns[0]
    road, number = rng.choice(_ROADS), rng.randint(3, 288)
    return f"{site.zh}{road[0]}{number}号", f"No. {number} {road[1]}, {site.en}"


def make_factories(seed: int, suppliers: dict[str, Supplier], clusters: dict[str, Cluster]) -> None:
    """One works per supplier, with its certificates."""
    there = set(Factory.objects.values_list("supplier__slug", flat=True))
    missing = [maker for maker in goods.makers() if maker.works.slug not in there]
    made = Factory.objects.bulk_create([_factory(seed, maker, suppliers, clusters) for maker in missing])
    papers = [
        row
        for maker, factory in zip(missing, made, strict=True)
        for row in _certificates(seed, maker, factory)
    ]
    Certificate.objects.bulk_create(papers)


def _factory(
    seed: int, maker: goods.Maker, suppliers: dict[str, Supplier], clusters: dict[str, Cluster]
) -> Factory:
    rng, works, trade = dice.die(seed, "factory", maker.works.slug), maker.works, maker.trade
    site = _site(maker, rng)
    zh, en = _address(rng, _town(maker), site)
    steps = [step for step in trade.processes if rng.random() < 0.85] or list(trade.processes)
    founded, people = rng.randint(1994, 2020), rng.randint(*trade.employees)
    capacity = round(rng.randint(*trade.capacity), -2)
    state = rng.choice(_STATES)
    unit_zh, unit_en = trade.capacity_unit
    goods_zh, goods_en = maker.products[0].noun
    steps_zh, steps_en = "、".join(s[0] for s in steps), ", ".join(s[1] for s in steps)
    return Factory(
        public_id=dice.public_id(seed, "factory", works.slug),
        supplier=suppliers[works.slug],
        cluster=clusters[trade.code],
        name_zh=works.name_zh.removesuffix("有限公司") + "厂",
        name_en=works.name_en.removesuffix(" Co., Ltd.") + " Works",
        intro_zh=f"{founded}年建厂,{people}人,自有{steps_zh}工序,主做{goods_zh},日产{capacity:,}{unit_zh}。",
        intro_en=f"Founded in {founded}, {people} people; in-house {steps_en}. "
        f"Mainly {goods_en}, {capacity:,} {unit_name(unit_en, capacity)} a day.",
        address_zh=zh,
        address_en=en,
        latitude=f"{site.latitude + rng.uniform(-0.012, 0.012):.5f}",
        longitude=f"{site.longitude + rng.uniform(-0.012, 0.012):.5f}",
        processes_zh=[s[0] for s in steps],
        processes_en=[s[1] for s in steps],
        capacity_per_day=capacity,
        capacity_unit_zh=unit_zh,
        capacity_unit_en=unit_en,
        founded_year=founded,
        employees=people,
        picture=factory_path(trade.code, maker.number),
        state=state,
        verified_on=clock.today() - timedelta(days=rng.randint(20, 330))
        if state == Factory.State.VERIFIED
        else None,
    )


def _certificates(seed: int, maker: goods.Maker, factory: Factory) -> list[Certificate]:
    rng, today = dice.die(seed, "certificates", maker.works.slug), clock.today()
    rows = []
    for kind in maker.trade.certificates:
        if rng.random() * 100 >= kind.share:
            continue
        span = 365 * kind.years
        # One in twenty ran out last month: a buyer should see what that looks like.
        start = today - timedelta(
            days=span + rng.randint(5, 40) if rng.random() < 0.05 else rng.randint(15, span - 20)
        )
        number = dice.digits(rng, kind.number)
        rows.append(
            Certificate(
                public_id=dice.public_id(seed, f"certificate-{kind.kind}", maker.works.slug),
                factory=factory,
                kind=kind.kind,
                number=number,
                issuer=kind.issuer,
                valid_from=start,
                valid_until=start + timedelta(days=span - 1),
                covers_all=rng.random() < 0.85,
            )
        )
    return rows


def cover_listings() -> None:
    """Certificates that do not cover all goods of a factory cover its first few listings."""
    through = Certificate.listings.through
    rows = []
    for certificate in Certificate.objects.filter(covers_all=False, listings__isnull=True):
        keys = (
            Listing.objects.filter(factory_id=certificate.factory_id)
            .order_by("pk")
            .values_list("pk", flat=True)[:8]
        )
        rows += [through(certificate_id=certificate.pk, listing_id=key) for key in keys]
    through.objects.bulk_create(rows)


def make_festivals(seed: int, clusters: dict[str, Cluster]) -> None:
    """An Origin Day of Zhuji and the Merchants Festival running now; others behind and ahead."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    for key, code, kind, titles, summaries, first, last in _FESTIVALS:
        fields: dict[str, Any] = {
            "kind": kind,
            "cluster": clusters[code] if code else None,
            "title_zh": titles[0],
            "title_en": titles[1],
            "summary_zh": summaries[0],
            "summary_en": summaries[1],
            "starts_at": now + timedelta(days=first),
            "ends_at": now + timedelta(days=last),
            "state": Campaign.State.APPROVED,
        }
        Campaign.objects.get_or_create(public_id=dice.public_id(seed, "campaign", key), defaults=fields)


_DAY, _ALL = Campaign.Kind.ORIGIN_DAY, Campaign.Kind.FESTIVAL
_FESTIVALS = (
    (
        "zhuji",
        "zhuji-socks",
        _DAY,
        ("诸暨大唐袜业产地日", "Zhuji Origin Day"),
        ("走进织造车间,样袜当天寄出。", "Inside the knitting halls; samples leave the same day."),
        -2,
        5,
    ),
    (
        "merchants",
        "",
        _ALL,
        ("产地商人节", "Merchants Festival"),
        ("十个产地一起上新,账期先货后款。", "New goods from ten towns, on account."),
        -1,
        11,
    ),
    (
        "huludao",
        "huludao-swimwear",
        _DAY,
        ("葫芦岛泳装产地日", "Huludao Origin Day"),
        ("下一季泳装首发,来图打样三天。", "Next season's swimwear first; samples in three days."),
        9,
        14,
    ),
    (
        "panyu",
        "panyu-anime-goods",
        _DAY,
        ("番禺动漫周边产地日", "Panyu Origin Day"),
        ("展前补货,徽章立牌五十件起。", "Stock up before the fairs, from fifty pieces."),
        20,
        25,
    ),
    (
        "zhili",
        "zhili-childrens-wear",
        _DAY,
        ("织里童装产地日", "Zhili Origin Day"),
        ("春装现货,一手混批。", "Spring wear from stock, mixed cases."),
        -45,
        -38,
    ),
)


def story_of(code: str) -> Town:
    """A town's words, for its portal."""
    return next(town for town in towns() if town.code == code)
