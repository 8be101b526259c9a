# SPDX-License-Identifier: Apache-2.0
"""The map of rooms in src/CMakeLists.txt against the sources, the pages and CMake itself."""

import os
import re
import subprocess
import tempfile
import unittest

from house.tree import ROOT, owned_files

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def rooms_and_uses():
    """{room: the rooms its rf_room() line lists}"""
    text = (ROOT / "src/CMakeLists.txt").read_text()
    text = re.sub(r"#.*", "", text)
    rooms = {}
    for call in re.findall(r"rf_room\(([^)]*)\)", text):
        words = call.split()
        uses = words[words.index("USES") + 1:] if "USES" in words else []
        rooms[words[0]] = set(uses[:uses.index("LIBS")] if "LIBS" in uses else uses)
    return rooms


def floors():
    """{floor: its rooms}, as cmake/rf_room.cmake has them."""
    text = (ROOT / "cmake/rf_room.cmake").read_text()
    return {floor: rooms.split() for floor, rooms in re.findall(r"set\(RF_MAP_(\w+)([^)]*)\)", text)}


class Includes(unittest.TestCase):
    def test_every_include_follows_the_map(self):
        """each #include in src/ stays in its room or goes to a room that its rf_room() line lists"""
        rooms = rooms_and_uses()
        wrong = []
        for path in owned_files("src/*.h", "src/*.cpp"):
            room = path.parts[1]
            self.assertIn(room, rooms, f"{path} lies in a room without a line in src/CMakeLists.txt")
            for quoted, angled in INCLUDE.findall((ROOT / path).read_text()):
                target = (quoted or angled).split("/")[0]
                if target in rooms and target != room and target not in rooms[room]:
                    wrong.append(f"{path} includes {quoted or angled}, but {room} does not list {target}")
                elif quoted and not (ROOT / "src" / quoted).is_file():
                    wrong.append(f"{path} includes \"{quoted}\": name it by its room, from src/")
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_every_use_is_made(self):
        """each room that an rf_room() line lists is included by that room"""
        rooms = rooms_and_uses()
        included = {room: set() for room in rooms}
        for path in owned_files("src/*.h", "src/*.cpp"):
            for quoted, angled in INCLUDE.findall((ROOT / path).read_text()):
                included.setdefault(path.parts[1], set()).add((quoted or angled).split("/")[0])
        idle = [f"{room} lists {used} and includes nothing of it"
                for room, uses in rooms.items() for used in sorted(uses - included[room])]
        self.assertEqual(idle, [], "\n" + "\n".join(idle))

    def test_the_pages_draw_the_same_map(self):
        """README.md and docs/architecture.md name every room of the map"""
        for page in ("README.md", "docs/architecture.md"):
            words = set(re.findall(r"\w+", (ROOT / page).read_text()))
            missing = [room for floor in floors().values() for room in floor if room not in words]
            self.assertEqual(missing, [], f"{page} does not name these rooms")


class Refusals(unittest.TestCase):
    """rf_room() in a scratch project: what has to stop the configuration, stops it."""

    def configure(self, *calls):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "CMakeLists.txt"), "w", encoding="ascii") as project:
                project.write("cmake_minimum_required(VERSION 3.25)\nproject(scratch LANGUAGES NONE)\n"
                              f"include({ROOT}/cmake/rf_room.cmake)\n" + "\n".join(calls) + "\n")
            run = subprocess.run(["cmake", "-S", folder, "-B", folder + "/build", "-G", "Ninja"],
                                 capture_output=True, text=True)
        return run.returncode, " ".join(run.stderr.split())

    def refused(self, because, *calls):
        code, words = self.configure(*calls)
        self.assertNotEqual(code, 0, "CMake accepted it")
        self.assertIn(because, words)

    def test_a_use_pointing_down_is_accepted(self):
        """rf_room() accepts a room that uses a floor below"""
        code, words = self.configure("rf_room(base)", "rf_room(sip USES base)")
        self.assertEqual(code, 0, words)

    def test_a_use_pointing_up_is_refused(self):
        """rf_room() refuses a room that uses a floor above"""
        self.refused("on a floor above it", "rf_room(sip USES call)")

    def test_features_do_not_use_each_other(self):
        """rf_room() refuses a feature that uses another feature"""
        self.refused("sideways", "rf_room(registrar USES auth)")

    def test_a_later_room_of_the_same_floor_is_refused(self):
        """rf_room() refuses net using transport, though they share a floor"""
        self.refused("sideways", "rf_room(net USES transport)")

    def test_a_room_off_the_map_is_refused(self):
        """rf_room() refuses a room, and a use of a room, that is not on the map"""
        self.refused("is not on the map", "rf_room(utils)")
        self.refused("which is not on the map", "rf_room(sip USES utils)")
