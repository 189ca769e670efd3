#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench/report puts what was measured into the documentation."""
import json
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = """Before
<!-- measured: machine -->
somewhere else
<!-- end -->
Between
<!-- measured: Encrypted -->
old
<!-- end -->
<!-- measured: Pictures -->
kept
<!-- end -->
After
"""


def row(chapter, ratio=None, limit=None):
    return {"chapter": chapter, "what": "1 MB & more", "unit": "s/GB", "value": 0.5, "against": 2.0, "ratio": ratio,
            "limit": limit, "ok": True if limit else None}


MEASURED = {
    "machine": {"date": "2026-01-02", "processor": "Some CPU", "kernel": "6.1", "cores": 3},
    "rows": [row("Encrypted"), row("Encrypted", 0.25, "<= 0.6")],
    "series": [
        {"chart": "read-size", "label": "uacam", "points": [[0.1, 900], [8, 2000]]},
        {"chart": "read-size", "label": "<other>", "points": [[0.1, 900], [8, 2000]]},
        {"chart": "subscribers", "label": "one", "points": [[1, 40], [1000, 50000]]},
        {"chart": "cameras", "label": "one", "points": [[1, 0.4], [16, 6.1]]},
        {"chart": "rivals", "label": "uacam", "points": [["1 MB", 100], ["8 MB", 0]]},
        {"chart": "rivals", "label": "other", "points": [["1 MB", 10], ["8 MB", 7]]},
    ],
}
CHARTS = {"cameras.svg", "encrypted.svg", "read-size.svg", "rivals.svg", "subscribers.svg"}


class ReportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.docs = Path(folder.name)
        self.page = self.docs / "performance.md"
        self.page.write_text(PAGE)

    def report(self, measured):
        found = self.docs / "bench.json"
        found.write_text(json.dumps(measured))
        return subprocess.run([sys.executable, "-B", ROOT / "bench/report", "--json", found, "--docs", self.docs],
                              capture_output=True, text=True, check=False)

    def content(self):
        return {path.name: path.read_bytes() for path in (self.docs / "performance").iterdir()} | {
            "page": self.page.read_bytes()}

    def test_tables_and_charts(self):
        self.assertEqual(self.report(MEASURED).stderr, "")
        page = self.page.read_text()
        self.assertRegex(page, r"1 MB & more, s/GB +0\.5 +2 +0\.25 +<= 0\.6 +ok\n")
        self.assertIn("2026-01-02: Some CPU, 3 cores, Linux 6.1.", page)
        self.assertNotIn("old", page)
        for kept in ("Before\n", "Between\n", "kept\n", "After\n"):
            self.assertIn(kept, page)
        charts = {path.name for path in (self.docs / "performance").iterdir()}
        self.assertEqual(charts, CHARTS)
        for name in charts:
            xml.etree.ElementTree.parse(self.docs / "performance" / name)

    def test_labels_stay_apart(self):
        self.report(MEASURED)
        svg = (self.docs / "performance/read-size.svg").read_text()
        at = [float(y) for y in re.findall(r'y="([\d.]+)" text-anchor="start" class="s\d"', svg)]
        self.assertEqual(len(at), 2)
        self.assertGreaterEqual(abs(at[0] - at[1]), 16)

    def test_the_same_again(self):
        self.report(MEASURED)
        first = self.content()
        self.report(MEASURED)
        self.assertEqual(self.content(), first)

    def test_what_has_no_place(self):
        done = self.report(MEASURED | {"rows": [row("Cellar")]})
        self.assertEqual((done.returncode, self.page.read_text()), (1, PAGE))
        self.assertIn("no place for Cellar", done.stderr)
        done = self.report(MEASURED | {"series": [{"chart": "wine", "label": "", "points": [[1, 1]]}]})
        self.assertEqual(done.returncode, 1)
        self.assertIn("no chart wine", done.stderr)


class PageTest(unittest.TestCase):
    def test_each_chapter_has_its_place(self):
        chapters = re.search(r"^CHAPTERS = \{(.*?)^\}", (ROOT / "bench/run").read_text(), re.S | re.M)[1]
        named = set(re.findall(r'^    "(.*?)":', chapters, re.M))
        page = (ROOT / "docs/performance.md").read_text()
        self.assertGreater(len(named), 3)
        self.assertLessEqual(named | {"machine"}, set(re.findall("<!-- measured: (.*?) -->\n\n.*?\n\n<!-- end -->", page, re.S)))

    def test_each_chart_is_shown(self):
        known = re.findall(r'^    "([a-z-]+)": \(', (ROOT / "bench/report").read_text(), re.M)
        page = (ROOT / "docs/performance.md").read_text()
        self.assertGreater(len(known), 3)
        self.assertEqual(sorted(known), sorted(re.findall(r"\]\(performance/(.*?)\.svg\)", page)))


if __name__ == "__main__":
    unittest.main()
