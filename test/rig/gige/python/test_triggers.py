# SPDX-License-Identifier: Apache-2.0
"""A camera that exposes when it is asked: one exposure for each picture, counted at its cable."""

import asyncio

from clients import camera_of, eventually
from gige_case import Exposures, GigeCase, serving


class Triggers(GigeCase):
    async def test_each_read_is_one_exposure(self):
        fake = self.fake_camera()
        with Exposures(fake) as exposures, serving(f"gige:{fake.serial}?trigger=software") as server:
            async with camera_of(server, fake.serial) as camera:
                await camera.value("CameraImage")
                numbers = []
                for _ in range(5):
                    before = exposures.count
                    value = await camera.read("CameraImage")
                    self.assertTrue(value.StatusCode.is_good())
                    await eventually(lambda before=before: asyncio.sleep(0, exposures.count > before))
                    await asyncio.sleep(0.2)
                    self.assertEqual(exposures.count, before + 1)
                    numbers.append(await camera.value("FrameNumber"))
                self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 5)))
                before = exposures.count
                await camera.value("CameraImage", max_age=600_000)
                await asyncio.sleep(1)
                self.assertEqual(exposures.count, before)
                self.assertEqual(await camera.value("Status/FramesLost"), 0)

    async def test_a_picture_now_and_then(self):
        """A slow subscription costs its pictures, no more."""
        fake = self.fake_camera()
        with Exposures(fake) as exposures, serving(f"gige:{fake.serial}?trigger=software") as server:
            async with camera_of(server, fake.serial) as camera:
                watch, item = await self.watch(camera, interval=300)
                await watch.wait_for(item, 5)
                self.assertLessEqual(exposures.count, len(watch.values(item)) + 2)
                self.assertEqual({v.StatusCode.name for v in watch.values(item)}, {"Good"})

    async def test_without_a_trigger_it_streams(self):
        fake = self.fake_camera()
        with Exposures(fake) as exposures, serving(f"gige:{fake.serial}") as server:
            async with camera_of(server, fake.serial) as camera:
                await camera.value("CameraImage")
                before = exposures.count
                await eventually(lambda: asyncio.sleep(0, exposures.count > before + 3))
