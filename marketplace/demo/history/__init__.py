"""Six months of trade, made by the same actions the pages call, with the clock moved.

`plan` decides who buys what and who pays late; `people` acts for them; `months` walks through the days.
"""

from .months import live_through

__all__ = ["live_through"]
