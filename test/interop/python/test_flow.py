# SPDX-License-Identifier: Apache-2.0
"""How pictures flow to a client: MonitoringModes, triggering, queues, another session, the command line."""

import asyncio
import os
import re
import tempfile

import scenes
import sim_picture
from asyncua import ua
from clients import AsyncTestCase, Camera, camera_of, connected, eventually
from server import Server, run
from test_changes import percent
from test_deadbands import frames_pass, pixels_of
from test_subscriptions import Mode, Watch, numbers_of


async def set_mode(watch, handle, mode):
    parameters = ua.SetMonitoringModeParameters(
        SubscriptionId=watch.id, MonitoringMode=mode, MonitoredItemIds=[watch.item_id(handle)]
    )
    (result,) = await watch.client.set_monitoring_mode(parameters)
    result.check()


async def link(watch, triggering, triggered):
    request = ua.SetTriggeringRequest()
    request.Parameters = ua.SetTriggeringParameters(
        SubscriptionId=watch.id, TriggeringItemId=watch.item_id(triggering), LinksToAdd=[watch.item_id(triggered)]
    )
    response = ua.ua_binary.struct_from_binary(ua.SetTriggeringResponse, await watch.client._send_request(request))
    response.Parameters.AddResults[0].check()


class Modes(AsyncTestCase):
    async def test_a_disabled_item_wants_no_pictures(self):
        with Server("sim:?fps=60&size=160x120", config="camera:\n  linger: 0.2\n") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=50)
                item = await watch.item(camera.id("CameraImagePng"), mode=Mode.Disabled, queue=10)
                self.assertEqual(await camera.value("Status/Consumers"), 0)
                self.assertEqual(await camera.value("Status/FramesCaptured"), 0)
                await set_mode(watch, item, Mode.Sampling)
                self.assertEqual(await camera.value("Status/Consumers"), 1)
                await frames_pass(camera, 20)
                self.assertEqual(watch.values(item), [])
                await set_mode(watch, item, Mode.Reporting)
                numbers = numbers_of(await watch.wait_for(item, 20), "PNG")
                self.assertEqual(numbers, sorted(set(numbers)))
                await set_mode(watch, item, Mode.Disabled)

                async def idle():
                    return await camera.value("Status/State") == 1

                await eventually(idle)
                self.assertEqual(await camera.value("Status/Consumers"), 0)
                count = len(watch.values(item))
                await set_mode(watch, item, Mode.Reporting)
                again = numbers_of(await watch.wait_for(item, count + 3), "PNG")[count:]
                self.assertGreater(again[0], numbers[-1])

    async def test_modes_with_a_deadband(self):
        """What was sampled and not reported is the reference all the same; Disabled forgets it."""
        with Server("sim:?scene=still&fps=60&size=160x120") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=50)
                item = await watch.item(camera.id("CameraImagePng"), item_filter=percent(5))
                await watch.wait_for(item, 1)
                await set_mode(watch, item, Mode.Sampling)
                await frames_pass(camera, 10)
                await set_mode(watch, item, Mode.Reporting)
                await frames_pass(camera, 10)
                self.assertEqual(len(watch.values(item)), 1)
                await set_mode(watch, item, Mode.Disabled)
                await set_mode(watch, item, Mode.Reporting)
                await watch.wait_for(item, 2)


class Triggers(AsyncTestCase):
    async def subscribe(self, options, deadband):
        server = self.enterContext(Server(f"sim:?size=160x120&{options}"))
        camera = await self.enterAsyncContext(camera_of(server))
        watch = await Watch(camera.client).open(interval=50)
        image = await watch.item(camera.id("CameraImagePng"), mode=Mode.Sampling)
        await frames_pass(camera, 3)
        change = await watch.item(camera.id("ChangePercent"), queue=10, item_filter=deadband)
        await link(watch, change, image)
        return camera, watch, change, image

    async def test_a_picture_for_each_cut(self):
        camera, watch, change, image = await self.subscribe("scene=cut&period=10&fps=15", percent(50))
        levels = [scenes.grey(p) for p in pixels_of(await watch.wait_for(image, 5))]
        self.assertEqual(levels, (levels[:2] * 3)[: len(levels)])
        self.assertEqual(sorted(levels[:2]), [64, 192])
        self.assertEqual({v.Value.Value for v in watch.values(change)}, {0, 100})

    async def test_no_picture_without_change_of_change(self):
        """Each frame differs, and by the same: after the first values nothing triggers."""
        camera, watch, change, image = await self.subscribe("scene=square&percent=20&fps=30", percent(1))

        async def measured():
            return [v for v in watch.values(change) if v.Value.Value == 20]

        await eventually(measured)
        await asyncio.sleep(0.2)  # until the picture is published as well
        count = len(watch.values(image))
        self.assertIn(count, (1, 2))
        await frames_pass(camera, 20)
        self.assertEqual(len(watch.values(image)), count)
        self.assertEqual({v.Value.Value for v in watch.values(change)} - {0}, {20})

    async def test_every_change_without_a_deadband(self):
        camera, watch, change, image = await self.subscribe("speed=1&fps=15", None)
        reported = numbers_of(await watch.wait_for(image, 10), "PNG")
        self.assertEqual(reported, sorted(set(reported)))
        by_time = {v.SourceTimestamp: v.Value.Value for v in watch.values(change) if v.StatusCode.name == "Good"}
        checked = 0
        for value, number in zip(watch.values(image), reported):
            if value.SourceTimestamp in by_time:
                before, now = (sim_picture.picture(n, 160, 120, speed=1) for n in (number - 1, number))
                checked += abs(scenes.change_percent(before, now) - by_time[value.SourceTimestamp]) < 1e-9
        self.assertGreater(checked, 5)


class Queues(AsyncTestCase):
    async def messages(self, discard_oldest):
        """[(number of the picture, overflow)] of each message of a client that publishes once a second."""
        with Server("sim:?fps=30&size=160x120") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=1000)
                item = await watch.item(
                    camera.id("CameraImagePng"), interval=50, queue=3, discard_oldest=discard_oldest
                )
                await watch.wait_for(item, 9)
                found = []
                for message in watch.messages:
                    values = [i.Value for n in message.NotificationMessage.NotificationData or [] for i in n.MonitoredItems]
                    overflown = [v.StatusCode.value & 0x480 == 0x480 for v in values]
                    if values:
                        found.append((numbers_of(values, "PNG"), overflown))
                return found[1:]  # the first is sent early

    def check_order(self, messages):
        numbers = [n for found, _ in messages for n in found]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual({len(found) for found, _ in messages}, {3})

    async def test_the_oldest_are_dropped(self):
        messages = await self.messages(True)
        self.check_order(messages)
        self.assertEqual([overflown for _, overflown in messages], [[True, False, False]] * len(messages))
        gaps = [after[0] - before[2] for (before, _), (after, _) in zip(messages, messages[1:])]
        self.assertGreater(sum(gaps), 2 * sum(after[2] - after[0] for after, _ in messages[1:]))

    async def test_the_newest_are_dropped(self):
        messages = await self.messages(False)
        self.check_order(messages)
        self.assertEqual([overflown for _, overflown in messages], [[False, False, True]] * len(messages))
        self.assertGreater(sum(c - b for (_, b, c), _ in messages), 2 * sum(b - a for (a, b, _), _ in messages))


class Transfer(AsyncTestCase):
    async def move(self, watch, to, send_initial):
        parameters = ua.TransferSubscriptionsParameters(SubscriptionIds=[watch.id], SendInitialValues=send_initial)
        to.uaclient.session._subscription_callbacks[watch.id] = watch.messages.append
        (result,) = await to.uaclient.session.transfer_subscriptions(parameters)
        result.StatusCode.check()
        to.uaclient.session.ensure_publish_loop()

    async def test_pictures_go_on_in_another_session(self):
        with Server("sim:?fps=30&size=160x120", config="camera:\n  linger: 0.2\n") as server:
            async with connected(server) as (second, namespace):
                async with camera_of(server) as camera:
                    watch = await Watch(camera.client).open(interval=50)
                    item = await watch.item(camera.id("CameraImagePng"), queue=10)
                    await watch.wait_for(item, 3)
                    await self.move(watch, second, False)
                count = len(watch.values(item))
                numbers = numbers_of(await watch.wait_for(item, count + 10), "PNG")
                self.assertEqual(numbers, sorted(set(numbers)))
                self.assertEqual(await Camera(second, namespace).value("Status/Consumers"), 1)
                self.assertEqual(await Camera(second, namespace).value("Status/ReopenCount"), 0)

    async def test_the_last_picture_is_sent_to_the_new_session(self):
        with Server("sim:?scene=still&fps=30&size=160x120") as server:
            async with connected(server) as (second, _), camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=50)
                item = await watch.item(camera.id("CameraImagePng"), item_filter=percent(5))
                await watch.wait_for(item, 1)
                await self.move(watch, second, True)
                first, again = (v.Value.Value for v in await watch.wait_for(item, 2))
                self.assertEqual(first, again)
                await frames_pass(camera, 10)
                self.assertEqual(len(watch.values(item)), 2)


class Command(AsyncTestCase):
    LINE = re.compile(
        r"(?P<time>\S+Z)  (?P<bytes>\d+) bytes, image/jpeg 160x120, taken \d+ (?:ms|s) ago"
        r"(?:, change (?P<change>\d+\.\d) %)?  Good(?:  (?P<path>\S+))?$"
    )

    def watch(self, scene, *options):
        """The lines of `uacam watch`, taken apart."""
        with Server(f"sim:?{scene}&size=160x120") as server:
            code, out, err = run("watch", server.url(), *options)
        self.assertEqual(code, 0, err)
        lines = [self.LINE.match(line) for line in out.splitlines()]
        self.assertNotIn(None, lines, out)
        return lines

    def test_a_line_for_each_picture(self):
        lines = self.watch("fps=30", "--interval", "100", "--count", "4")
        self.assertEqual(len(lines), 4)
        times = [line["time"] for line in lines]
        self.assertEqual(times, sorted(set(times)))

    def test_a_line_only_for_what_changed(self):
        with tempfile.TemporaryDirectory(prefix="uacam-interop-") as folder:
            lines = self.watch(
                "scene=cut&period=15&fps=30", "--interval", "0", "--deadband", "50", "--count", "4", "-o", folder
            )
            levels = []
            for line in lines:
                self.assertEqual(os.path.getsize(line["path"]), int(line["bytes"]))
                with open(line["path"], "rb") as file:
                    levels.append(int(sim_picture.decode(file.read(), "JPEG").mean()))
        self.assertEqual([line["change"] for line in lines], [None, "100.0", "100.0", "100.0"])
        self.assertEqual(levels[:2], levels[2:])
        self.assertGreater(abs(levels[0] - levels[1]), 100)
