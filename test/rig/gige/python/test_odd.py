# SPDX-License-Identifier: Apache-2.0
"""A GigE Vision camera with odd features: what is shown of them, and what is told when it cannot be used."""

import pathlib
import tempfile

from asyncua import ua
from clients import camera_of, eventually, operator_of
from gige_case import GigeCase, serving
from messages import check_told
from sim_picture import decode

DESCRIPTION = (pathlib.Path(__file__).parents[1] / "odd_camera.xml").read_text()


class Odd(GigeCase):
    def odd_camera(self, pixel_format, code):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        text = DESCRIPTION.replace("PIXEL_FORMAT", pixel_format).replace("PIXEL_CODE", str(code))
        (folder / "odd.xml").write_text(text)
        fake = self.fake_camera()
        fake.switch_off()
        fake.switch_on("-g", str(folder / "odd.xml"))
        return fake

    async def complaint(self, fake, options=""):
        with serving(f"gige:{fake.serial}{options}", linger=0.2) as server:
            async with camera_of(server, fake.serial) as camera:
                self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadDeviceFailure")
                return await camera.value("Status/LastError")

    async def test_its_features(self):
        fake = self.odd_camera("Mono8", 0x01080001)
        with serving(f"gige:{fake.serial}") as server:
            async with operator_of(server, fake.serial) as camera:

                async def setting(path):
                    return await camera.value(f"Settings/{path}")

                async def listed():
                    return (await camera.read("Settings/DeviceTemperature")).StatusCode.is_good()

                await eventually(listed)
                self.assertEqual(await setting("DeviceTemperature"), 41.5)
                status = await camera.write("Settings/DeviceTemperature", 1.0, ua.VariantType.Double)
                self.assertEqual(status.name, "BadNotWritable")
                lamp = "Device/Loop/Lamp"
                self.assertEqual(await setting(lamp), False)
                self.assertTrue((await camera.write(f"Settings/{lamp}", True, ua.VariantType.Boolean)).is_good())
                self.assertEqual(await setting(lamp), True)
                gamma = await camera.write("Settings/Gamma", 4, (await camera.read("Settings/Gamma")).Value.VariantType)
                self.assertFalse(gamma.is_good())
                self.assertEqual(await setting("Gamma"), 3)
                # Sides in steps: 100 is none, 96 is.
                width = (await camera.read("Settings/Width")).Value.VariantType
                self.assertTrue((await camera.write("Settings/Width", 100, width)).is_good())
                pixels = decode(await camera.value("CameraImagePng"), "PNG")
                self.assertEqual(pixels.shape[1], 96)

    async def test_a_format_that_nobody_reads(self):
        fake = self.odd_camera("Coord3D_C16", 0x011000B8)
        check_told("NAME has no pixel format that uacam can read", await self.complaint(fake))

    async def test_no_software_trigger(self):
        fake = self.odd_camera("Mono8", 0x01080001)
        message = "NAME has no software trigger: leave trigger=software out of its URI"
        check_told(message, await self.complaint(fake, "?trigger=software"))
