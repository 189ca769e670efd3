# SPDX-License-Identifier: Apache-2.0
"""Deadbands on pictures, ChangePercent, and pictures as files, over scenes whose change is known."""

import asyncio

import sim_picture
from asyncua import ua
from asyncua.client.ua_file import UaFile
from clients import AsyncTestCase, Camera, camera_of, connected, eventually
from server import Server
from test_subscriptions import Mode, Watch


def percent(value, kind=ua.DeadbandType.Percent):
    return ua.DataChangeFilter(Trigger=ua.DataChangeTrigger.StatusValue, DeadbandType=kind, DeadbandValue=value)


class Deadbands(AsyncTestCase):
    async def items(self, camera, *deadbands, frames=30):
        """Monitors the picture with each deadband for so many frames: the values of each."""
        watch = await Watch(camera.client).open(interval=50)
        image = camera.id("CameraImage")
        items = [await watch.item(image, queue=10, item_filter=percent(d)) for d in deadbands]
        for item in items:
            await watch.wait_for(item, 1)
        start = await camera.value("FrameNumber")

        async def enough():
            return await camera.value("FrameNumber") >= start + frames

        await eventually(enough)
        await asyncio.sleep(0.2)  # until the last are published
        return [watch.values(item) for item in items]

    async def test_noise_is_no_change(self):
        with Server("sim:?scene=noise&size=160x120&fps=30") as server:
            async with camera_of(server) as camera:
                every, some = await self.items(camera, 0, 1)
                self.assertGreater(len(every), 10)
                self.assertEqual(len(some), 1)

    async def test_more_than_so_much(self):
        with Server("sim:?scene=square&percent=20&size=160x120&fps=30") as server:
            async with camera_of(server) as camera:
                less, more, never = await self.items(camera, 15, 25, 100)
                self.assertGreater(len(less), 10)
                self.assertEqual((len(more), len(never)), (1, 1))

    async def test_a_drift_adds_up(self):
        """Compared is with what this item got last: each reported grey is 31 beyond the one before."""
        with Server("sim:?scene=drift&size=160x120&fps=100") as server:
            async with camera_of(server) as camera:
                (values,) = await self.items(camera, 50, frames=150)
                greys = [sim_picture.decode(v.Value.Value, "JPEG").mean() for v in values]
                steps = [(b - a) % 256 for a, b in zip(greys, greys[1:])]
                self.assertGreater(len(steps), 2)
                self.assertGreater(min(steps), 29)
                self.assertLess(max(steps), 45)

    async def test_filters_that_are_none(self):
        with Server("sim:") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open()
                cases = [
                    (percent(100.5), "BadDeadbandFilterInvalid"),
                    (percent(-1), "BadDeadbandFilterInvalid"),
                    (percent(float("nan")), "BadDeadbandFilterInvalid"),
                    (percent(5, ua.DeadbandType.Absolute), "BadFilterNotAllowed"),
                ]
                for path in ("CameraImage", "CameraImagePng", "CameraImageBmp", "Thumbnail"):
                    for item_filter, expected in cases:
                        handle = await watch.try_item(camera.id(path), item_filter=item_filter)
                        self.assertEqual(watch.items[handle].StatusCode.name, expected, (path, item_filter))

    async def test_change_percent(self):
        with Server("sim:?scene=square&percent=20&size=160x120&fps=30") as server:
            async with camera_of(server) as camera:
                limits = await (await camera.node("ChangePercent").get_child("0:EURange")).read_value()
                self.assertEqual((limits.Low, limits.High), (0, 100))
                watch = await Watch(camera.client).open(interval=50)
                change = await watch.item(camera.id("ChangePercent"), queue=10, interval=0)

                async def measured():
                    return [v for v in watch.values(change) if v.StatusCode.name == "Good"]

                values = await eventually(measured)
                self.assertAlmostEqual(values[0].Value.Value, 20, delta=0.5)

    async def test_change_triggers_the_picture(self):
        """The way of Part 8: a deadband on ChangePercent, the picture is sampled and linked to it."""
        with Server("sim:?scene=cut&period=15&size=160x120&fps=30") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=50)
                change = await watch.item(camera.id("ChangePercent"), queue=10, item_filter=percent(50))
                image = await watch.item(camera.id("CameraImage"), mode=Mode.Sampling)
                request = ua.SetTriggeringRequest()
                request.Parameters = ua.SetTriggeringParameters(
                    SubscriptionId=watch.id,
                    TriggeringItemId=watch.item_id(change),
                    LinksToAdd=[watch.item_id(image)],
                )
                await watch.client._send_request(request)
                values = await watch.wait_for(image, 2)
                self.assertEqual(values[-1].Value.Value[:2], b"\xff\xd8")


class Files(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    async def asyncSetUp(self):
        self.client, namespace = await self.enterAsyncContext(connected(self.server))
        self.camera = Camera(self.client, namespace)

    async def call(self, name, *inputs, camera=None):
        """(name of the status, outputs) of a method of ImageFile."""
        camera = camera or self.camera
        request = ua.CallMethodRequest(
            ObjectId=camera.id("ImageFile"), MethodId=camera.id(f"ImageFile/{name}"), InputArguments=list(inputs)
        )
        result = (await camera.client.uaclient.call([request]))[0]
        return result.StatusCode.name, [o.Value for o in result.OutputArguments]

    @staticmethod
    def handle(number):
        return ua.Variant(number, ua.VariantType.UInt32)

    async def open(self, mode=1):
        return await self.call("Open", ua.Variant(mode, ua.VariantType.Byte))

    async def read(self, number, length):
        return await self.call("Read", self.handle(number), ua.Variant(length, ua.VariantType.Int32))

    async def test_asyncua_reads_it_as_a_file(self):
        async with UaFile(self.camera.node("ImageFile"), "r") as file:
            data = await file.read()
        pixels = sim_picture.decode(data, "JPEG")
        expected = sim_picture.picture(sim_picture.frame_number(pixels), 640, 480)
        self.assertLess(sim_picture.mean_error(pixels, expected), 4)

    async def test_pieces_are_of_one_picture(self):
        _, (number,) = await self.open()
        data = b""
        while True:
            await self.camera.value("CameraImage")  # others take new ones meanwhile
            status, (piece,) = await self.read(number, 3000)
            self.assertEqual(status, "Good")
            if not piece:
                break
            self.assertLessEqual(len(piece), 3000)
            data += piece
        self.assertEqual(sim_picture.decode(data, "JPEG").shape, (480, 640, 3))
        position = ua.Variant(len(data) - 2, ua.VariantType.UInt64)
        self.assertEqual((await self.call("SetPosition", self.handle(number), position))[0], "Good")
        self.assertEqual(await self.call("GetPosition", self.handle(number)), ("Good", [len(data) - 2]))
        self.assertEqual(await self.read(number, 100), ("Good", [b"\xff\xd9"]))
        self.assertEqual((await self.call("Close", self.handle(number)))[0], "Good")

    async def test_it_is_read_only(self):
        self.assertFalse(await self.camera.value("ImageFile/Writable"))
        self.assertFalse(await self.camera.value("ImageFile/UserWritable"))
        for mode in (2, 3, 6, 10):
            self.assertEqual((await self.open(mode))[0], "BadNotWritable")
        for mode in (0, 16, 255):  # none that exists
            self.assertIn((await self.open(mode))[0], ("BadInvalidArgument", "BadNotWritable"))
        _, (number,) = await self.open()
        data = ua.Variant(b"x", ua.VariantType.ByteString)
        self.assertIn((await self.call("Write", self.handle(number), data))[0], ("BadNotWritable", "BadInvalidState"))
        await self.call("Close", self.handle(number))

    async def test_handles_that_are_none(self):
        _, (number,) = await self.open()
        self.assertEqual((await self.read(number + 1000, 10))[0], "BadInvalidArgument")
        self.assertEqual((await self.read(number, -1))[0], "BadInvalidArgument")
        async with connected(self.server) as (other, namespace):
            camera = Camera(other, namespace)
            status, _ = await self.call("Close", self.handle(number), camera=camera)
            self.assertEqual(status, "BadInvalidArgument")
        self.assertEqual((await self.call("Close", self.handle(number)))[0], "Good")
        self.assertEqual((await self.call("Close", self.handle(number)))[0], "BadInvalidArgument")

    async def test_handles_end_with_their_session(self):
        async with connected(self.server) as (other, namespace):
            camera = Camera(other, namespace)
            for _ in range(3):
                await self.call("Open", ua.Variant(1, ua.VariantType.Byte), camera=camera)
            self.assertEqual(await self.camera.value("ImageFile/OpenCount"), 3)

        async def closed():
            return await self.camera.value("ImageFile/OpenCount") == 0

        await eventually(closed)
