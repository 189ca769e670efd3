# SPDX-License-Identifier: Apache-2.0
"""Runs README's lines on deadbands as they stand; only the port is that of the test."""

import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import unittest

import sim_picture
from server import TIED, Server, clean_environment

DOCUMENT = pathlib.Path(__file__).parents[3] / "README.md"
URL = "opc.tcp://localhost:4840"
SECONDS = 60


class Readme(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="uacam-interop-")))

    def script(self, server):
        (text,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)
        self.assertLessEqual(len(text.splitlines()), 10)
        self.assertIn(URL, text)
        path = self.folder / "changed.py"
        path.write_text(text.replace(URL, server.url(host="localhost")))
        return str(path)

    def lines(self, scene, count, seconds):
        """What the script prints: its first lines, or all of so many seconds."""
        with Server(f"sim:?size=160x120&fps=30&{scene}") as server:
            process = subprocess.Popen(
                [*TIED, sys.executable, "-u", self.script(server)],
                cwd=self.folder,
                env=clean_environment(str(self.folder)),
                stdout=subprocess.PIPE,
                text=True,
            )
            late = threading.Timer(seconds, process.kill)
            late.start()
            found = []
            with process:
                for line in process.stdout:
                    found.append(line)
                    if len(found) == count:
                        break
                late.cancel()
                process.kill()
        return found

    def test_a_picture_for_each_change(self):
        lines = self.lines("scene=cut&period=15", 3, SECONDS)
        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertRegex(line, r"^\d+ bytes$")
        data = (self.folder / "changed.jpg").read_bytes()
        self.assertEqual(lines[-1], f"{len(data)} bytes\n")
        level = sim_picture.decode(data, "JPEG").mean()
        self.assertLess(min(abs(level - 64), abs(level - 192)), 3)

    def test_no_picture_of_noise(self):
        self.assertEqual(len(self.lines("scene=noise", 2, 4)), 1)
