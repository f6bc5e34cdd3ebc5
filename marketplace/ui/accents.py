"""The generated stylesheet that gives every cluster its accent: no inline style is needed anywhere.

`data-accent="zhuji-socks"` on any element sets `--accent` and `--on-accent` below it, in both themes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .colour import accent
from .frame import providers

_CODE = re.compile(r"[a-z0-9-]{1,80}")


def _rule(code: str, colour: str) -> str:
    pair = accent(colour)
    return (
        f'[data-accent="{code}"]{{--accent:light-dark({pair.light},{pair.dark});'
        f"--on-accent:light-dark({pair.on_light},{pair.on_dark})}}"
    )


@lru_cache(maxsize=64)
def _compiled(pairs: tuple[tuple[str, str], ...]) -> str:
    rules = [_rule(code, colour) for code, colour in pairs if _CODE.fullmatch(code)]
    return "@layer accents{" + "\n".join(rules) + "}\n"


def stylesheet() -> str:
    """The CSS of all registered accents. Raises ValueError when a cluster's colour is not a hex colour."""
    return _compiled(tuple(providers.accents()) if providers.accents else ())
