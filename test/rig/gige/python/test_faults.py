# SPDX-License-Identifier: Apache-2.0
"""GigE Vision cameras in bad health: pulled, switched off, losing packets, not there."""

from clients import camera_of, eventually
from gige_case import STREAMING, GigeCase, serving
from messages import check_told
from server import run


class Faults(GigeCase):
    async def test_a_cable_that_is_pulled_and_put_back(self):
        fake = self.fake_camera()
        with serving(f"gige:{fake.address}") as server:
            async with camera_of(server, f"gige-{fake.address}") as camera:
                watch, item = await self.watch(camera)
                seen = await self.expect(watch, item, "Good")
                fake.pull_cable()
                seen = await self.expect(watch, item, "BadNoCommunication", seen)
                await camera.until_told("NAME does not answer any more: is it on, is its cable in?")
                fake.put_cable_back()
                seen = await self.expect(watch, item, "Good", seen)
                self.assertEqual(watch.status_changes(), [])
                await self.until(camera, "Status/State", STREAMING)

    async def test_a_camera_that_is_switched_off_and_on(self):
        fake = self.fake_camera()
        with serving() as server:
            server.wait_for_line(fake.id, 10)
            async with camera_of(server, fake.id) as camera:
                watch, item = await self.watch(camera)
                seen = await self.expect(watch, item, "Good")
                fake.switch_off()
                seen = await self.expect(watch, item, "BadNoCommunication", seen)
                fake.switch_on()
                await self.expect(watch, item, "Good", seen)
                self.assertEqual(watch.status_changes(), [])

    async def test_lost_packets_cost_frames_but_no_connection(self):
        fake = self.fake_camera()
        fake.switch_off()
        fake.switch_on("-r", "5")
        with serving(f"gige:{fake.serial}?resend=off&packet_size=1500") as server:
            async with camera_of(server, fake.serial) as camera:
                watch, item = await self.watch(camera)

                async def lost():
                    return await camera.value("Status/FramesLost") > 3

                await eventually(lost)
                seen = len(watch.values(item))
                await self.expect(watch, item, "Good", seen)
                self.assertEqual({v.StatusCode.name for v in watch.values(item)}, {"Good"})
                self.assertEqual(await camera.value("Status/ReopenCount"), 0)

    async def test_pictures_that_do_not_come_through(self):
        fake = self.fake_camera()
        for lost, message in (
            (1000, "no picture from NAME for 5 s, though it answers"),
            (300, "only incomplete pictures from NAME for 5 s: packets get lost"),
        ):
            fake.switch_off()
            fake.switch_on("-r", str(lost))
            with serving(f"gige:{fake.serial}?resend=off", timeout=2) as server:
                async with camera_of(server, fake.serial) as camera:
                    self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadTimeout")
                    await camera.until_told(message)

    async def test_a_camera_that_is_not_there(self):
        self.fake_camera()
        for name, message in (
            ("gige:Nobody", "no GigE Vision camera NAME answers"),
            ("gige:10.77.1.9", "no GigE Vision camera answers at ADDRESS"),
            ("gige:10.99.1.9", "there is no way to the camera's address ADDRESS: is the network up?"),
        ):
            code, _, err = run("serve", "--camera", name)
            self.assertEqual(code, 1)
            check_told(message, err)
            self.assertIn(name.removeprefix("gige:"), err)
