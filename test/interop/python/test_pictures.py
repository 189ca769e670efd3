# SPDX-License-Identifier: Apache-2.0
"""Pictures as asyncua gets them: pixels, times, ages, parts."""

import asyncio
import datetime
import unittest

import sim_picture
from asyncua import ua
from clients import ANY_AGE, AsyncTestCase, camera_of, eventually, operator_of
from server import Server

LOSSLESS = {"CameraImagePng": "PNG", "CameraImageBmp": "BMP"}
JPEG_ERROR = 4  # mean difference of a channel at quality 85
CLOCK_SLACK = datetime.timedelta(milliseconds=50)


def utc_now():
    return datetime.datetime.now(datetime.timezone.utc)


def aware(time):
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)


class Pictures(AsyncTestCase):
    async def check_lossless(self, camera, width, height):
        for node, kind in LOSSLESS.items():
            with self.subTest(node=node, width=width):
                pixels = sim_picture.decode(await camera.value(node), kind)
                expected = sim_picture.picture(sim_picture.frame_number(pixels), width, height)
                self.assertEqual(pixels.shape, expected.shape)
                self.assertTrue((pixels == expected).all())

    async def check_jpeg(self, camera, width, height):
        pixels = sim_picture.decode(await camera.value("CameraImage"), "JPEG")
        expected = sim_picture.picture(sim_picture.frame_number(pixels), width, height)
        self.assertEqual(pixels.shape, expected.shape)
        self.assertLess(sim_picture.mean_error(pixels, expected), JPEG_ERROR)

    async def check_thumbnail(self, camera, width, height):
        pixels = sim_picture.decode(await camera.value("Thumbnail"), "JPEG")
        self.assertEqual(pixels.shape, (320 * height // width, 320, 3))
        full = sim_picture.picture(sim_picture.frame_number(pixels), width, height)
        step = width // 320
        small = full[: pixels.shape[0] * step, : 320 * step]
        small = small.reshape(pixels.shape[0], step, 320, step, 3).mean((1, 3))
        self.assertLess(sim_picture.mean_error(pixels, small), 2 * JPEG_ERROR)

    async def test_small_pictures_show_what_the_camera_shows(self):
        with Server("sim:?size=640x480") as server:
            async with camera_of(server) as camera:
                await self.check_lossless(camera, 640, 480)
                await self.check_jpeg(camera, 640, 480)
                await self.check_thumbnail(camera, 640, 480)

    async def test_large_pictures_in_many_chunks(self):
        with Server("sim:?size=1920x1080&fps=10") as server:
            async with camera_of(server) as camera:
                await self.check_lossless(camera, 1920, 1080)
                await self.check_jpeg(camera, 1920, 1080)
                await self.check_thumbnail(camera, 1920, 1080)
                self.assertLess(len(await camera.value("CameraImage")), 1_000_000)

    async def test_seeds_make_two_cameras_differ(self):
        with Server("sim:?id=left&seed=8", "sim:?id=right&seed=21&speed=7") as server:
            for name, seed, speed in (("left", 8, 4), ("right", 21, 7)):
                async with camera_of(server, name) as camera:
                    pixels = sim_picture.decode(await camera.value("CameraImagePng"), "PNG")
                    number = sim_picture.frame_number(pixels)
                    self.assertTrue((pixels == sim_picture.picture(number, 640, 480, seed, speed)).all())

    async def test_formats_of_one_request(self):
        nodes = ["CameraImage", "CameraImagePng", "CameraImageBmp", "Thumbnail"]
        with Server("sim:?fps=5") as server:
            async with camera_of(server) as camera:
                values = await camera.client.read_values([camera.node(n) for n in nodes])
                for data, kind in zip(values, ["JPEG", "PNG", "BMP", "JPEG"]):
                    self.assertEqual(sim_picture.decode(data, kind).shape[2], 3)


class Times(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    async def test_source_timestamp_is_the_exposure(self):
        async with camera_of(self.server) as camera:
            before = utc_now()
            value = await camera.read("CameraImage")
            after = utc_now()
            exposed = aware(value.SourceTimestamp)
            self.assertLess(before - CLOCK_SLACK, exposed)
            self.assertLess(exposed, after + CLOCK_SLACK)
            self.assertLessEqual(exposed, aware(value.ServerTimestamp) + CLOCK_SLACK)

    async def test_facts_belong_to_the_newest_picture(self):
        async with camera_of(self.server) as camera:
            image = await camera.read("CameraImagePng")
            number = sim_picture.frame_number(sim_picture.decode(image.Value.Value, "PNG"))
            self.assertGreaterEqual(await camera.value("FrameNumber"), number)
            self.assertGreaterEqual(aware(await camera.value("FrameTime")), aware(image.SourceTimestamp))
            self.assertEqual(await camera.value("Width"), 640)
            self.assertEqual(await camera.value("Height"), 480)

    async def test_age_zero_is_a_new_picture_each_time(self):
        async with camera_of(self.server) as camera:
            numbers = []
            for _ in range(4):
                asked = utc_now()
                value = await camera.read("CameraImagePng", max_age=0)
                self.assertGreater(aware(value.SourceTimestamp), asked - CLOCK_SLACK)
                numbers.append(sim_picture.frame_number(sim_picture.decode(value.Value.Value, "PNG")))
            self.assertEqual(numbers, sorted(set(numbers)))

    async def test_any_age_is_the_same_bytes(self):
        async with camera_of(self.server) as camera:
            await camera.value("CameraImagePng", max_age=0)
            first = await camera.read("CameraImagePng", max_age=ANY_AGE)
            for age in (ANY_AGE, 2.0**40, float("inf")):
                again = await camera.read("CameraImagePng", max_age=age)
                self.assertEqual(again.Value.Value, first.Value.Value)
                self.assertEqual(again.SourceTimestamp, first.SourceTimestamp)

    async def test_age_in_between(self):
        async with camera_of(self.server) as camera:
            old = await camera.read("CameraImage", max_age=0)
            await asyncio.sleep(0.4)
            asked = utc_now()
            new = await camera.read("CameraImage", max_age=200)
            self.assertGreater(aware(new.SourceTimestamp), asked - datetime.timedelta(milliseconds=200) - CLOCK_SLACK)
            self.assertGreater(new.SourceTimestamp, old.SourceTimestamp)

    async def test_ages_that_are_none(self):
        async with camera_of(self.server) as camera:
            for age in (-1, -0.001, float("-inf"), float("nan")):
                with self.assert_fault("BadMaxAgeInvalid"):
                    await camera.read("CameraImage", max_age=age)


class Parts(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    async def test_parts_add_up_to_the_whole(self):
        async with camera_of(self.server) as camera:
            await camera.value("CameraImageBmp")
            whole = await camera.value("CameraImageBmp", max_age=ANY_AGE)
            step = 100_000
            parts = [
                await camera.value("CameraImageBmp", ANY_AGE, f"{at}:{at + step - 1}")
                for at in range(0, len(whole), step)
            ]
            self.assertEqual([len(p) for p in parts[:-1]], [step] * (len(parts) - 1))
            self.assertEqual(b"".join(parts), whole)

    async def test_one_byte_and_more_than_there_is(self):
        async with camera_of(self.server) as camera:
            await camera.value("CameraImage")
            whole = await camera.value("CameraImage", ANY_AGE)
            self.assertEqual(await camera.value("CameraImage", ANY_AGE, "0"), whole[:1])
            self.assertEqual(await camera.value("CameraImage", ANY_AGE, "0:1"), b"\xff\xd8")
            self.assertEqual(await camera.value("CameraImage", ANY_AGE, f"2:{len(whole) + 5000}"), whole[2:])
            self.assertEqual(await camera.value("CameraImage", ANY_AGE, "0:4294967295"), whole)

    async def test_wrong_ranges(self):
        async with camera_of(self.server) as camera:
            await camera.value("CameraImage")
            past = 50_000_000
            expected = {
                f"{past}": "BadIndexRangeNoData",
                f"{past}:{past + 1}": "BadIndexRangeNoData",
                "0:1,0:1": "BadIndexRangeNoData",
                "5:5": "BadIndexRangeInvalid",
                "7:3": "BadIndexRangeInvalid",
                "1:": "BadIndexRangeInvalid",
                ":1": "BadIndexRangeInvalid",
                "-1": "BadIndexRangeInvalid",
                "1:2:3": "BadIndexRangeInvalid",
                "1 :2": "BadIndexRangeInvalid",
                "two": "BadIndexRangeInvalid",
                "0,": "BadIndexRangeInvalid",
                "99999999999999999999": "BadIndexRangeInvalid",
            }
            for text, name in expected.items():
                value = await camera.read("CameraImage", ANY_AGE, text)
                self.assertEqual(value.StatusCode.name, name, text)

    async def test_ranges_of_other_values(self):
        async with camera_of(self.server) as camera:
            model = await camera.value("Identification/Model")
            self.assertEqual(await camera.value("Identification/Model", 0, "0:1"), model[:2])
            self.assertEqual((await camera.read("Width", ANY_AGE, "0")).StatusCode.name, "BadIndexRangeNoData")
            array = ua.ReadValueId(
                NodeId=ua.NodeId(ua.ObjectIds.Server_NamespaceArray),
                AttributeId=ua.AttributeIds.Value,
                IndexRange="0:0",
            )
            last = ua.ReadValueId(NodeId=array.NodeId, AttributeId=ua.AttributeIds.Value, IndexRange="1:99")
            results = await camera.client.uaclient.read(ua.ReadParameters(NodesToRead=[array, last]))
            self.assertEqual(results[0].StatusCode.name, "BadIndexRangeInvalid")
            self.assertEqual(results[1].Value.Value, (await camera.client.get_namespace_array())[1:])


class Snapshot(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    async def test_outputs_belong_together(self):
        async with operator_of(self.server) as camera:
            numbers = []
            for _ in range(3):
                asked = utc_now()
                image, time, number = await camera.node().call_method(camera.id("Snapshot"))
                pixels = sim_picture.decode(image, "JPEG")
                self.assertEqual(sim_picture.frame_number(pixels), number)
                self.assertLess(
                    sim_picture.mean_error(pixels, sim_picture.picture(number, 640, 480)), JPEG_ERROR
                )
                self.assertGreater(aware(time), asked - CLOCK_SLACK)
                numbers.append(number)
            self.assertEqual(numbers, sorted(set(numbers)))

    async def test_types_of_the_outputs(self):
        async with operator_of(self.server) as camera:
            result = await camera.call("Snapshot")
            self.assertEqual(
                [o.VariantType for o in result.OutputArguments],
                [ua.VariantType.ByteString, ua.VariantType.DateTime, ua.VariantType.UInt64],
            )
            arguments = await camera.node("Snapshot/OutputArguments").read_value()
            self.assertEqual([a.Name for a in arguments], ["Image", "FrameTime", "FrameNumber"])
            self.assertEqual([a.ValueRank for a in arguments], [-1, -1, -1])
            self.assertEqual(arguments[0].DataType, ua.NodeId(ua.ObjectIds.ImageJPG))

    async def test_wrong_calls(self):
        async with operator_of(self.server) as camera:
            one = ua.Variant(1, ua.VariantType.Int32)
            self.assertEqual((await camera.call("Snapshot", one)).StatusCode.name, "BadTooManyArguments")
            calls = {
                "BadMethodInvalid": (camera.id(), camera.id("Nothing")),
                "BadNodeIdUnknown": (ua.NodeId("Cameras/none", camera.namespace), camera.id("Snapshot")),
            }
            for name, (thing, method) in calls.items():
                request = ua.CallMethodRequest(ObjectId=thing, MethodId=method)
                result = (await camera.client.uaclient.call([request]))[0]
                self.assertEqual(result.StatusCode.name, name)
            not_a_method = ua.CallMethodRequest(ObjectId=camera.id(), MethodId=camera.id("CameraImage"))
            not_its_own = ua.CallMethodRequest(ObjectId=camera.id("Status"), MethodId=camera.id("Snapshot"))
            results = await camera.client.uaclient.call([not_a_method, not_its_own])
            self.assertEqual([r.StatusCode.name for r in results], ["BadMethodInvalid", "BadMethodInvalid"])


class Failures(AsyncTestCase):
    CONFIG = "camera:\n  capture_timeout: 1\n"

    async def test_a_camera_that_hangs_holds_up_nobody(self):
        with Server("sim:?id=dead&hang=1", "sim:?id=well", config=self.CONFIG) as server:
            async with operator_of(server, "dead") as dead, camera_of(server, "well") as well:
                waiting = asyncio.create_task(dead.read("CameraImage"))
                for _ in range(5):
                    await well.value("CameraImage")
                    await dead.value("Identification/Model")
                self.assertFalse(waiting.done())
                self.assertEqual((await waiting).StatusCode.name, "BadTimeout")
                self.assertEqual((await dead.call("Snapshot")).StatusCode.name, "BadTimeout")

                async def told():
                    await dead.read("CameraImage")
                    return "no frame" in await dead.value("Status/LastError")

                await eventually(told)

    async def test_a_failing_camera_comes_back(self):
        with Server("sim:?fail_after=3&fps=50", config=self.CONFIG) as server:
            async with camera_of(server) as camera:
                seen = set()
                for _ in range(200):
                    seen.add((await camera.read("CameraImage")).StatusCode.name)
                    if seen >= {"Good", "BadDeviceFailure"} and await camera.value("Status/ReopenCount") > 1:
                        break
                self.assertEqual(seen, {"Good", "BadDeviceFailure"})


if __name__ == "__main__":
    unittest.main()
