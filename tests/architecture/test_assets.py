"""What others made stands here with its name, version, licence and sha256, in a manifest beside it."""

import hashlib
import json

from tests.architecture import tree

_FIELDS = ("name", "version", "licence", "sha256")
_FREE = ("public domain", "CC0", "CC0-1.0")
_ALWAYS_THEIRS = (".min.js", ".woff", ".woff2", ".ttf", ".otf")


def _manifests() -> list[tree.Path]:
    found = [path for path in tree.files() if path.name == "manifest.json"]
    assert found, "there is no manifest"
    return found


def test_manifests_are_true() -> None:
    breaches = []
    for manifest in _manifests():
        for name, entry in json.loads(tree.text(manifest)).items():
            path = tree.ROOT / manifest.parent / name
            lacking = [field for field in _FIELDS if not entry.get(field)]
            if lacking:
                breaches.append(f"{manifest}: {name} lacks {lacking}")
            elif not path.is_file():
                breaches.append(f"{manifest}: {name} is not there")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
                breaches.append(f"{manifest}: {name} has another sha256")
            licence = entry.get("licence_file")
            if not licence and entry.get("licence") not in _FREE:
                breaches.append(f"{manifest}: {name} names no licence_file")
            elif licence and not (tree.ROOT / manifest.parent / licence).is_file():
                breaches.append(f"{manifest}: {licence} is not there")
    assert not breaches, tree.report(breaches)


def test_nothing_foreign_stands_outside_a_manifest() -> None:
    listed, licences = set(), set()
    for manifest in _manifests():
        for name, entry in json.loads(tree.text(manifest)).items():
            listed.add((tree.ROOT / manifest.parent / name).resolve())
            licences.add((tree.ROOT / manifest.parent / str(entry.get("licence_file"))).resolve())
    breaches = []
    for path in tree.files():
        place = (tree.ROOT / path).resolve()
        if path.name.startswith(("LICENSE-", "LICENCE-")) and place not in licences:
            breaches.append(f"{path} is the licence of nothing that a manifest lists")
        foreign = path.name.endswith(_ALWAYS_THEIRS) or "vendor" in path.parts
        if foreign and place not in listed | licences and path.name != "manifest.json":
            breaches.append(f"{path} is in no manifest")
    assert not breaches, tree.report(breaches)
