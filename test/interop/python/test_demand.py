# SPDX-License-Identifier: Apache-2.0
"""A camera works only while somebody wants pictures, at the pace of the fastest, and one frame serves all."""

import asyncio
import datetime

import sim_picture
from asyncua import ua
from clients import ANY_AGE, AsyncTestCase, Camera, camera_of, connected, eventually
from server import Server
from test_subscriptions import Watch

UNPLUGGED, IDLE, STARTING, STREAMING = range(4)
SHORT_LINGER = "camera:\n  linger: 0.2\n"
LONG_WAIT = "camera:\n  capture_timeout: 30\n"


def cpu_ticks(server):
    """Processor time of the server until now, in units of 10 ms."""
    with open(f"/proc/{server.process.pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def number_of(value):
    return sim_picture.frame_number(sim_picture.decode(value.Value.Value, "PNG"))


async def resting(camera):
    """Until the device is closed, as Status tells."""

    async def closed():
        return await camera.value("Status/State") == IDLE and not await camera.value("Status/InUse")

    await eventually(closed)


class Rest(AsyncTestCase):
    async def check_rest(self, server, camera):
        await resting(camera)
        self.assertEqual(await camera.value("Status/Consumers"), 0)
        captured, used = await camera.value("Status/FramesCaptured"), cpu_ticks(server)
        await asyncio.sleep(2)
        self.assertLessEqual(cpu_ticks(server) - used, 3)
        self.assertEqual(await camera.value("Status/FramesCaptured"), captured)
        self.assertEqual(await camera.value("Status/State"), IDLE)

    async def test_nobody_asks_nothing_runs(self):
        with Server("sim:?fps=60", config=SHORT_LINGER) as server:
            async with camera_of(server) as camera:
                await self.check_rest(server, camera)
                number = number_of(await camera.read("CameraImagePng"))
                self.assertTrue(await camera.value("Status/InUse"))
                await resting(camera)
                self.assertGreater(number_of(await camera.read("CameraImagePng")), number)
                watch = await Watch(camera.client).open()
                item = await watch.item(camera.id("CameraImage"))
                await watch.wait_for(item, 5)
                self.assertEqual(await camera.value("Status/State"), STREAMING)
                self.assertEqual(await camera.value("Status/Consumers"), 1)
                await watch.close()
                await self.check_rest(server, camera)
                await camera.value("CameraImage")

    async def test_a_client_that_goes_takes_its_wishes_along(self):
        with Server("sim:?fps=60", config=SHORT_LINGER) as server:
            async with camera_of(server) as camera:
                async with camera_of(server) as other:
                    watch = await Watch(other.client).open()
                    await watch.wait_for(await watch.item(other.id("CameraImage")), 2)
                await resting(camera)
                self.assertEqual(await camera.value("Status/Consumers"), 0)

    async def test_closed_between_shots(self):
        """A picture in an hour, and one in 1.5 s: the device is closed meanwhile and opened in time."""
        with Server("sim:?fps=60", config=SHORT_LINGER) as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=50)
                rare = await watch.item(camera.id("CameraImagePng"), interval=60_000)
                await watch.wait_for(rare, 1)
                await resting(camera)
                self.assertEqual(await camera.value("Status/Consumers"), 1)
                often = await watch.item(camera.id("CameraImagePng"), interval=1500)
                for count in (1, 2, 3):
                    await watch.wait_for(often, count)
                    await resting(camera)
                numbers = [number_of(v) for v in watch.values(often)]
                self.assertEqual(numbers, sorted(set(numbers)))
                self.assertEqual(len(watch.values(rare)), 1)
                self.assertLess(await camera.value("Status/FramesCaptured"), 20)


class Pace(AsyncTestCase):
    INTERVALS = (50, 250, 1000)
    FPS = 50

    async def test_the_fastest_item_sets_the_pace(self):
        with Server(f"sim:?fps={self.FPS}&size=160x120&open_delay=500") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=50)
                items = [await watch.item(camera.id("CameraImagePng"), i, queue=10) for i in self.INTERVALS]
                await watch.wait_for(items[2], 6)
                captured = await camera.value("Status/FramesCaptured")
                rate = await camera.value("Status/ActualFrameRate")
                counts = [len(watch.values(i)) for i in items]
                self.assertLess(captured, 1.5 * counts[0] + 5)
                self.assertGreaterEqual(captured, counts[0])
                self.assertTrue(10 < rate < 30, rate)
                for fast, slow, share in ((0, 1, 5), (1, 2, 4)):
                    self.assertGreater(counts[fast], 0.6 * share * (counts[slow] - 1), counts)
                    self.assertLess(counts[fast], 1.5 * share * (counts[slow] + 1), counts)
                for item, interval in zip(items, self.INTERVALS):
                    self.check_distances(watch.values(item), max(interval, watch.items[item].RevisedSamplingInterval))

    def check_distances(self, values, interval):
        """Never more pictures than intervals; one that a busy machine exposed late may be followed soon by the next."""
        times = [v.SourceTimestamp for v in values]
        for first in range(len(times)):
            for last in range(first + 2, len(times)):
                least = datetime.timedelta(milliseconds=(last - first - 1) * interval - 1000 / self.FPS)
                self.assertGreaterEqual(times[last] - times[first], least)
        numbers = [number_of(v) for v in values]
        self.assertEqual(numbers, sorted(set(numbers)))

    async def test_intervals_that_are_none(self):
        with Server("sim:") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=200)
                handle = await watch.try_item(camera.id("CameraImage"), float("nan"))
                self.assertEqual(watch.items[handle].StatusCode.name, "BadInvalidArgument")
                for interval in (-1, float("-inf")):
                    item = await watch.item(camera.id("CameraImage"), interval)
                    self.assertEqual(watch.items[item].RevisedSamplingInterval, 200)
                    await watch.wait_for(item, 2)
                for interval in (float("inf"), 1e300):
                    item = await watch.item(camera.id("CameraImage"), interval)
                    self.assertTrue(60_000 <= watch.items[item].RevisedSamplingInterval < 1e12)
                    await watch.wait_for(item, 1)


class Age(AsyncTestCase):
    async def test_ages_and_frame_numbers(self):
        with Server("sim:?fps=30", config=SHORT_LINGER) as server:
            async with camera_of(server) as camera:

                async def number(max_age):
                    return number_of(await camera.read("CameraImagePng", max_age))

                new = [await number(0) for _ in range(3)]
                self.assertEqual(new, sorted(set(new)))
                captured = await camera.value("Status/FramesCaptured")
                self.assertEqual([await number(60_000), await number(ANY_AGE)], [new[-1]] * 2)
                await resting(camera)
                await asyncio.sleep(0.6)
                self.assertEqual([await number(60_000), await number(ANY_AGE)], [new[-1]] * 2)
                self.assertEqual(await camera.value("Status/FramesCaptured"), captured)
                self.assertEqual(await camera.value("Status/State"), IDLE)
                self.assertGreater(await number(500), new[-1])

    async def test_ages_that_are_none(self):
        with Server("sim:") as server:
            async with camera_of(server) as camera:
                for age in (-1, float("nan"), float("-inf")):
                    with self.assert_fault("BadMaxAgeInvalid"):
                        await camera.read("ChangePercent", age)

    async def test_twenty_readers_share_frames(self):
        with Server("sim:?fps=5") as server:
            cameras = [await self.enterAsyncContext(camera_of(server)) for _ in range(20)]
            await cameras[0].value("CameraImagePng")  # it is open
            before = await cameras[0].value("Status/FramesCaptured")
            values = await asyncio.gather(*(c.read("CameraImagePng", 0) for c in cameras))
            self.assertLess(await cameras[0].value("Status/FramesCaptured") - before, 10)
            made = {}
            for value in values:
                made.setdefault(number_of(value), set()).add((value.Value.Value, value.SourceTimestamp))
            self.assertLess(len(made), 10)
            self.assertTrue(all(len(same) == 1 for same in made.values()))


class Waiting(AsyncTestCase):
    async def send_read(self, camera, seconds):
        """A Read of the picture with this timeoutHint, on its way: its RequestHandle and the answer to come."""
        request = ua.ReadRequest()
        request.Parameters = ua.ReadParameters(
            NodesToRead=[ua.ReadValueId(NodeId=camera.id("CameraImage"), AttributeId=ua.AttributeIds.Value)]
        )
        answer = camera.client.uaclient.protocol._send_request(request, seconds)
        return request.RequestHeader.RequestHandle, answer

    async def test_cameras_of_one_request_work_at_the_same_time(self):
        cameras = [f"sim:?id={name}&open_delay=1500" for name in ("left", "right")]
        with Server(*cameras) as server:
            async with connected(server) as (client, namespace):
                ids = [Camera(client, namespace, name).id("CameraImage") for name in ("left", "right")]
                values = await client.uaclient.read(
                    ua.ReadParameters(
                        NodesToRead=[ua.ReadValueId(NodeId=i, AttributeId=ua.AttributeIds.Value) for i in ids]
                    )
                )
                left, right = [v.SourceTimestamp for v in values]
                self.assertLess(abs((left - right).total_seconds()), 1.3)

    async def test_a_camera_that_hangs_keeps_no_other_waiting(self):
        """Not even on the same connection."""
        with Server("sim:?id=dead&hang=1", "sim:?id=slow&open_delay=700", "sim:?id=well", config=LONG_WAIT) as server:
            async with camera_of(server, "dead") as dead:
                well = Camera(dead.client, dead.namespace, "well")
                slow = Camera(dead.client, dead.namespace, "slow")
                _, waiting = await self.send_read(dead, 30)
                opening = asyncio.create_task(slow.read("CameraImage"))
                numbers = [number_of(await well.read("CameraImagePng")) for _ in range(5)]
                self.assertEqual(numbers, sorted(set(numbers)))
                self.assertTrue((await opening).StatusCode.is_good())
                self.assertFalse(waiting.done())
                self.assertEqual(await dead.value("Status/Consumers"), 1)

    async def test_a_timeout_hint_and_a_cancel(self):
        with Server("sim:?hang=1", config=LONG_WAIT) as server:
            async with camera_of(server) as camera:
                loop = asyncio.get_running_loop()
                start = loop.time()
                handle, cancelled = await self.send_read(camera, 30)
                _, timed_out = await self.send_read(camera, 0.7)
                answer = ua.ua_binary.struct_from_binary(ua.ReadResponse, await timed_out)
                self.assertEqual([r.StatusCode.name for r in answer.Results], ["BadTimeout"])
                self.assertTrue(0.6 < loop.time() - start < 10)
                request = ua.CancelRequest()
                request.Parameters.RequestHandle = handle
                data = await camera.client.uaclient.protocol.send_request(request)
                response = ua.ua_binary.struct_from_binary(ua.CancelResponse, data)
                self.assertEqual(response.Parameters.CancelCount, 1)
                fault = (await cancelled).copy()
                ua.ua_binary.nodeid_from_binary(fault)
                header = ua.ua_binary.struct_from_binary(ua.ResponseHeader, fault)
                self.assertEqual(header.ServiceResult.name, "BadRequestCancelledByClient")
                self.assertEqual(await camera.value("Status/Consumers"), 0)

    async def test_a_session_that_ends_while_its_reads_wait(self):
        with Server("sim:?hang=1", config=LONG_WAIT) as server:
            async with camera_of(server) as camera:
                async with camera_of(server) as other:
                    answers = [(await self.send_read(other, 30))[1] for _ in range(3)]

                    async def parked():
                        return await camera.value("Status/Consumers") == 3

                    await eventually(parked)
                await asyncio.gather(*answers, return_exceptions=True)
                self.assertEqual(await camera.value("Status/Consumers"), 0)
