# SPDX-License-Identifier: Apache-2.0
"""What becomes of cameras that others use, that are pulled out, that fail: told by true drivers."""

import json
import unittest

from rig_case import BUSY, FAILED, IDLE, SECOND_VIVID, STREAMING, UNPLUGGED, VIVID, WEBCAM, RigCase

# Another program streams from /dev/video0 until `kill $other; wait $other`.
OTHER_STREAMS = """
v4l2-ctl -d /dev/video0 --stream-mmap >/run/other.log 2>&1 & other=$!
wait_for 60 test -s /run/other.log
"""
OTHER_STOPS = "kill $other; wait $other; true"


class Faults(RigCase):
    async def test_the_device_is_free_after_use(self):
        async with self.camera(VIVID) as camera:
            async with self.streaming(camera):
                self.assertTrue(await camera.value("Status/InUse"))
            await self.until(camera, "Status/InUse", False)
            self.assertEqual(await camera.value("Status/State"), IDLE)
            self.assertTrue(await camera.value("Status/Connected"))
            await self.in_guest("v4l2-ctl -d /dev/video0 --stream-mmap --stream-count=3")

    async def test_a_camera_that_another_program_uses(self):
        async with self.camera(VIVID) as camera:
            await self.until(camera, "Status/InUse", False)
            await self.in_guest(OTHER_STREAMS)
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadResourceUnavailable")
            self.assertEqual(await camera.value("Status/State"), BUSY)
            self.assertTrue(await camera.value("Status/InUse"))
            self.assertRegex(await camera.value("Status/InUseBy"), r"^v4l2-ctl \(pid \d+\)$")
            await camera.until_told("/dev/video0 is in use by PROGRAM (pid 4711)")

            async with self.followed(camera) as notes:
                await notes.expect("BadResourceUnavailable")
                await self.in_guest("kill -0 $other")
                await self.in_guest(OTHER_STOPS)
                await notes.expect("Good")
                self.assertEqual(notes.seen, {"BadResourceUnavailable", "Good"})
                self.assertEqual(await camera.value("Status/State"), STREAMING)
            self.assertEqual(await camera.value("Status/InUseBy"), "")
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "Good")

    async def check_replugging(self, camera, pull, plug):
        """A subscription goes through it and comes out at the same NodeId."""
        async with self.followed(camera) as notes:
            await notes.expect("Good")
            number = await camera.value("FrameNumber")
            await self.in_guest(pull)
            await notes.expect("BadNoCommunication")
            self.assertEqual(await camera.value("Status/State"), UNPLUGGED)
            self.assertRegex(await camera.value("Status/LastError"), "was unplugged|is not plugged in|is the camera plugged in")
            self.assertFalse(await camera.value("Status/Connected"))
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadNoCommunication")
            self.assertEqual(notes.seen, {"Good", "BadNoCommunication"})

            await self.in_guest(plug)
            await notes.expect("Good")
            self.assertEqual(await camera.value("Status/State"), STREAMING)
            self.assertTrue(await camera.value("Status/Connected"))
            self.assertGreater(await camera.value("FrameNumber"), number)
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "Good")

    async def test_vivid_is_unplugged(self):
        async with self.camera(VIVID) as camera:
            await self.check_replugging(camera, "vivid unbind", "vivid bind")
        async with self.camera(SECOND_VIVID) as other:
            self.assertEqual((await other.read("CameraImage")).StatusCode.name, "Good")

    async def test_the_webcam_is_unplugged(self):
        async with self.camera(WEBCAM) as camera:
            await self.check_replugging(camera, "unplug RIG-A", "plug RIG-A 0")

    async def test_a_device_that_is_dead_while_its_file_stays(self):
        async with self.camera(SECOND_VIVID) as camera, self.followed(camera) as notes:
            await notes.expect("Good")
            await self.in_guest("v4l2-ctl -d /dev/video1 -c disconnect=1; test -e /dev/video1")
            await notes.expect("BadNoCommunication")
            # The driver goes node by node: whoever is quick may open it once more in between.
            await self.until(camera, "Status/State", UNPLUGGED)
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadNoCommunication")
            await self.in_guest("vivid unbind; vivid bind")
            await notes.expect("Good")
            self.assertEqual(notes.seen, {"Good", "BadNoCommunication"})

    async def test_a_webcam_that_hangs(self):
        async with self.camera(WEBCAM) as camera:
            await camera.value("CameraImage")
            await self.in_guest("kill -STOP ${webcams[RIG-A]}")
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadTimeout")
            await self.in_guest("kill -CONT ${webcams[RIG-A]}")
            async with self.followed(camera) as notes:
                await notes.expect("Good")
            await camera.until_told("no picture from /dev/video0 for 5 s")

    async def test_plugged_in_elsewhere(self):
        async with self.camera(WEBCAM) as camera:
            await self.until(camera, "Status/InUse", False)
            await self.in_guest("unplug RIG-A")
            self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadNoCommunication")
            await self.in_guest("plug RIG-A 1")
            async with self.followed(camera) as notes:
                await notes.expect("Good")

    async def list_as_nobody(self):
        """By id, what `uacam cameras` says to a user without rights."""
        listed = json.loads(
            await self.in_guest("setpriv --reuid 65534 --regid 65534 --clear-groups $uacam cameras --local --json 2>&1")
        )
        return {c["id"]: c for c in listed}

    async def test_a_user_without_access(self):
        await self.in_guest("chgrp video /dev/video0; chmod 660 /dev/video0; chmod 600 /dev/video1")
        listed = await self.list_as_nobody()
        self.assertEqual(listed[VIVID]["state"], "denied")
        self.assertEqual(
            listed[VIVID]["error"],
            "no access to /dev/video0: run `sudo usermod -aG video nobody` and log in again",
        )
        self.assertEqual(
            listed[SECOND_VIVID]["error"], "no access to /dev/video1 for nobody: see `ls -l /dev/video1`"
        )

    async def test_broken_buffers_are_counted(self):
        async with self.moving_vivid() as camera, self.followed(camera, interval=0) as notes:
            reopened = await camera.value("Status/ReopenCount")
            for _ in range(3):
                await notes.expect("Good")
                lost = await camera.value("Status/FramesLost")
                await self.in_guest("v4l2-ctl -d /dev/video0 -c inject_v4l2_buf_flag_error=1")
                await self.until_more(camera, "Status/FramesLost", lost)
                notes.unread.clear()
            await notes.expect("Good")
            self.assertEqual(notes.seen, {"Good"})
            self.assertEqual(await camera.value("Status/ReopenCount"), reopened)

    async def test_dropped_frames_are_counted(self):
        async with self.moving_vivid() as camera, self.followed(camera, interval=0) as notes:
            await notes.expect("Good")
            lost = await camera.value("Status/FramesLost")
            await self.in_guest("v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=50")
            await self.until_more(camera, "Status/FramesLost", lost + 3)
            await self.in_guest("v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=0")
            self.assertEqual(notes.seen, {"Good"})

    async def test_a_device_that_does_not_start(self):
        async with self.camera(SECOND_VIVID) as camera:
            for call in ("reqbufs", "qbuf", "streamon"):
                await self.until(camera, "Status/InUse", False)
                await self.in_guest(f"v4l2-ctl -d /dev/video1 -c inject_vidioc_{call}_error=1")
                self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadDeviceFailure")
                self.assertEqual(await camera.value("Status/State"), FAILED)
                await camera.until_told("/dev/video0: VIDIOC_CALL failed: REASON")
                self.assertIn(f"VIDIOC_{call.upper()}", await camera.value("Status/LastError"))
                async with self.followed(camera) as notes:
                    await notes.expect("Good")

    async def test_a_failing_device_is_opened_again(self):
        async with self.camera(SECOND_VIVID) as camera, self.followed(camera) as notes:
            await notes.expect("Good")
            reopened = await camera.value("Status/ReopenCount")
            await self.in_guest("v4l2-ctl -d /dev/video1 -c inject_fatal_streaming_error=1")
            await notes.expect("BadDeviceFailure")
            await notes.expect("Good")
            self.assertGreater(await camera.value("Status/ReopenCount"), reopened)
            self.assertNotEqual(await camera.value("Status/LastError"), "")


if __name__ == "__main__":
    unittest.main()
