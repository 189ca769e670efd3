# SPDX-License-Identifier: Apache-2.0
"""GigE Vision cameras in good health: found, shown, set, shared."""

import json

import numpy
from asyncua import ua
from clients import Camera, camera_of, connected, eventually, operator_of
from gige_case import BUSY, GigeCase, serving
from server import run
from sim_picture import decode


def gige_cameras():
    code, out, err = run("cameras", "--json")
    assert code == 0, err
    return {c["id"]: c for c in json.loads(out) if c["driver"] == "GigE Vision"}


class Cameras(GigeCase):
    async def test_two_cameras_are_found_and_show_pictures(self):
        fakes = [self.fake_camera(n) for n in (1, 2)]
        found = gige_cameras()
        for fake in fakes:
            camera = found[fake.id]
            self.assertEqual((camera["address"], camera["serial"], camera["state"]), (fake.address, fake.serial, "ready"))
            self.assertEqual((camera["manufacturer"], camera["model"]), ("Aravis", "Fake"))
            self.assertEqual({f["format"] for f in camera["formats"]}, {"RGB8", "Mono8"})
        with serving() as server:
            async with connected(server) as (client, namespace):
                for fake in fakes:
                    camera = Camera(client, namespace, fake.id)

                    async def there():
                        return (await camera.read("Status/State")).StatusCode.is_good()

                    await eventually(there)
                    value = await camera.read("CameraImagePng")
                    self.assertTrue(value.StatusCode.is_good(), server.text())
                    pixels = decode(value.Value.Value, "PNG")
                    self.assertEqual(pixels.shape, (512, 512, 3))
                    # Stripes of every hue: the mosaic has been turned into colours.
                    hues = pixels.reshape(-1, 3).argmax(axis=1)
                    self.assertEqual(set(numpy.unique(hues)), {0, 1, 2})
                    self.assertGreater(numpy.ptp(pixels.astype(int), axis=2).max(), 150)
                    self.assertEqual(await camera.value("Identification/SerialNumber"), fake.serial)

    async def test_exposure_is_set_by_a_client_and_shows(self):
        fake = self.fake_camera()
        with serving(f"gige:{fake.serial}") as server:
            async with operator_of(server, fake.serial) as camera:

                async def listed():
                    return (await camera.read("Settings/ExposureTime")).StatusCode.is_good()

                async def brightness(exposure):
                    status = await camera.write("Settings/ExposureTime", exposure, ua.VariantType.Double)
                    self.assertTrue(status.is_good(), status)
                    return decode(await camera.value("CameraImagePng"), "PNG").mean()

                await eventually(listed)
                status = await camera.write("Settings/PixelFormat", await self.choice(camera, "Mono8"), ua.VariantType.UInt32)
                self.assertTrue(status.is_good(), status)
                self.assertLess(await brightness(1000.0), await brightness(10000.0) / 2)
                status = await camera.write("Settings/ExposureTime", 1.0, ua.VariantType.Double)
                self.assertEqual(status.name, "BadOutOfRange")

    async def choice(self, camera, name):
        names = [t.Text for t in await camera.value("Settings/PixelFormat/EnumStrings")]
        return names.index(name)

    async def test_another_program_has_the_camera(self):
        fake = self.fake_camera()
        uri = f"gige:{fake.serial}"
        with serving(uri) as first, serving(uri, linger=0.2, timeout=10) as second:
            async with camera_of(first, fake.serial) as camera, camera_of(second, fake.serial) as other:

                async def refused():
                    return (await other.read("CameraImage")).StatusCode.name == "BadResourceUnavailable"

                watch, item = await self.watch(camera)
                await self.expect(watch, item, "Good")
                await eventually(refused)
                self.assertEqual(await other.value("Status/State"), BUSY)
                await other.until_told("NAME is controlled by another program")
                self.assertEqual(gige_cameras()[fake.id]["state"], "busy")
                await watch.close()
                first.terminate()

                async def free():
                    return (await other.read("CameraImage")).StatusCode.is_good()

                await eventually(free)
