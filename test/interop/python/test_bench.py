# SPDX-License-Identifier: Apache-2.0
"""`uacam bench`: what it counts is what came."""

import json
import unittest

from server import Server, run

DONE, FAILED, USAGE = 0, 1, 2


def bench(*arguments):
    code, out, err = run("bench", *arguments, "--seconds", "1", "--json")
    if code != DONE:
        raise AssertionError(err)
    return json.loads(out)


class Bench(unittest.TestCase):
    def assert_consistent(self, told, clients):
        self.assertGreater(told["count"], 0)
        self.assertAlmostEqual(told["per_second"], told["count"] / told["seconds"], places=1)
        self.assertLessEqual(told["fewest"] * clients, told["count"])
        self.assertGreaterEqual(told["most"] * clients, told["count"])
        steps = [told[key] for key in ("least_ms", "median_ms", "p90_ms", "p99_ms", "most_ms")]
        self.assertEqual(steps, sorted(steps))

    def test_reads(self):
        with Server("sim:") as server:
            told = bench(server.url(), "--clients", "2", "--pipelined", "3")
            self.assertEqual((told["mode"], told["clients"]), ("read", 2))
            self.assert_consistent(told, 2)
            self.assertGreater(told["bytes"], 1000 * told["count"])

    def test_subscribers_get_the_same(self):
        with Server("sim:?fps=20") as server:
            told = bench(server.url(), "--subscribers", "3")
            self.assertEqual((told["mode"], told["clients"]), ("subscribe", 3))
            self.assert_consistent(told, 3)
            self.assertLessEqual(told["most"] - told["fewest"], 5)
            self.assertLessEqual(told["most"], 20 * told["seconds"] + 2)

    def test_any_variable(self):
        with Server("sim:") as server:
            told = bench(server.url(), "i=2258")
            self.assert_consistent(told, 1)
            self.assertEqual(told["bytes"], 0)

    def test_words_for_people(self):
        with Server("sim:") as server:
            code, out, err = run("bench", server.url(), "--seconds", "1")
            self.assertEqual(code, DONE, err)
            self.assertRegex(out, r"(?m)^\d+ reads in \d.*reads/s, .* MB/s$")
            self.assertRegex(out, r"from asking to having, ms:  least .* median .* 99 % ")

    def test_what_cannot_be_measured(self):
        with Server("sim:") as server:
            code, out, err = run("bench", server.url(), "nosuch")
            self.assertEqual((code, out), (FAILED, ""))
            self.assertIn("no camera 'nosuch'", err)
            code, out, err = run("bench", server.url(), "i=1")
            self.assertEqual((code, out), (FAILED, ""))
            self.assertIn("Bad_", err)
        code, _, err = run("bench")
        self.assertEqual(code, USAGE)
        self.assertIn("bench needs the URL", err)


if __name__ == "__main__":
    unittest.main()
