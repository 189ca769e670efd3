# SPDX-License-Identifier: Apache-2.0
"""Sixteen cameras at once, one of which hangs for ever in open(): it holds up nobody, nor the start, nor the end."""

from clients import AsyncTestCase, Camera, connected, eventually
from server import Server
from test_subscriptions import Watch

FAILED = 6
OTHERS = 15
CAMERAS = [f"sim:?fps=10&id=cam{i}" for i in range(OTHERS)] + ["sim:?hang=open&id=stuck"]
CONFIG = "camera:\n  capture_timeout: 2\n"


class Many(AsyncTestCase):
    async def test_one_hangs_all_others_go_on(self):
        with Server(*CAMERAS, config=CONFIG) as server:
            async with connected(server, user="operator") as (client, namespace):
                cameras = [Camera(client, namespace, f"cam{i}") for i in range(OTHERS)]
                stuck = Camera(client, namespace, "stuck")
                watch = await Watch(client).open()
                items = [await watch.item(c.id("CameraImage")) for c in [*cameras, stuck]]
                for item in items[:-1]:
                    await watch.wait_for(item, 3)
                self.assertEqual((await stuck.read("CameraImage")).StatusCode.name, "BadTimeout")
                self.assertEqual((await stuck.call("Snapshot")).StatusCode.name, "BadTimeout")

                async def has_failed():
                    return await stuck.value("Status/State") == FAILED

                await eventually(has_failed)
                self.assertIn("not open", await stuck.value("Status/LastError"))
                self.assertEqual(await cameras[3].value("Settings/Width"), 640)
                for item in items[:-1]:
                    await watch.wait_for(item, 6)
        self.assertIn("stuck: its driver hangs and is left behind", server.text())
