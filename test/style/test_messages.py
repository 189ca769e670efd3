#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each message that the documents explain to users is produced by a test: some test holds it against what uacam says."""
import ast
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test/interop/python"))
sys.dont_write_bytecode = True

import messages  # noqa: E402

STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')


def strings_of_c(text):
    """Strings that lie beside each other are one."""
    for found in STRINGS.findall(text):
        yield re.sub(r'\\(.)', r"\1", re.sub(r'"\s*"', "", found)[1:-1])


def strings_of_python(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def strings_of_tests():
    listed = subprocess.run(["git", "ls-files", "test"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.split():
        path = ROOT / name
        if path.name in ("messages.py", "test_messages.py"):
            continue
        if path.suffix == ".c":
            yield from strings_of_c(path.read_text())
        elif path.suffix == ".py":
            yield from strings_of_python(path.read_text())


class Messages(unittest.TestCase):
    def test_each_is_produced(self):
        documented = messages.documented()
        self.assertGreater(len(documented), 60)
        told = "\n".join(set(strings_of_tests()))
        missing = [m for m in documented if not messages.pattern(m).search(told)]
        self.assertFalse(missing, "no test produces what the documents explain:\n" + "\n".join(missing))

    def test_none_stands_there_twice(self):
        documented = messages.documented()
        self.assertEqual(sorted(documented), sorted(set(documented)))

    def test_what_a_pattern_finds(self):
        text = messages.pattern("/dev/video0 is in use by PROGRAM (pid 4711)")
        self.assertTrue(text.search("x: /dev/video12 is in use by v4l2-ctl (pid 3); trying again"))
        self.assertFalse(text.search("/dev/video0 is in use by another program"))
        self.assertFalse(text.search("/dev/video1 is in use by v4l2-ctl (pid )"))
        self.assertFalse(messages.pattern("5 MB (401)").search("5 MB [401]"))


if __name__ == "__main__":
    unittest.main()
