"""The clock is moved, ids tell nothing, logs keep secrets."""

from datetime import UTC, date, datetime

import pytest

from marketplace.core import clock, ids
from marketplace.core.logs import mask_secrets


def test_the_clock_moves_and_comes_back() -> None:
    moment = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        # 17:30 UTC is already the next day in Shanghai, where terms are counted.
        assert clock.today() == date(2026, 3, 6)
        with clock.at(datetime(2027, 1, 1, tzinfo=UTC)):
            assert clock.today() == date(2027, 1, 1)
        assert clock.now() == moment
    assert clock.now() > moment


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 3, 5)):
        pass


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (date(2026, 3, 5), 2, date(2026, 3, 9)),  # Thursday + 2 = Monday
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
    ],
)
def test_business_days_skip_weekends(day: date, count: int, result: date) -> None:
    assert clock.add_business_days(day, count) == result


def test_ids_have_their_shape_and_do_not_repeat() -> None:
    made = {ids.new_public_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(ids.is_public_id(one) for one in made)
    assert len({one[:3] for one in made}) > 500, "the front of an id must not be a counter or a clock"
    for wrong in ("", "abc", "ABCDEFGHJKMNP", "illegal-chars", "0" * 14):
        assert not ids.is_public_id(wrong)


def test_logs_mask_cards_tokens_and_passwords() -> None:
    event = {
        "event": "paid with 4242 4242 4242 4242 by sk_test_abc123DEF",
        "password": "hunter2",
        "request": {"authorization": "Bearer x", "path": "/find/"},
        "amount": 171030,
    }
    line = str(mask_secrets(None, "info", event))
    for secret in ("4242", "abc123DEF", "hunter2", "Bearer"):
        assert secret not in line
    assert "/find/" in line
    assert "171030" in line
