#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checkers under tools/ find what they are there for."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"
LICENCE = "SPDX-License-Identifier: Apache-2.0"


class CheckerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def run_tool(self, name, *args):
        done = subprocess.run([sys.executable, TOOLS / name, *args], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout


class FloorsTest(CheckerTest):
    def expect(self, fault):
        code, out = self.run_tool("check_floors.py", self.root)
        self.assertIn(fault, out)
        self.assertEqual(code, 1)

    def test_a_tree_in_order_passes(self):
        self.write("src/base/err.c", '#include "base/err.h"\n#include <stdio.h>\n')
        self.write("src/service/read.c", '#include "service/read.h"\n#include "wire/reader.h"\n#include "base/err.h"\n')
        self.write("src/net/loop.c", "#include <uv.h>\n")
        self.write("src/net/CMakeLists.txt", "uacam_floor(net SOURCES loop.c LINKS uacam_base)\n")
        self.assertEqual(self.run_tool("check_floors.py", self.root)[0], 0)

    def test_including_upward_is_found(self):
        self.write("src/wire/reader.c", '#include "space/node.h"\n')
        self.expect('src/wire/reader.c: wire may not include "space/node.h"')

    def test_including_the_other_tower_is_found(self):
        self.write("src/camera/sim/sim.h", '  #  include "wire/types.h"\n')
        self.expect('src/camera/sim/sim.h: camera may not include "wire/types.h"')

    def test_headers_of_others_are_found(self):
        self.write("src/app/main.c", "#include <uv.h>\n#include <openssl/evp.h>\n")
        self.expect("only net may include <uv.h>")
        self.expect("only crypto may include <openssl/evp.h>")

    def test_linking_upward_is_found(self):
        self.write("src/base/CMakeLists.txt", "uacam_floor(base SOURCES err.c LINKS uacam_net)\n")
        self.expect("base may not link uacam_net")

    def test_an_unknown_floor_is_found(self):
        self.write("src/cellar/wine.c", "")
        self.expect("src/cellar: no floor of this name is known")


class StyleTest(CheckerTest):
    def expect(self, path, fault):
        code, out = self.run_tool("check_style.py", path)
        self.assertIn(fault, out)
        self.assertEqual(code, 1)

    def function(self, lines):
        return f"/* {LICENCE} */\nint f(void)\n{{\n" + "    g();\n" * lines + "}\n"

    def test_a_file_in_order_passes(self):
        path = self.write("a.c", self.function(80) + "static struct s x = {\n" + "    0,\n" * 100 + "};\n")
        self.assertEqual(self.run_tool("check_style.py", path), (0, "style: 0 faults in 1 files\n"))

    def test_long_functions_are_found(self):
        self.expect(self.write("a.c", self.function(81)), "f() has 81 lines")

    def test_long_files_are_found(self):
        self.expect(self.write("a.py", f"# {LICENCE}\n" + "x = 1\n" * 600), "it has 601 lines")

    def test_a_missing_licence_is_found(self):
        self.expect(self.write("Makefile", "all:\n"), "name no licence")

    def test_leftovers_are_found(self):
        self.expect(self.write("a.c", f"/* {LICENCE} */\n/* TO" + "DO: more */\n"), "it holds a TO" + "DO")

    def test_hosts_in_lock_files_are_found(self):
        self.expect(self.write("package-lock.json", '{"resolved": "https://a.example/x.tgz"}'), "no registry's host")
        self.expect(self.write("requirements.txt", "--index-url https://a.example/\nx==1\n"), "no registry's host")
        path = self.write("package-lock.json", '{"funding": {"url": "https://a.example"}, "version": "1.0.0"}')
        self.assertEqual(self.run_tool("check_style.py", path)[0], 0)


if __name__ == "__main__":
    unittest.main()
