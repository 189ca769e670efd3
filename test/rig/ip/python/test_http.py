# SPDX-License-Identifier: Apache-2.0
"""MJPEG streams and snapshot URLs: bytes untouched, faults survived, nothing fetched that nobody wants."""

import asyncio
import socket
import tempfile
import time
import unittest

from clients import camera_of
from ip_case import DENIED, NO_LOGIN, NOBODY_LISTENS, NOTHING_THERE, WRONG_LOGIN, IpCase, ids_of, make_certificate, serving
from messages import check_told
from server import free_port
from test_subscriptions import Watch
from web_camera import PICTURES, SIZE, WebCamera


class Streams(IpCase):
    async def follow(self, server, name, count, interval=0):
        """(statuses and pictures that came, FramesLost) once `count` pictures did."""
        async with camera_of(server, name) as camera:
            watch = await Watch(camera.client).open()
            item = await watch.item(camera.id("CameraImage"), interval, queue=10)

            async def enough():
                return sum(v.StatusCode.is_good() for v in watch.values(item)) >= count

            await self.until(enough)
            return watch.values(item), await camera.value("Status/FramesLost")

    def check_pictures(self, values):
        for value in values:
            if value.StatusCode.is_good():
                self.assertIn(value.Value.Value, PICTURES)
        return [v.StatusCode.name for v in values]

    async def test_pictures_come_byte_for_byte(self):
        with WebCamera() as web:
            paths = ["/stream?nolen=0", "/stream?nolen=1"]
            with serving(*map(web.uri, paths)) as server:
                names = ids_of(server, "http")
                self.assertEqual(len(set(names)), 2)
                for name in names:
                    values, lost = await self.follow(server, name, 12)
                    self.assertEqual(set(self.check_pictures(values)), {"Good"})
                    order = [PICTURES.index(v.Value.Value) for v in values]
                    self.assertTrue(all(a != b for a, b in zip(order, order[1:])), order)
                    self.assertLess(lost, 12)  # a busy machine may lose some
                    async with camera_of(server, name) as camera:
                        self.assertEqual((await camera.value("Width"), await camera.value("Height")), SIZE)

    async def test_broken_pictures_are_dropped_and_counted(self):
        with WebCamera() as web:
            # A length that is too long does no harm: the boundary says where the picture ends.
            for fault, least in (("trunc=4", 2), ("trunc=4&nolen=1", 2), ("lie=4", 0)):
                uri = web.uri(f"/stream?{fault}")
                with serving(uri) as server:
                    (name,) = ids_of(server, "http")
                    values, lost = await self.follow(server, name, 12)
                    self.assertEqual(set(self.check_pictures(values)), {"Good"}, fault)
                    self.assertGreaterEqual(lost, least, fault)

    async def test_a_stream_that_ends_is_opened_again(self):
        with WebCamera() as web, serving(web.uri("/stream?close=5")) as server:
            (name,) = ids_of(server, "http")
            values, _ = await self.follow(server, name, 12)
            self.assertEqual(set(self.check_pictures(values)), {"Good", "BadNoCommunication"})
            check_told("the camera ended the stream", server.text())

    async def test_a_stall_is_told(self):
        with WebCamera() as web, serving(web.uri("/stream?stall=8"), timeout=1) as server:
            (name,) = ids_of(server, "http")
            async with camera_of(server, name) as camera:
                watch = await Watch(camera.client).open()
                item = await watch.item(camera.id("CameraImage"), 0, queue=10)

                async def stalled():
                    return "BadTimeout" in [v.StatusCode.name for v in watch.values(item)]

                await self.until(stalled)
                self.assertEqual(
                    await camera.value("Status/LastError"),
                    f"no picture from http://127.0.0.1:{web.port}/stream for 1 s",
                )
                seen = len(watch.values(item))
                await watch.wait_for(item, seen + 1)


class Snapshots(IpCase):
    async def test_one_get_for_each_picture_that_somebody_wants(self):
        with WebCamera() as web, serving(web.uri("/snapshot.jpg"), web.uri("/moved")) as server:
            async with camera_of(server, web.id("/snapshot.jpg")) as camera:
                self.assertEqual(web.gets["/snapshot.jpg"], 0)
                for i in range(1, 5):
                    self.assertEqual(await camera.value("CameraImage"), PICTURES[i])
                    self.assertEqual(web.gets["/snapshot.jpg"], i)
                await asyncio.sleep(0.2)  # within linger: open, but unasked
                self.assertEqual(web.gets["/snapshot.jpg"], 4)
                self.assertEqual(await camera.value("CameraImage", max_age=60_000), PICTURES[4])
                self.assertEqual(web.gets["/snapshot.jpg"], 4)
            async with camera_of(server, web.id("/moved")) as camera:
                self.assertIn(await camera.value("CameraImage"), PICTURES)

    async def test_followers_set_the_pace(self):
        with WebCamera() as web, serving(web.uri("/snapshot.jpg") + "#fps=20", linger=0) as server:
            async with camera_of(server, web.id("/snapshot.jpg")) as camera:
                watch = await Watch(camera.client).open()
                began = time.monotonic()
                slow = await watch.item(camera.id("CameraImage"), 700)  # closed in between, opened early
                await watch.wait_for(slow, 4)
                self.assertLessEqual(web.gets["/snapshot.jpg"], (time.monotonic() - began) / 0.7 + 2)
                fast = await watch.item(camera.id("CameraImage"), 0)
                before = web.gets["/snapshot.jpg"]
                await watch.wait_for(fast, 10)
                self.assertGreaterEqual(web.gets["/snapshot.jpg"] - before, 9)


class Failures(IpCase):
    async def test_what_the_camera_answers(self):
        rows = [
            ("/nothing", "BadNoCommunication", NOTHING_THERE),
            (
                "/forbidden",
                "BadDeviceFailure",
                "this user may not see it (403): give the user the right to view in the camera's settings",
            ),
            ("/odd", "BadDeviceFailure", "the camera does not understand the URL (400): check its path"),
            ("/taken", "BadDeviceFailure", "the camera refuses the request (4xx): check the path of the URL"),
            (
                "/busy",
                "BadResourceUnavailable",
                "the camera cannot serve it now (5xx): perhaps too many others watch it, or it needs a restart",
            ),
            (
                "/page",
                "BadDeviceFailure",
                "it answers with TYPE, neither a JPEG nor a stream of them: look the URL of its snapshot or MJPEG stream up in its manual",
            ),
            ("/half.jpg", "BadDeviceFailure", "what it answers is no whole JPEG: check the path of the URL"),
            ("/huge.jpg", "BadEncodingLimitsExceeded", "a picture of more than 64 MB"),
            ("/slam", "BadNoCommunication", "the camera closed the connection"),
            ("/babble", "BadNoCommunication", "the camera closed the connection"),
        ]
        with WebCamera() as web, serving(*(web.uri(path) for path, _, _ in rows)) as server:
            for path, status, text in rows:
                with self.subTest(path):
                    await self.check_failure(server, web.id(path), status, text)

    async def test_a_redirect_leads_to_no_file(self):
        with WebCamera() as web, serving(web.uri("/away")) as server:
            async with camera_of(server, web.id("/away")) as camera:
                self.assertFalse((await camera.read("CameraImage")).StatusCode.is_good())
                self.assertNotIn(socket.gethostname(), await camera.value("Status/LastError"))

    async def test_nobody_there(self):
        port = free_port()
        with serving(f"http://127.0.0.1:{port}/a", "http://camera.invalid/a") as server:
            await self.check_failure(server, f"http-127.0.0.1_{port}-a", "BadNoCommunication", NOBODY_LISTENS)
            async with camera_of(server, "http-camera.invalid-a") as camera:
                self.assertFalse((await camera.read("CameraImage")).StatusCode.is_good())
                self.assertRegex(await camera.value("Status/LastError"), "camera.invalid is not known|no name server")

    async def test_a_camera_that_says_nothing_keeps_nobody_waiting(self):
        with WebCamera() as web, serving(web.uri("/silent"), web.uri("/snapshot.jpg"), timeout=1) as server:
            async with camera_of(server, web.id("/silent")) as camera:
                self.assertEqual((await camera.read("CameraImage")).StatusCode.name, "BadTimeout")
            # It still waits for the answer when the server stops.


class Logins(IpCase):
    async def test_user_and_password(self):
        with WebCamera(login="viewer:p@ss/w:rd") as web:
            right = "viewer:p%40ss%2Fw:rd@"
            cameras = [web.uri("/snapshot.jpg", right), web.uri("/stream", "viewer:wrong-secret@"), web.uri("/half.jpg")]
            with serving(*cameras) as server:
                async with camera_of(server, web.id("/snapshot.jpg")) as camera:
                    self.assertIn(await camera.value("CameraImage"), PICTURES)
                await self.check_failure(server, web.id("/stream"), "BadDeviceFailure", WRONG_LOGIN)
                await self.check_failure(server, web.id("/half.jpg"), "BadDeviceFailure", NO_LOGIN)
                async with camera_of(server, web.id("/stream")) as camera:
                    self.assertEqual(await camera.value("Status/State"), DENIED)
                for secret in ("p@ss", "p%40ss", "wrong-secret", "viewer"):
                    self.assertNotIn(secret, server.text())
                    self.assertNotIn(secret, await self.everything_shown(server, web.id("/stream")))

    async def test_a_certificate_of_its_own_making(self):
        with tempfile.TemporaryDirectory(prefix="uacam-rig-") as folder:
            pem = make_certificate(folder)
            with WebCamera(certificate=pem) as web:
                strict, lax = web.uri("/snapshot.jpg"), web.uri("/stream") + "#certificate=any"
                with serving(strict, lax) as server:
                    message = "no secure connection: when the camera's certificate is one of its own making, add #certificate=any to the URI"
                    await self.check_failure(server, web.id("/snapshot.jpg"), "BadDeviceFailure", message)
                    self.assertEqual(web.gets["/snapshot.jpg"], 0)
                    async with camera_of(server, web.id("/stream")) as camera:
                        self.assertIn(await camera.value("CameraImage"), PICTURES)


if __name__ == "__main__":
    unittest.main()
