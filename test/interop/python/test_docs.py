# SPDX-License-Identifier: Apache-2.0
"""Runs the code blocks of docs/clients.md as they stand; only the port is that of the test."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import sim_picture
from server import TIED, UACAM, Server, clean_environment

DOCUMENT = pathlib.Path(__file__).parents[3] / "docs/clients.md"
NODE_MODULES = pathlib.Path(__file__).parents[1] / "node_modules"
URL = "opc.tcp://localhost:4840"
SECONDS = 60


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:?fps=30"))

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="uacam-interop-")))
        self.environment = clean_environment(str(self.folder))
        self.environment["PATH"] = os.path.dirname(UACAM) + os.pathsep + self.environment["PATH"]

    def script(self, language, name):
        (text,) = blocks(language)
        self.assertIn(URL, text)
        path = self.folder / name
        path.write_text(text.replace(URL, self.server.url(host="localhost")))
        return str(path)

    def check_picture(self, name, kind="JPEG"):
        pixels = sim_picture.decode((self.folder / name).read_bytes(), kind)
        expected = sim_picture.picture(sim_picture.frame_number(pixels), 640, 480)
        self.assertLess(sim_picture.mean_error(pixels, expected), 4 if kind == "JPEG" else 0.001)

    def watch(self, *command):
        """The script fetches a picture, then prints a line for each new one until it is ended."""
        process = subprocess.Popen(
            [*TIED, *command], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        late = threading.Timer(SECONDS, process.kill)
        late.start()
        found = []
        with process:
            for line in process.stdout:
                if re.match(r"\d+ bytes \d{4}-", line):
                    found.append(line)
                if len(found) == 3:
                    break
            late.cancel()
            process.kill()
        self.assertEqual(len(set(found)), 3)
        self.check_picture("picture.jpg")

    def test_python(self):
        self.watch(sys.executable, self.script("python", "fetch.py"))

    def test_javascript(self):
        os.symlink(NODE_MODULES, self.folder / "node_modules")
        self.watch(shutil.which("node"), self.script("javascript", "fetch.mjs"))

    def test_command_line(self):
        script = self.script("sh", "commands.sh")
        done = subprocess.run(
            ["sh", "-ex", script], cwd=self.folder, env=self.environment, timeout=SECONDS, capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_picture("picture.jpg")
        self.check_picture("picture.png", "PNG")
        names = os.listdir(self.folder / "pictures")
        self.assertEqual(len(names), 3)
        for name in names:
            self.check_picture(f"pictures/{name}")

    def test_every_block_is_run(self):
        languages = re.findall(r"^```(.+)$", DOCUMENT.read_text(), re.M)
        self.assertEqual(languages, ["python", "javascript", "sh"])
