"""Python's rooms: every file imports in one direction, and no circle is left."""

import graphlib
from collections import defaultdict

from tests.support.tree import imported, modules

# from left to right; a room imports from rooms before it only
ORDER = [
    "common",
    "demo",
    "landing",
    "transform",
    "inference",
    "quality",
    "publishing",
    "parity",
    "definitions",
    "runs",
    "cli",
]
INSIDE = {
    "landing": ["privacy", "config", "lake", "extract", "normalize"],
    "publishing": ["snapshot", "postgres", "exports", "superset", "site"],
    "publishing.site": ["content", "charts", "components", "pages"],
}


def test_a_room_imports_from_rooms_before_it_only():
    known = modules()
    judged = 0
    for name, path in known.items():
        if name in ("orchestration", "orchestration.__main__"):
            continue
        judged += 1
        for other in imported(path, known):
            if other != "orchestration":  # its version
                assert ORDER.index(other.split(".")[1]) <= ORDER.index(name.split(".")[1]), (name, other)
    assert judged == len(known) - 2


def test_inside_a_room_imports_go_one_way_too():
    known = modules()
    for room, order in INSIDE.items():
        prefix = f"orchestration.{room}."
        inside = {name: name.removeprefix(prefix).split(".")[0] for name in known if name.startswith(prefix)}
        for name, folder in inside.items():
            for other in imported(known[name], known):
                if folder in order and other in inside and inside[other] != folder:
                    assert inside[other] in order[: order.index(folder)], (name, other)


def test_there_is_no_import_circle_between_folders_or_modules():
    known = modules()
    between_modules, between_folders = defaultdict(set), defaultdict(set)
    for name, path in known.items():
        for other in imported(path, known):
            if other == "orchestration":
                continue
            between_modules[name].add(other)
            here, there = (one if known[one].stem == "__init__" else one.rpartition(".")[0] for one in (name, other))
            if here not in (there, "orchestration"):
                between_folders[here].add(there)
    for graph in (between_modules, between_folders):
        assert list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError, naming the circle
