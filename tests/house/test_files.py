# SPDX-License-Identifier: Apache-2.0
"""What every file of ours begins with, and what none contains."""

import re
import unittest

from house.tree import ROOT, owned_files

SOURCES = ("*.h", "*.cpp", "*.py", "*.sh", "*.cmake", "CMakeLists.txt", "dev", ".ci/run")
LICENCE = "SPDX-License-Identifier: Apache-2.0"
COMMENT = re.compile(r'^\s*(//|#|"""|/\*)\s*\S')


class Heads(unittest.TestCase):
    def test_every_source_names_its_licence(self):
        """every source file has the SPDX line among its first two lines, unless it is empty"""
        wrong = [str(path) for path in owned_files(*SOURCES)
                 if (text := (ROOT / path).read_text()) and LICENCE not in "\n".join(text.splitlines()[:2])]
        self.assertEqual(wrong, [])

    def test_every_source_says_what_lives_in_it(self):
        """every C++ file opens with one sentence below its SPDX line"""
        wrong = []
        for path in owned_files("src/*.h", "src/*.cpp", "tests/*.cpp"):
            lines = (ROOT / path).read_text().splitlines()
            if len(lines) < 2 or not COMMENT.match(lines[1]):
                wrong.append(str(path))
        self.assertEqual(wrong, [])

    def test_every_header_is_read_once(self):
        """every header has #pragma once"""
        wrong = [str(path) for path in owned_files("src/*.h") if "#pragma once" not in (ROOT / path).read_text()]
        self.assertEqual(wrong, [])

    def test_a_todo_names_its_issue(self):
        """a TODO carries an issue number"""
        wrong = [f"{path}:{number}" for path in owned_files("src/*.h", "src/*.cpp")
                 for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
                 if re.search(r"\b(TODO|FIXME|XXX)\b", line) and not re.search(r"TODO\(#\d+\)", line)]
        self.assertEqual(wrong, [])


class Seeds(unittest.TestCase):
    def test_every_fuzz_target_has_seeds(self):
        """every fuzz target has seeds in corpus/, and every folder there a target"""
        targets = {f"{path.parts[1]}_{path.stem}" for path in owned_files("src/*_fuzz.cpp")}
        folders = {path.parts[1] for path in owned_files("corpus/*")} - {"rfc4475", "rfc5118"}
        self.assertEqual(targets ^ folders, set())


class Settings(unittest.TestCase):
    def test_packages_name_a_need_and_a_reason(self):
        """each line of scripts/dev/packages.txt has a need, a package and a reason"""
        for line in (ROOT / "scripts/dev/packages.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                need, package, reason = line.split(maxsplit=2)
                self.assertIn(need, ("build", "test", "fuzz", "lint", "bench", "incumbent"), line)
                self.assertRegex(package, r"^[a-z0-9][a-z0-9.+-]+$")
                self.assertTrue(reason)

    def test_links_lead_somewhere(self):
        """links between our pages lead somewhere"""
        wrong = []
        for page in owned_files("*.md"):
            for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (ROOT / page).read_text()):
                if not ((ROOT / page).parent / target).exists():
                    wrong.append(f"{page} links to {target}")
        self.assertEqual(wrong, [])
