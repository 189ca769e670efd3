# SPDX-License-Identifier: Apache-2.0
"""Which pictures a percent deadband lets through, over scenes whose every frame is known.

A camera compares an item's frames one by one: when the machine is busy a frame may pass while the one before is
compared. Hence a picture may come a little later than expected, here and there; never earlier."""

import asyncio

import scenes
import sim_picture
from asyncua import ua
from clients import AsyncTestCase, camera_of, eventually
from server import Server
from test_changes import percent
from test_subscriptions import Watch

PICTURES = {"CameraImagePng": "PNG", "CameraImageBmp": "BMP", "CameraImage": "JPEG", "Thumbnail": "JPEG"}
SIZE = "size=160x120"


def pixels_of(values, kind="PNG"):
    return [sim_picture.decode(v.Value.Value, kind) for v in values if v.StatusCode.is_good()]


async def frames_pass(camera, count):
    """Until the camera took so many frames more."""
    start = await camera.value("Status/FramesCaptured")

    async def passed():
        return await camera.value("Status/FramesCaptured") >= start + count

    await eventually(passed)


async def retune(watch, handle, interval, item_filter):
    """ModifyMonitoredItems: the name of the status."""
    request = ua.MonitoredItemModifyRequest(
        MonitoredItemId=watch.item_id(handle),
        RequestedParameters=ua.MonitoringParameters(
            ClientHandle=handle, SamplingInterval=interval, Filter=item_filter, QueueSize=10, DiscardOldest=True
        ),
    )
    parameters = ua.ModifyMonitoredItemsParameters(SubscriptionId=watch.id, ItemsToModify=[request])
    return (await watch.client.modify_monitored_items(parameters))[0].StatusCode.name


class DeadbandCase(AsyncTestCase):
    async def scene(self, options):
        server = self.enterContext(Server(f"sim:?{SIZE}&{options}"))
        self.camera = await self.enterAsyncContext(camera_of(server))
        self.watch = await Watch(self.camera.client).open(interval=50)

    async def item(self, deadband, path="CameraImagePng", interval=0):
        return await self.watch.item(self.camera.id(path), interval, queue=10, item_filter=percent(deadband))

    async def pictures(self, item, count):
        return pixels_of(await self.watch.wait_for(item, count))


class Scenes(DeadbandCase):
    async def test_a_square_just_above_and_just_below(self):
        await self.scene("scene=square&percent=10&fps=10")
        below, equal, above = [await self.item(d) for d in (9.99, 10, 10.01)]
        places = [scenes.square_of(p, 10) for p in await self.pictures(below, 15)]
        steps = [(k - before) % count for (before, count), (k, _) in zip(places, places[1:])]
        self.assertNotIn(0, steps)
        self.assertLess(sum(step > 1 for step in steps), len(steps) / 2)
        self.assertEqual([len(self.watch.values(i)) for i in (equal, above)], [1, 1])

    async def test_noise_is_never_reported_again(self):
        await self.scene("scene=noise&fps=30")
        item = await self.item(0.01)
        (first,) = await self.pictures(item, 1)
        self.assertTrue(any((first == scenes.noise(n, 160, 120)).all() for n in range(1, 10)))
        await frames_pass(self.camera, 40)
        self.assertEqual(len(self.watch.values(item)), 1)

    async def test_a_still_scene_is_reported_once(self):
        await self.scene("scene=still&fps=30")
        items = [await self.item(d) for d in (0, 0.01, 100)]
        await frames_pass(self.camera, 20)
        for item in items:
            self.assertEqual(len(await self.pictures(item, 1)), 1)

    async def test_a_slow_drift_adds_up_again_and_again(self):
        await self.scene("scene=drift&fps=60")
        item = await self.item(99.9)
        levels = [scenes.grey(p) for p in await self.pictures(item, 6)]
        late = 0
        for before, level in zip(levels, levels[1:]):
            if not scenes.drift_goes_on(level, before):
                self.assertIn((level - before) % 256, range(32, 45), levels)
                late += 1
        self.assertLessEqual(late, 2, levels)

    async def test_each_cut_is_reported(self):
        await self.scene("scene=cut&period=15&fps=30")
        item, never = await self.item(99), await self.item(100)
        levels = [scenes.grey(p) for p in await self.pictures(item, 5)]
        self.assertEqual(levels, (levels[:2] * 3)[: len(levels)])
        self.assertEqual(sorted(levels[:2]), [64, 192])
        self.assertGreaterEqual(await self.camera.value("FrameNumber"), 4 * 15)
        self.assertEqual(len(self.watch.values(never)), 1)

    async def test_each_picture_is_the_first_that_changed_enough(self):
        """Two deadbands, two sequences of their own on one camera, told from the number that each picture shows."""
        await self.scene("speed=1&fps=10")
        deadbands = (5, 25)
        items = [await self.item(d) for d in deadbands]
        await self.watch.wait_for(items[1], 3)
        for item, deadband in zip(items, deadbands):
            numbers = [sim_picture.frame_number(p) for p in await self.pictures(item, 3)]
            missed = 0
            for before, after in zip(numbers, numbers[1:]):
                reference = sim_picture.picture(before, 160, 120, speed=1)
                changes = [
                    scenes.change_percent(reference, sim_picture.picture(n, 160, 120, speed=1))
                    for n in range(before + 1, after + 1)
                ]
                self.assertGreater(changes[-1], deadband)
                missed += sum(change > deadband for change in changes[:-1])
            self.assertLessEqual(missed, 1 + len(numbers) // 2, numbers)
        self.assertGreater(len(self.watch.values(items[0])), 2 * len(self.watch.values(items[1])))

    async def test_every_kind_of_picture(self):
        await self.scene("scene=drift&fps=60")
        items = {path: await self.item(99, path) for path in PICTURES}
        for path, kind in PICTURES.items():
            levels = [p.mean() for p in pixels_of(await self.watch.wait_for(items[path], 4), kind)]
            for before, level in zip(levels, levels[1:]):
                self.assertGreater(abs(level - before), 28, (path, levels))
                self.assertLess((level - before) % 256, 60, (path, levels))


class Changes(DeadbandCase):
    async def test_a_failure_is_told_in_spite_of_it(self):
        await self.scene("scene=still&fail_after=15&fps=60")
        item = await self.item(50)
        values = await self.watch.wait_for(item, 5)
        names = [v.StatusCode.name for v in values]
        self.assertEqual(names, (["Good", "BadDeviceFailure"] * len(names))[: len(names)])
        self.assertEqual(len({v.Value.Value for v in values if v.StatusCode.is_good()}), 1)
        self.assertFalse(any(v.Value and v.Value.Value for v in values if not v.StatusCode.is_good()))

    async def test_another_deadband(self):
        await self.scene("scene=square&percent=20&fps=30")
        item = await self.item(30)
        await self.pictures(item, 1)
        await frames_pass(self.camera, 10)
        self.assertEqual(len(self.watch.values(item)), 1)
        self.assertEqual(await retune(self.watch, item, 0, percent(10)), "Good")
        await self.pictures(item, 6)
        self.assertEqual(await retune(self.watch, item, 0, percent(30)), "Good")
        await frames_pass(self.camera, 5)
        await asyncio.sleep(0.2)  # until what was under way is published
        count = len(self.watch.values(item))
        await frames_pass(self.camera, 15)
        self.assertEqual(len(self.watch.values(item)), count)

    async def test_a_wrong_deadband_leaves_the_old_one(self):
        await self.scene("scene=square&percent=20&fps=30")
        item = await self.item(30)
        for value, kind, name in (
            (-1, ua.DeadbandType.Percent, "BadDeadbandFilterInvalid"),
            (101, ua.DeadbandType.Percent, "BadDeadbandFilterInvalid"),
            (float("nan"), ua.DeadbandType.Percent, "BadDeadbandFilterInvalid"),
            (5, ua.DeadbandType.Absolute, "BadFilterNotAllowed"),
        ):
            self.assertEqual(await retune(self.watch, item, 0, percent(value, kind)), name)
        await self.pictures(item, 1)
        await frames_pass(self.camera, 10)
        self.assertEqual(len(self.watch.values(item)), 1)

    async def check_settings(self, scene, *settings):
        """None of these settings has the one picture sent again."""
        await self.scene(scene)
        item = await self.item(10)
        await self.pictures(item, 1)
        for interval, item_filter in settings:
            self.assertEqual(await retune(self.watch, item, interval, item_filter), "Good")
            await frames_pass(self.camera, 8)
        self.assertEqual(len(self.watch.values(item)), 1)

    async def test_another_setting_sends_no_unchanged_picture(self):
        await self.check_settings("scene=still&fps=30", (100, percent(1)), (0, percent(0)), (50, None), (0, percent(50)))

    async def test_another_setting_sends_no_picture_that_changed_too_little(self):
        await self.check_settings("scene=noise&fps=30", (0, percent(1)), (100, percent(1)), (0, percent(50)))

    async def test_another_interval(self):
        await self.scene("scene=square&percent=20&fps=30")
        slow, quick = await self.item(10, interval=60_000), await self.item(10)
        await self.pictures(slow, 1)
        await self.pictures(quick, 5)
        self.assertEqual(len(self.watch.values(slow)), 1)
        self.assertEqual(await retune(self.watch, slow, 0, percent(10)), "Good")
        self.assertEqual(await retune(self.watch, quick, 60_000, percent(10)), "Good")
        await self.pictures(slow, 6)
        count = len(self.watch.values(quick))
        await self.pictures(slow, 16)
        self.assertLessEqual(len(self.watch.values(quick)), count + 1)
