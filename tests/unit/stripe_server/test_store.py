"""What is committed survives; what is not, never was."""

import json
from pathlib import Path

import pytest

from tests.stripe_server.store import Store


def test_committed_objects_survive_without_a_clean_end(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.json")
    store.put("charges", "ch_1", {"id": "ch_1", "amount": 5})
    store.commit()
    store.update("charges", "ch_1", amount=7)
    store.put("charges", "ch_2", {"id": "ch_2"})
    store.commit()
    store.delete("charges", "ch_2")
    store.commit()

    again = Store(tmp_path / "state.json")

    assert list(again.all("charges")) == [{"id": "ch_1", "amount": 7}]


def test_what_was_not_committed_is_not_there_after_a_kill(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.json")
    store.put("charges", "ch_1", {"id": "ch_1"})

    assert Store(tmp_path / "state.json").get("charges", "ch_1") is None


def test_rollback_restores_objects_changed_added_and_deleted() -> None:
    store = Store()
    store.put("charges", "old", {"id": "old", "amount": 1})
    store.put("charges", "gone", {"id": "gone"})
    store.commit()
    store.update("charges", "old", amount=2)
    store.update("charges", "old", amount=3)
    store.put("charges", "new", {"id": "new"})
    store.delete("charges", "gone")

    store.rollback()

    assert store.get("charges", "old") == {"id": "old", "amount": 1}
    assert store.get("charges", "new") is None
    assert store.get("charges", "gone") == {"id": "gone"}


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_torn_last_line_is_ignored_whole(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "state.json"
    store = Store(path)
    store.put("charges", "ch_1", {"id": "ch_1"})
    store.commit()
    whole = path.read_bytes()
    store.put("charges", "ch_2", {"id": "ch_2"})
    store.put("balances", "b", {"available": 1})
    store.commit()
    last = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + last[:kept])

    again = Store(path)

    assert again.get("charges", "ch_1") == {"id": "ch_1"}
    assert again.get("charges", "ch_2") is None
    assert again.get("balances", "b") is None


def test_one_commit_is_one_line_and_a_long_journal_is_folded(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    store = Store(path)
    for number in range(2_100):
        store.put("meta", "counter", {"number": number})
        store.commit()

    lines = path.read_bytes().splitlines()

    assert len(lines) < 200
    assert "snapshot" in json.loads(lines[0])
    assert Store(path).get("meta", "counter") == {"number": 2_099}
    assert [row.name for row in tmp_path.iterdir()] == ["state.json"]
