# SPDX-License-Identifier: Apache-2.0
"""Cameras that the configuration names: by URI, by id, by pattern; and `uacam cameras --watch`."""

import signal
import subprocess
import unittest

from asyncua import ua

import clients
from server import TIED, UACAM, Server

NAMED = """
server:
  default_camera: usb-dead-beef-1
cameras:
  - {id: "usb-none-*", enabled: false}
  - {id: usb-dead-beef-1, name: Conveyor}
  - {uri: "sim:?id=door", name: Door}
  - {uri: "sim:?id=off", enabled: false}
"""


class Named(unittest.IsolatedAsyncioTestCase):
    async def test_absent_cameras_are_there_as_unplugged(self):
        with Server(config=NAMED) as server:
            async with clients.connected(server) as (client, ns):
                cameras = await client.nodes.objects.get_child(f"{ns}:Cameras")
                shown = {(await c.read_browse_name()).Name: (await c.read_display_name()).Text
                         for c in await cameras.get_children(refs=ua.ObjectIds.HasComponent)}
                self.assertEqual(shown, {"door": "Door", "usb-dead-beef-1": "Conveyor"})
                place = f"ns={ns};s=Cameras/usb-dead-beef-1"
                state = await client.get_node(f"{place}/Status/State").read_value()
                self.assertEqual(state, 0)  # Unplugged
                image = client.get_node(f"{place}/CameraImage")
                with self.assertRaises(ua.uaerrors.BadNoCommunication):
                    await image.read_value()
                device = await client.nodes.objects.get_child([f"{ns}:CameraDevice", f"{ns}:CameraImage"])
                self.assertEqual(device, image)


class Watch(unittest.TestCase):
    def test_ends_well(self):
        with subprocess.Popen([*TIED, UACAM, "cameras", "--watch", "--json"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            try:
                with self.assertRaises(subprocess.TimeoutExpired):
                    process.wait(timeout=1)
            finally:
                process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
            self.assertEqual((process.returncode, err), (0, ""))

    def test_waits_aloud(self):
        """This machine has no camera, or tells it."""
        with subprocess.Popen([*TIED, UACAM, "cameras", "--watch"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as process:
            line = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=20)
        self.assertRegex(line, r"^no camera is attached .* waiting for one to come.*: v4l2|^\S+  here ")
        self.assertNotIn("waiting", rest)
        self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
