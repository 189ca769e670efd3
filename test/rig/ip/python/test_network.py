# SPDX-License-Identifier: Apache-2.0
"""IP cameras that cannot be reached, each in its own way. Runs in a network of its own (own_network)."""

import asyncio
import subprocess
import tempfile
import unittest

from clients import camera_of
from ip_case import UNPLUGGED, IpCase, serving
from messages import check_told

# Nobody is there. What is sent to the first two is lost without a word; of others the kernel learns that they are missing.
NETWORK = """
ip link add cameras type veth peer name others
ip addr add 10.77.0.1/24 dev cameras
ip link set cameras up
ip link set others up
ip neigh add 10.77.0.9 lladdr 02:00:00:00:00:09 dev cameras
ip neigh add 10.77.0.53 lladdr 02:00:00:00:00:53 dev cameras
"""
ROWS = {
    "http://10.77.0.9/a": "the camera does not answer: is it on and in this network?",
    "rtsp://10.77.0.9/a": "the camera does not answer: is it on and in this network?",
    "http://10.77.0.8/a": "not reachable: is the camera on and in this network?",
    "rtsp://10.79.0.9/a": "not reachable: this machine has no way to that network",
    "http://camera..example/a": "the name NAME is not known (REASON): check it, or write the camera's IP address",
    "http://camera.example/a": "no name server answers for NAME: write the camera's IP address",
}


def id_of(uri):
    return uri.replace("://", "-").replace("/", "-")


class Unreachable(IpCase):
    @classmethod
    def setUpClass(cls):
        names = cls.enterClassContext(tempfile.NamedTemporaryFile("w", prefix="uacam-rig-"))
        names.write("nameserver 10.77.0.53\n")
        names.flush()
        subprocess.run(["sh", "-ec", NETWORK], check=True)
        subprocess.run(["mount", "--bind", names.name, "/etc/resolv.conf"], check=True)

    async def test_each_tells_why(self):
        with serving(*ROWS, timeout=5) as server:
            await asyncio.gather(*(self.check(server, uri) for uri in ROWS))

    async def check(self, server, uri):
        async with camera_of(server, id_of(uri)) as camera:
            value = await camera.read("CameraImage")
            error = await camera.value("Status/LastError")
            check_told(ROWS[uri], error)
            gone = "name server" not in error
            self.assertEqual(value.StatusCode.name, "BadNoCommunication" if gone else "BadTimeout", error)
            if gone:
                self.assertEqual(await camera.value("Status/State"), UNPLUGGED)


if __name__ == "__main__":
    unittest.main()
