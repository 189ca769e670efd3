# SPDX-License-Identifier: Apache-2.0
"""Pictures of the kernel's own drivers, as a client outside the machine gets them."""

import datetime
import json
import unittest

import numpy
import vivid_picture
from asyncua import ua
from clients import connected, make_client
from rig_case import PICTURES, SECOND_VIVID, SIZE, STREAMING, VIVID, WEBCAM, RigCase
from sim_picture import decode, mean_error

FLAT = 6  # how far the mean colour of a bar may be off
EXACT = 0.6  # one rounding of each colour
JPEG_ERROR = 2  # mean difference of a channel
CLOCK_SLACK = 0.1  # s


def seconds(time):
    """A UTC time of asyncua as the guest's clock counts."""
    return time.replace(tzinfo=datetime.timezone.utc).timestamp()


class Pictures(RigCase):
    async def guest_clock(self):
        return float(await self.in_guest("date +%s.%N"))

    async def test_all_cameras_are_listed(self):
        async with connected(self.guest) as (client, namespace):
            folder = client.get_node(ua.NodeId("Cameras", namespace))
            found = {c.nodeid.Identifier for c in await folder.get_children(nodeclassmask=ua.NodeClass.Object)}
            self.assertEqual(found, {f"Cameras/{name}" for name in (VIVID, SECOND_VIVID, WEBCAM)})
        expected = {
            VIVID: {"Model": "vivid", "Driver": "vivid", "Address": "platform:vivid.0", "SerialNumber": ""},
            WEBCAM: {
                "Manufacturer": "uacam rig",
                "Model": "Simulated webcam",
                "Driver": "uvcvideo",
                "SerialNumber": "RIG-A",
                "Address": "usb-vhci_hcd.0-1",
            },
        }
        for name, facts in expected.items():
            async with self.camera(name) as camera:
                for fact, text in facts.items():
                    self.assertEqual(await camera.value(f"Identification/{fact}"), text)

    async def test_endpoints_lead_to_where_the_client_came_in(self):
        for host in ("127.0.0.1", "localhost"):
            for path in ("", "/opcfy/server/"):
                endpoints = await make_client(self.guest, path, host).connect_and_get_server_endpoints()
                self.assertTrue(endpoints)
                for e in endpoints:
                    self.assertTrue(e.EndpointUrl.startswith(f"opc.tcp://{host}:{self.guest.port}"), e.EndpointUrl)

    async def check_bars(self, camera, pattern, strength):
        await self.show(camera, pattern)
        for node, kind in (("CameraImage", "JPEG"), ("CameraImagePng", "PNG"), ("CameraImageBmp", "BMP")):
            with self.subTest(node=node, pattern=pattern):
                data = self.save(f"bars-{pattern}.{kind.lower()}", await camera.value(node))
                pixels = decode(data, kind)
                self.assertEqual(pixels.shape[1::-1], SIZE)
                off = numpy.abs(vivid_picture.bar_colours(pixels) - vivid_picture.bars(strength))
                self.assertLess(off.max(), FLAT, off)

    async def test_colour_bars(self):
        async with self.camera(VIVID) as camera:
            await self.check_bars(camera, vivid_picture.BARS_75, 0.75)
            await self.check_bars(camera, vivid_picture.BARS_100, 1)

    async def test_png_is_exact(self):
        async with self.camera(SECOND_VIVID) as camera:
            for pattern in (vivid_picture.COLOURED_SQUARES, vivid_picture.GREY_RAMP):
                raw = await self.show(camera, pattern)
                expected = vivid_picture.yuyv_to_rgb(raw, *SIZE)
                png = self.save(f"exact-{pattern}.png", await camera.value("CameraImagePng"))
                jpeg = self.save(f"exact-{pattern}.jpeg", await camera.value("CameraImage"))
                self.assertGreater(expected.std(), 50)
                self.assertLess(numpy.abs(decode(png, "PNG") - expected).max(), EXACT)
                self.assertLess(mean_error(decode(jpeg, "JPEG"), expected), JPEG_ERROR)

    async def test_mjpeg_is_passed_through(self):
        files = [path.read_bytes() for path in sorted(PICTURES.glob("*.jpg"))]
        async with self.camera(WEBCAM) as camera:
            turns = []
            for _ in range(4):
                data = self.save("webcam.jpeg", await camera.value("CameraImage"))
                self.assertIn(data, files)
                turns.append(files.index(data))
            self.assertTrue(all(a != b for a, b in zip(turns, turns[1:])), turns)

            png = decode(self.save("webcam.png", await camera.value("CameraImagePng")), "PNG")
            self.assertLess(min(mean_error(png, decode(f, "JPEG")) for f in files), 1)

    async def test_a_picture_that_stands_still_is_sent_once(self):
        async with self.camera(SECOND_VIVID) as camera:
            await self.show(camera, vivid_picture.BARS_75)
            async with self.followed(camera) as notes:
                await notes.expect("Good")
                await self.until_more(camera, "Status/FramesCaptured", await camera.value("Status/FramesCaptured") + 5)
                self.assertEqual(notes.unread, [])

    async def test_times_and_counts(self):
        for name in (VIVID, WEBCAM):
            async with self.operated(name) as camera:
                counted = await camera.value("Status/FramesCaptured")
                before = await self.guest_clock()
                read = await camera.read("CameraImage")
                again = await camera.read("CameraImage")
                after = await self.guest_clock()

                self.assertLess(before - CLOCK_SLACK, seconds(read.SourceTimestamp))
                self.assertLess(read.SourceTimestamp, again.SourceTimestamp)
                self.assertLess(seconds(again.SourceTimestamp), after + CLOCK_SLACK)
                self.assertGreaterEqual(await camera.value("FrameTime"), again.SourceTimestamp)
                self.assertGreaterEqual(await camera.value("FrameNumber"), 2)
                self.assertGreaterEqual(await camera.value("Status/FramesCaptured"), counted + 2)
                self.assertEqual(decode(again.Value.Value, "JPEG").shape[1], await camera.value("Width"))

    async def test_the_command_lists_cameras_and_disturbs_none(self):
        async with self.moving_vivid() as camera, self.followed(camera) as notes:
            await notes.expect("Good")
            reopened = await camera.value("Status/ReopenCount")
            listed = json.loads(await self.in_guest("$uacam cameras --json 2>&1"))
            text = await self.in_guest("$uacam cameras 2>&1")
            notes.unread.clear()
            await notes.expect("Good")
            self.assertEqual(notes.seen, {"Good"})
            self.assertEqual(await camera.value("Status/State"), STREAMING)
            self.assertEqual(await camera.value("Status/ReopenCount"), reopened)

        by_id = {c["id"]: c for c in listed}
        self.assertEqual(set(by_id), {VIVID, SECOND_VIVID, WEBCAM})
        self.assertEqual(by_id[VIVID]["state"], "busy")
        self.assertRegex(by_id[VIVID]["error"], r"/dev/video0 is in use by uacam \(pid \d+\)")
        self.assertEqual(by_id[SECOND_VIVID]["state"], "ready")
        self.assertIn({"format": "YUYV", "width": 640, "height": 360, "fps": 40}, by_id[VIVID]["formats"])
        self.assertEqual(
            by_id[WEBCAM]["formats"],
            [
                {"format": "MJPEG", "width": 640, "height": 480, "fps": 15},
                {"format": "YUYV", "width": 640, "height": 480, "fps": 5},
            ],
        )
        for part in (VIVID, SECOND_VIVID, WEBCAM, "Simulated webcam", "MJPEG", "in use by uacam"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
