# SPDX-License-Identifier: Apache-2.0
"""`uacam cameras` lists the ONVIF devices that answer in the network, and nobody else."""

import json
import os
import subprocess
import sys
import unittest

from server import UACAM

NETWORK = os.path.join(os.path.dirname(__file__), "onvif_network.py")
ALONE = ["unshare", "--map-root-user", "--net"]


def cameras(*arguments):
    done = subprocess.run([*ALONE, sys.executable, NETWORK, UACAM, "cameras", *arguments], text=True,
                          capture_output=True, timeout=60)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout


class Onvif(unittest.TestCase):
    def test_devices_are_listed_once_each(self):
        devices = [d for d in json.loads(cameras("--json")) if d["kind"] == "onvif"]
        self.assertEqual([(d["endpoint"], d["name"], d["hardware"], d["service"]) for d in devices], [
            ("urn:uuid:7", "Front Door", "C7", "http://192.0.2.7/onvif/device_service"),
            ("urn:uuid:8", "Yard", "C8", "http://192.0.2.8/onvif/device_service"),
        ])

    def test_words_for_people(self):
        out = cameras()
        self.assertRegex(out, r"In the network, by ONVIF; each needs a line in the configuration")
        self.assertRegex(out, r"(?m)^    Front Door \(C7\)  http://192.0.2.7/onvif/device_service$")

    def test_the_network_may_be_left_alone(self):
        self.assertEqual(json.loads(cameras("--json", "--local")), [])


if __name__ == "__main__":
    unittest.main()
