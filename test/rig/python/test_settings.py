# SPDX-License-Identifier: Apache-2.0
"""What cameras of true drivers can be set to, as a client outside the machine sees and sets it."""

import unittest

import numpy
import vivid_picture
from asyncua import ua
from rig_case import NODES, SECOND_VIVID, VIVID, WEBCAM, RigCase
from sim_picture import decode, mean_error

V = ua.VariantType
FLAT = 12  # how far the mean colour of a bar may be off, however few bits its format has
VIVID_CONTROLS = "Device/VividControls"


class Settings(RigCase):
    async def value(self, camera, name):
        return await camera.value(f"Settings/{name}")

    async def set(self, camera, name, value, variant_type, expected="Good"):
        status = await camera.write(f"Settings/{name}", value, variant_type)
        self.assertEqual(status.name, expected, (name, value))

    async def choices(self, camera, name):
        return [text.Text for text in await camera.value(f"Settings/{name}/EnumStrings")]

    async def choose(self, camera, name, choice):
        await self.set(camera, name, (await self.choices(camera, name)).index(choice), V.UInt32)

    async def chosen(self, camera, name):
        return (await self.choices(camera, name))[await self.value(camera, name)]

    async def command(self, camera, folder, name):
        request = ua.CallMethodRequest(
            ObjectId=camera.id(f"Settings/{folder}"), MethodId=camera.id(f"Settings/{folder}/{name}")
        )
        (await camera.client.uaclient.call([request]))[0].StatusCode.check()

    async def pixels(self, camera):
        return decode(await camera.value("CameraImagePng"), "PNG")

    async def test_kinds_ranges_and_units(self):
        async with self.camera(WEBCAM) as camera:
            bounds = await camera.value("Settings/Brightness/EURange")
            self.assertEqual((bounds.Low, bounds.High), (-64, 64))
            bounds = await camera.value("Settings/ExposureTime/EURange")
            self.assertEqual((bounds.Low, bounds.High), (100, 500000))
            self.assertEqual((await camera.value("Settings/ExposureTime/EngineeringUnits")).DisplayName.Text, "µs")
            self.assertEqual(await self.value(camera, "ExposureTime"), 10000)
            self.assertEqual(await self.choices(camera, "ExposureAuto"), ["Off", "Continuous"])
            self.assertEqual(await self.choices(camera, "PixelFormat"), ["MJPEG", "YUYV"])
        async with self.camera(VIVID) as camera:
            menu = await self.choices(camera, f"{VIVID_CONTROLS}/TestPattern")
            self.assertEqual(menu[vivid_picture.BARS_100], "100% Colorbar")
            self.assertEqual(await self.choices(camera, "GainAuto"), ["Off", "Continuous"])
            self.assertIs(await self.value(camera, "ReverseX"), False)

    async def test_brightness_shows_in_the_pixels(self):
        async with self.operated(VIVID) as camera:
            await self.show(camera, vivid_picture.BARS_75)
            async with self.followed(camera):
                before = await self.pixels(camera)
                await self.set(camera, "Brightness", 64, V.UInt32)
                after = await self.pixels(camera)
                self.assertLess(after.mean(), before.mean() - 20)
                await self.set(camera, "Brightness", 128, V.UInt32)
                self.assertLess(mean_error(await self.pixels(camera), before), 1)

    async def test_another_program_turns_a_knob(self):
        async with self.camera(VIVID) as camera:
            await self.until(camera, "Status/InUse", False)
            async with self.followed(camera, "Settings/Brightness") as notes:
                await notes.expect("Good")
                await self.in_guest("v4l2-ctl -d /dev/video0 -c brightness=77")
                self.assertEqual((await notes.expect("Good")).Value.Value, 77)
                # While the camera streams, for us or for others.
                async with self.followed(camera) as pictures:
                    await pictures.expect("Good")
                    await self.in_guest("v4l2-ctl -d /dev/video0 -c brightness=88")
                    self.assertEqual((await notes.expect("Good")).Value.Value, 88)
                await self.until(camera, "Status/InUse", False)
                await self.in_guest("v4l2-ctl -d /dev/video0 --stream-mmap --stream-count=5 -c brightness=128")
                self.assertEqual((await notes.expect("Good")).Value.Value, 128)

    async def test_what_rules_what(self):
        async with self.operated(WEBCAM) as camera:
            await self.choose(camera, "ExposureAuto", "Continuous")
            await self.set(camera, "ExposureTime", 20000.0, V.Double, "BadInvalidState")
            await self.choose(camera, "ExposureAuto", "Off")
            await self.set(camera, "ExposureTime", 20040.0, V.Double)
            shown = await self.in_guest("v4l2-ctl -d $webcam -C exposure_time_absolute,auto_exposure")
            self.assertIn("exposure_time_absolute: 200", shown)
            self.assertIn("auto_exposure: 1", shown)
            self.assertEqual(await self.value(camera, "ExposureTime"), 20000)
            await self.set(camera, "ExposureTime", 99.0, V.Double, "BadOutOfRange")
            await self.set(camera, "ExposureTime", 500001.0, V.Double, "BadOutOfRange")

    async def test_size_and_rate(self):
        async with self.operated(SECOND_VIVID) as camera:
            await self.set(camera, "Width", 320, V.UInt32)
            self.assertEqual(await self.value(camera, "Height"), 180)
            self.assertEqual((await self.pixels(camera)).shape, (180, 320, 3))
            await self.set(camera, "Width", 321, V.UInt32, "BadOutOfRange")
            self.assertIn("Width 321: /dev/video1 offers 320, 640, 1280", self.guest.log())
            await self.set(camera, "AcquisitionFrameRate", 5.0, V.Double)
            self.assertEqual(await self.value(camera, "AcquisitionFrameRate"), 5)
            # What streams is opened anew.
            async with self.followed(camera, interval=0) as notes:
                await notes.expect("Good")
                await self.set(camera, "Height", 360, V.UInt32)
                self.assertEqual(await self.value(camera, "Width"), 640)
                await self.until(camera, "Width", 640)
                await notes.expect("Good")
                self.assertEqual(notes.seen, {"Good"})
            self.assertEqual((await self.pixels(camera)).shape, (360, 640, 3))
            await self.set(camera, "AcquisitionFrameRate", 10.0, V.Double)

    async def test_every_format_shows_the_same(self):
        formats = {
            VIVID: ["UYVY", "NV12", "RGB8", "BayerRG8", "BayerGB12", "Mono16"],
            SECOND_VIVID: ["YU12", "BGR8", "BayerBG16", "Mono8"],
        }
        bars = vivid_picture.bars(0.75)
        grey = (bars @ numpy.array([0.2126, 0.7152, 0.0722]))[:, None]  # ITU-R BT.709
        for name, choices in formats.items():
            async with self.operated(name) as camera:
                await self.show(camera, vivid_picture.BARS_75)
                async with self.followed(camera):
                    for choice in choices:
                        await self.choose(camera, "PixelFormat", choice)
                        got = vivid_picture.bar_colours(await self.pixels(camera))
                        with self.subTest(camera=name, format=choice):
                            wanted = grey if choice.startswith("Mono") else bars
                            self.assertLess(numpy.abs(got - wanted).max(), FLAT, got)
                await self.choose(camera, "PixelFormat", "YUYV")

    async def test_buttons_are_methods(self):
        async with self.operated(VIVID) as camera, self.followed(camera, interval=0) as notes:
            await notes.expect("Good")
            lost = await camera.value("Status/FramesLost")
            await self.in_guest(f"v4l2-ctl -d {NODES[VIVID]} -c osd_text_mode=1")
            await self.command(camera, VIVID_CONTROLS, "InjectV4L2_BUF_FLAG_ERROR")
            await self.until_more(camera, "Status/FramesLost", lost)
            await notes.expect("Good")
            self.assertEqual(notes.seen, {"Good"})

    async def test_settings_of_a_camera_that_others_use(self):
        async with self.operated(VIVID) as camera:
            await self.until(camera, "Status/InUse", False)
            await self.in_guest(
                "v4l2-ctl -d /dev/video0 --stream-mmap >/run/other.log 2>&1 & other=$!; wait_for 60 test -s /run/other.log"
            )
            await self.set(camera, "Contrast", 100, V.UInt32)
            self.assertIn("contrast: 100", await self.in_guest("v4l2-ctl -d /dev/video0 -C contrast; kill -0 $other"))
            await self.set(camera, "Contrast", 128, V.UInt32)
            await self.in_guest("kill $other; wait $other; true")

    async def check_kept(self, camera, show, pull, plug):
        await self.set(camera, "Contrast", 21, V.UInt32)
        await self.in_guest(pull)
        await self.until(camera, "Status/Connected", False)
        self.assertEqual((await camera.read("Settings/Contrast")).StatusCode.name, "BadNoCommunication")
        await self.set(camera, "Contrast", 22, V.UInt32, "BadNoCommunication")
        await self.in_guest(plug)
        await self.until(camera, "Status/Connected", True)
        self.assertEqual(await self.value(camera, "Contrast"), 21)
        self.assertIn("contrast: 21", await self.in_guest(show))

    async def test_settings_survive_replugging(self):
        async with self.operated(WEBCAM) as camera:
            await self.check_kept(camera, "v4l2-ctl -d $webcam -C contrast", "unplug RIG-A", "plug RIG-A 1")
        async with self.operated(VIVID) as camera:
            await self.check_kept(
                camera, f"v4l2-ctl -d {NODES[VIVID]} -C contrast", "vivid unbind", "vivid bind; wait_for 60 test -e /dev/video1"
            )


if __name__ == "__main__":
    unittest.main()
