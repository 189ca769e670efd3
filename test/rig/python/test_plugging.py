# SPDX-License-Identifier: Apache-2.0
"""Cameras that come and go while the server runs: two of the kernel's test driver and webcams."""

import asyncio
import re
import unittest

from asyncua import ua
from clients import eventually
from rig_case import IDLE, SECOND_VIVID, UNPLUGGED, VIVID, WEBCAM, RigCase
from test_events import subscription

V = ua.VariantType
SECOND_WEBCAM = "usb-1209-0001-RIG-B"
TWIN = "usb-1209-0001-TWIN"
TWIN_BY_PLACE = "usb-vhci_hcd.0-4"
NODE_ADDED, REFERENCE_ADDED = 1, 4  # of ModelChangeStructureVerbMask


class Plugging(RigCase):
    async def cameras(self, camera):
        folder = camera.client.get_node(ua.NodeId("Cameras", camera.namespace))
        return {node.nodeid.Identifier.removeprefix("Cameras/") for node in await folder.get_children(nodeclassmask=ua.NodeClass.Object)}

    async def until_there(self, camera, names):
        async def look():
            return names <= await self.cameras(camera)

        await eventually(look)

    async def until_told(self, listener, affected):
        """Events of the model came that say this: NodeId -> verb."""

        async def look():
            changes = [change for event in listener.events for change in event.Changes]
            return affected.items() <= {(change.Affected.Identifier, change.Verb) for change in changes}

        await eventually(look)

    async def contrast_of(self, serial):
        return await self.in_guest(f"v4l2-ctl -d $(webcam_node {serial}) -C contrast")

    async def times(self):
        """What guest/times.py noticed: (seconds, line)."""
        text = await self.in_guest("cat $RIG_OUT/times")
        return [(float(second), line) for second, line in re.findall(r"^([\d.]+) (.*)$", text, re.M)]

    def delay(self, times, first, then):
        """Seconds from the last line with `first` before one with `then` to that."""
        end = next(second for second, line in times if then in line)
        return end - max(second for second, line in times if first in line and second <= end)

    async def test_a_new_camera_gets_nodes(self):
        async with self.camera(VIVID) as camera:
            version = await camera.client.get_node(ua.NodeId("Cameras/NodeVersion", camera.namespace)).read_value()
            async with subscription(camera.client) as (listener, made):
                await made.subscribe_events(evtypes=ua.ObjectIds.GeneralModelChangeEventType)
                await self.in_guest("watch_times; plug RIG-B 1")
                await self.until_there(camera, {SECOND_WEBCAM})
                await self.until_told(listener, {f"Cameras/{SECOND_WEBCAM}": NODE_ADDED, "Cameras": REFERENCE_ADDED})
            # Its node with metadata is none.
            self.assertEqual(await self.cameras(camera), {VIVID, SECOND_VIVID, WEBCAM, SECOND_WEBCAM})
            after = await camera.client.get_node(ua.NodeId("Cameras/NodeVersion", camera.namespace)).read_value()
            self.assertNotEqual(version, after)
        async with self.camera(SECOND_WEBCAM) as camera:
            async with self.followed(camera) as notes:
                await notes.expect("Good")
                await self.in_guest("unplug RIG-B")
                await notes.expect("BadNoCommunication")
            self.assertEqual(await camera.value("Identification/SerialNumber"), "RIG-B")
            times = await self.times()
            plug = self.delay(times, "add video", f"log info    camera: {SECOND_WEBCAM}")
            unplug = self.delay(times, "remove video", f"log warning camera: {SECOND_WEBCAM}")
            print(f"plug to node {plug:.3f} s, unplug to Bad {unplug:.3f} s after the kernel's word")
            await self.in_guest("plug RIG-B 1")
            await self.until(camera, "Status/State", IDLE)

    async def test_replugged_in_the_other_order(self):
        async with self.operated(WEBCAM) as first:
            await self.in_guest("webcam_node RIG-B || plug RIG-B 1")
            await self.until_there(first, {SECOND_WEBCAM})
            async with self.operated(SECOND_WEBCAM) as second:
                await self.until(second, "Status/Connected", True)
                for camera, contrast in ((first, 11), (second, 12)):
                    status = await camera.write("Settings/Contrast", contrast, V.UInt32)
                    self.assertEqual(status.name, "Good")
                async with self.followed(first) as notes, self.followed(second) as second_notes:
                    await notes.expect("Good")
                    await second_notes.expect("Good")
                    await self.in_guest("unplug RIG-A; unplug RIG-B")
                    await notes.expect("BadNoCommunication")
                    await second_notes.expect("BadNoCommunication")
                    await self.in_guest("plug RIG-B 0; plug RIG-A 1")
                    await second_notes.expect("Good")
                    await notes.expect("Good")
                    self.assertEqual(notes.seen | second_notes.seen, {"Good", "BadNoCommunication"})
                self.assertIn("contrast: 11", await self.contrast_of("RIG-A"))
                self.assertIn("contrast: 12", await self.contrast_of("RIG-B"))
                self.assertEqual(await first.value("Settings/Contrast"), 11)
                self.assertEqual(await second.value("Settings/Contrast"), 12)

    async def test_unplugged_while_closed(self):
        async with self.camera(WEBCAM) as camera:
            await self.until(camera, "Status/State", IDLE)
            await self.in_guest("unplug RIG-A")
            await self.until(camera, "Status/State", UNPLUGGED)
            self.assertFalse(await camera.value("Status/Connected"))
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadNoCommunication")
            await self.in_guest("plug RIG-A 2")
            await self.until(camera, "Status/State", IDLE)
            self.assertEqual(await camera.value("Identification/Address"), "usb-vhci_hcd.0-3")
            async with self.streaming(camera):
                pass

    async def test_unplugged_while_being_read(self):
        async with self.camera(VIVID) as camera:
            seen = []

            async def read_on():
                while not seen or seen[-1] != "BadNoCommunication":
                    seen.append((await camera.read("CameraImage")).StatusCode.name)

            reader = asyncio.create_task(read_on())
            await eventually(lambda: asyncio.sleep(0, "Good" in seen))
            await self.in_guest("vivid unbind")
            await asyncio.wait_for(reader, 20)
            self.assertEqual(set(seen), {"Good", "BadNoCommunication"})
            await self.in_guest("vivid bind; wait_for 60 test -e /dev/video1")
            await self.until(camera, "Status/Connected", True)
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "Good")

    async def test_a_twin_comes(self):
        async with self.camera(VIVID) as other:
            await self.in_guest("plug TWIN 5")
            await self.until_there(other, {TWIN})
            async with self.camera(TWIN) as camera, self.followed(camera) as notes:
                await notes.expect("Good")
                await self.in_guest('"$uvcsim" 3 TWIN 15 640 480 "${pictures[@]}" & twin=$!')
                await self.until_there(other, {TWIN_BY_PLACE})
                notes.unread.clear()
                await notes.expect("Good")
                self.assertEqual(notes.seen, {"Good"})
            async with self.camera(TWIN_BY_PLACE) as camera:
                self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "Good")
                await self.in_guest("kill $twin")
                await self.until(camera, "Status/State", UNPLUGGED)
            self.assertIn(TWIN, await self.cameras(other))
            await self.in_guest("unplug TWIN")


if __name__ == "__main__":
    unittest.main()
