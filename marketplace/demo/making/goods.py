"""What a listing is, from the vocabularies: no database. The same (seed, number) gives the same listing.

A works makes a few products; its k-th listing takes the k-th combination of words (in a permuted order, so
no two listings of a works read alike until every combination is used). Prices are fen without VAT.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from random import Random

from marketplace.demo.data import colours, trades, works
from marketplace.demo.data.schema import Pair, Product, Trade, Works
from marketplace.demo.pictures import Shot, colours_of, listing_shots, main_shot

from . import dice

# A step through the combinations; prime and larger than any count of them, so it meets each once.
_STRIDE = 999_983
MAX_VARIANTS = 24


@dataclass(frozen=True, slots=True)
class VariantPlan:
    """One colour and size, stock in units."""

    sku: str
    colour: str
    size: str
    weight_g: int
    stock: int


@dataclass(frozen=True, slots=True)
class ListingPlan:
    """A listing before it has a row. `ladder` is ((min_qty, fen), …); `age_days` counts since published."""

    number: int
    maker: int
    category: str
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    attributes: list[dict[str, object]] | str
    unit: Pair
    moq: int
    multiple: int
    carton: int
    lead_days: int
    ship_guarantee: str
    is_made_to_order: bool
    has_samples: bool
    has_dropship: bool
    has_custom: bool
    ladder: tuple[tuple[int, int], ...]
    age_days: int
    sold_30d: int
    sold_total: int
    variants: tuple[VariantPlan, ...]
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """A works with its trade and what it makes, in the order factories are numbered."""

    number: int
    trade: Trade
    works: Works
    products: tuple[Product, ...]


@cache
def makers() -> tuple[Maker, ...]:
    """All works of all trades."""
    found: list[Maker] = []
    for trade in trades():
        table = {product.key: product for product in trade.products}
        for row in works()[trade.code]:
            found.append(Maker(len(found), trade, row, tuple(table[key] for key in row.keys)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Words:
    look: str
    audience: Pair
    material: Pair
    feature: Pair
    use: Pair
    specs: tuple[Pair, ...]
    packing: Pair
    quality: float


def _combinations(product: Product) -> int:
    count = len(product.looks) * len(product.audiences) * len(product.materials) * len(product.features)
    count *= len(product.uses)
    for spec in product.specs:
        count *= len(spec.values)
    return count


def _choose(product: Product, index: int, rng: Random) -> _Words:
    """The index-th combination, read as digits of mixed base."""

    def digit(choices: tuple[Pair, ...]) -> int:
        nonlocal index
        index, value = divmod(index, len(choices))
        return value

    index, look = divmod(index, len(product.looks))
    material = digit(product.materials)
    feature = digit(product.features)
    specs = [digit(spec.values) for spec in product.specs]
    use = digit(product.uses)
    audience = digit(product.audiences)
    steps = [material / max(1, len(product.materials) - 1)]
    steps += [value / max(1, len(spec.values) - 1) for value, spec in zip(specs, product.specs, strict=True)]
    return _Words(
        look=list(product.looks)[look],
        audience=product.audiences[audience],
        material=product.materials[material],
        feature=product.features[feature],
        use=product.uses[use],
        specs=tuple(spec.values[value] for value, spec in zip(specs, product.specs, strict=True)),
        packing=rng.choice(product.packing),
        quality=sum(steps) / len(steps),
    )


def _run_on(*parts: str) -> str:
    """Chinese words joined without spaces, except where two Latin ends would touch."""
    text = ""
    for part in parts:
        gap = " " if text and part and text[-1].isascii() and part[0].isascii() else ""
        text += gap + part
    return text


def _title(product: Product, words: _Words, style: str) -> Pair:
    """As sellers write them: material, for whom, pattern, thing; merits. A style number once words repeat."""
    look = product.looks[words.look]
    plain = words.look == "plain" and look[0] == "纯色"
    zh = _run_on(words.material[0], words.audience[0], "" if plain else look[0], product.noun[0])
    zh += f" {words.feature[0]} {words.use[0]} {words.specs[0][0]}{style and f' {style}'}"
    parts = [words.audience[1], "" if plain else look[1], words.material[1], product.noun[1]]
    en = " ".join(part for part in parts if part)
    en = en[0].upper() + en[1:]
    en += f", {words.specs[0][1]}, {words.feature[1]}, {words.use[1]}{style and f', {style}'}"
    return zh, en


def _round_price(fen: float) -> int:
    """Prices as people quote them: to half a jiao, above ten yuan to a jiao, above a hundred to a yuan."""
    step = 1 if fen < 50 else 5 if fen < 1000 else 10 if fen < 10_000 else 100
    return max(1, round(fen / step) * step)


def _up(quantity: float, multiple: int) -> int:
    return max(multiple, -(-round(quantity) // multiple) * multiple)


def _ladder(
    product: Product, words: _Words, moq: int, multiple: int, rng: Random
) -> tuple[tuple[int, int], ...]:
    low, high = product.price
    first = low + (high - low) * min(1.0, max(0.0, 0.1 + 0.7 * words.quality + rng.uniform(-0.12, 0.2)))
    steps = [(moq, _round_price(first))]
    for times, share in ((5, 0.925), (20, 0.855), (50, 0.8))[: rng.choice((2, 3, 3))]:
        price = _round_price(first * (share + rng.uniform(-0.02, 0.015)))
        if price < steps[-1][1]:
            steps.append((_up(moq * times, multiple), price))
    return tuple(steps)


def _attributes(
    product: Product, words: _Words, sizes: tuple[str, ...], weight: int, style: str
) -> list[dict[str, object]]:
    rows: list[tuple[str, Pair, Pair]] = [("material", ("材质", "Material"), words.material)]
    rows += [(s.key, s.label, value) for s, value in zip(product.specs, words.specs, strict=True)]
    if words.audience[0]:
        rows.append(("audience", ("适用", "For"), words.audience))
    rows.append(
        (
            "pattern",
            ("图案", "Pattern"),
            product.looks[words.look] if product.looks[words.look][0] else ("纯色", "plain"),
        )
    )
    rows.append(("feature", ("特点", "Merits"), words.feature))
    if sizes != ("F",):
        text = " / ".join(sizes)
        rows.append(("size", ("尺码", "Sizes"), (text, text)))
    rows.append(("weight", ("单件重量", "Weight each"), (f"{weight}克", f"{weight} g")))
    rows.append(("packing", ("包装", "Packing"), words.packing))
    rows.append(("style", ("货号", "Style no."), (style, style)))
    return [
        {"key": key, "zh": [label[0], value[0]], "en": [label[1], value[1]]} for key, label, value in rows
    ]


def _gist(product: Product, words: _Words) -> Pair:
    """One sentence: what it is, its merit, its use."""
    en = f"{words.material[1]} {product.noun[1]}: {words.feature[1]}, {words.use[1]}."
    return f"{words.material[0]}{product.noun[0]},{words.feature[0]},{words.use[0]}。", en[0].upper() + en[1:]


def _describe(maker: Maker, product: Product, words: _Words, custom: bool) -> Pair:
    trade = maker.trade
    first_zh, first_en = _gist(product, words)
    specs_en = ", ".join(en for _, en in words.specs)
    zh = [first_zh, f"{'、'.join(zh for zh, _ in words.specs)};包装:{words.packing[0]}。", trade.care[0]]
    en = [first_en, f"{specs_en[0].upper()}{specs_en[1:]}. Packing: {words.packing[1]}.", trade.care[1]]
    if custom:
        zh.append(trade.custom[0])
        en.append(trade.custom[1])
    return "\n\n".join(zh), "\n\n".join(en)


def _variants(
    maker: Maker,
    code: str,
    product: Product,
    chosen: tuple[str, ...],
    sizes: tuple[str, ...],
    weight: int,
    moq: int,
    rng: Random,
) -> tuple[VariantPlan, ...]:
    plans = []
    for colour in chosen:
        for place, size in enumerate(sizes):
            stock = _up(moq * rng.choice((0, 2, 4, 8, 15, 30, 60)) + rng.randrange(moq), 1)
            plans.append(
                VariantPlan(
                    f"{code}-{colour}-{size}".upper(), colour, size, round(weight * (1 + 0.04 * place)), stock
                )
            )
    return tuple(plans[:MAX_VARIANTS])


def _pick_colours(product: Product, look: str, rng: Random, most: int) -> tuple[str, ...]:
    known = colours_of(product, look)
    count = min(len(known), most, rng.choice((2, 3, 3, 4, 5)))
    start = rng.randrange(len(known))
    return tuple(known[(start + i) % len(known)] for i in range(count))


def _sold(rng: Random, moq: int, age: int) -> tuple[int, int]:
    """Sales fall off steeply: few listings sell most."""
    month = int(moq * min(400.0, rng.paretovariate(0.75) - 1) * 0.8)
    return month, month * max(1, age // 30) * rng.randrange(60, 110) // 100


def plan(seed: int, number: int, *, lean: bool = False) -> ListingPlan:
    """The listing with this number. `lean` ones have one size and few colours, for very large catalogues."""
    maker = makers()[number % len(makers())]
    turn = number // len(makers())
    product = maker.products[turn % len(maker.products)]
    turn //= len(maker.products)
    rng = dice.die(seed, "listing", number)
    total = _combinations(product)
    words = _choose(product, (turn * _STRIDE + maker.number * 7_919) % total, rng)
    code = style_of(number)
    moq_wish, multiple = rng.choice(product.moqs), rng.choice(product.multiples)
    moq = _up(moq_wish, multiple)
    chosen = _pick_colours(product, words.look, rng, 2 if lean else 5)
    sizes = ("F",) if lean else rng.choice(product.sizes)
    weight = round(
        product.weight[0]
        + (product.weight[1] - product.weight[0]) * (0.3 * rng.random() + 0.7 * words.quality)
    )
    to_order = rng.random() < 0.2
    guarantee = "days" if to_order else rng.choice(("24h", "48h", "48h", "days"))
    lead = {"24h": 1, "48h": 2}.get(guarantee) or (
        rng.randint(max(7, product.lead[0]), max(8, product.lead[1])) if to_order else rng.randint(3, 6)
    )
    custom = rng.random() < 0.45
    age = int(420 * rng.random() ** 1.4) + 1
    sold_30d, sold_total = _sold(rng, moq, age)
    if lean:
        shots = [main_shot(maker.trade, product, words.look, chosen[0])]
    else:
        shots = listing_shots(maker.trade, product, words.look, chosen)
    zh, en = _title(product, words, code if turn >= total else "")
    about = _gist(product, words) if lean else _describe(maker, product, words, custom)
    return ListingPlan(
        number=number,
        maker=maker.number,
        category=product.category,
        title_zh=zh,
        title_en=en,
        description_zh=about[0],
        description_en=about[1],
        attributes=_attributes(product, words, sizes, weight, code),
        unit=product.unit,
        moq=moq,
        multiple=multiple,
        carton=rng.choice(product.carton),
        lead_days=lead,
        ship_guarantee=guarantee,
        is_made_to_order=to_order,
        has_samples=rng.random() < 0.6,
        has_dropship=rng.random() < 0.25,
        has_custom=custom,
        ladder=_ladder(product, words, moq, multiple, rng),
        age_days=age,
        sold_30d=sold_30d,
        sold_total=sold_total,
        variants=_variants(maker, code, product, chosen, sizes, weight, moq, rng),
        shots=tuple(shots),
    )


def echo(template: ListingPlan, number: int) -> ListingPlan:
    """A listing of very large catalogues: a template's words, a style number and price of its own.

    Both numbers have the same maker. The attributes may be encoded JSON, shared by all echoes.
    """
    code = style_of(number)
    percent = 90 + number * 7_919 % 21
    ladder: list[tuple[int, int]] = []
    for quantity, price in template.ladder:
        fen = max(1, price * percent // 100)
        if not ladder or fen < ladder[-1][1]:
            ladder.append((quantity, fen))
    variants = tuple(
        VariantPlan(f"{code}-{v.colour}-{v.size}".upper(), v.colour, v.size, v.weight_g, v.stock)
        for v in template.variants
    )
    return replace(
        template,
        number=number,
        title_zh=f"{template.title_zh} {code}",
        title_en=f"{template.title_en}, {code}",
        ladder=tuple(ladder),
        age_days=1 + number * 104_729 % 420,
        variants=variants,
    )


def style_of(number: int) -> str:
    """The style number of a listing: trade, maker, count."""
    maker = makers()[number % len(makers())]
    return f"{maker.trade.sku}{maker.number:02d}{number // len(makers()):05d}"


def colour_names(key: str) -> Pair:
    """A colour as buyers read it."""
    colour = colours()[key]
    return colour.zh, colour.en
