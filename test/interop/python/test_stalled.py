# SPDX-License-Identifier: Apache-2.0
"""A client that asks for pictures and does not take them: others go on, the server's memory stays, nothing that was
asked for is lost, and what comes in the end is new."""

import asyncio
import contextlib
import pathlib
import re
import socket

from asyncua import Client
from clients import ANY_AGE, AsyncTestCase, Camera, NAMESPACE
from security import Home
from server import Server
from test_bytes import noise_jpeg
from test_security_matrix import secured
from test_subscriptions import Watch, numbers_of

SIZE = 3_000_000
UNREAD = 16
OTHERS = 12


class SlowTestCase(AsyncTestCase):
    name = "sim"

    @contextlib.asynccontextmanager
    async def camera(self, encrypted):
        client = await secured(self.server, self.identity) if encrypted else Client(self.server.url(), timeout=60)
        async with client:
            yield Camera(client, await client.get_namespace_index(NAMESPACE), self.name)
        await asyncio.sleep(0.01)  # until the socket is closed


class Reading(SlowTestCase):
    @classmethod
    def setUpClass(cls):
        home = cls.enterClassContext(Home())
        cls.identity = home.identity(trusted=True)
        cls.picture = noise_jpeg(SIZE)
        path = pathlib.Path(home.path, "large.jpg")
        path.write_bytes(cls.picture)
        cls.server = cls.enterClassContext(Server(f"file:{path}", home=home.path))
        cls.name = re.search(r"camera: (file-large\S+):", cls.server.text())[1]

    async def read(self, camera):
        self.assertTrue(await camera.value("CameraImage", max_age=ANY_AGE) == self.picture)

    async def check(self, encrypted):
        async with self.camera(encrypted) as stalled, self.camera(encrypted) as other:
            for _ in range(OTHERS):
                await self.read(other)
            await self.read(stalled)
            self.server.forget_peak()
            before = self.server.memory_kb("VmHWM")
            transport = stalled.client.uaclient.protocol.transport
            transport.pause_reading()
            unread = [asyncio.ensure_future(self.read(stalled)) for _ in range(UNREAD)]
            for _ in range(OTHERS):
                await self.read(other)
            grown = self.server.memory_kb("VmHWM") - before
            self.assertLess(grown * 1000, UNREAD * SIZE / 2)
            self.assertFalse(any(r.done() for r in unread))
            transport.resume_reading()
            await asyncio.gather(*unread)

    async def test_without_encryption(self):
        await self.check(False)

    async def test_encrypted(self):
        await self.check(True)


class Subscribed(SlowTestCase):
    """Both want every frame; one takes nothing while the other gets sixty, though it asked for sixteen."""

    @classmethod
    def setUpClass(cls):
        home = cls.enterClassContext(Home())
        cls.identity = home.identity(trusted=True)
        cls.server = cls.enterClassContext(Server("sim:?fps=30&size=1280x960", home=home.path))

    async def check(self, encrypted):
        async with self.camera(encrypted) as stalled, self.camera(encrypted) as other:
            slow, fast = await Watch(stalled.client).open(interval=20), await Watch(other.client).open(interval=20)
            large = await slow.item(stalled.id("CameraImageBmp"))
            small = await fast.item(other.id("Thumbnail"), queue=10)
            await slow.wait_for(large, 2)
            transport = stalled.client.uaclient.protocol.transport
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            transport.pause_reading()
            asked = [asyncio.ensure_future(stalled.client.uaclient.publish([])) for _ in range(UNREAD)]
            count = len(fast.values(small))
            came = numbers_of((await fast.wait_for(small, count + 60))[count:])
            transport.resume_reading()
            slow.messages = [(await answer).Parameters for answer in asked]
            numbers = numbers_of(slow.values(large), "BMP")
            self.assertEqual(numbers, sorted(set(numbers)))
            old = [n for n in numbers if n < came[-1]]
            self.assertLessEqual(len(old), 4)  # in sockets, on their way into them, before the pause
            self.assertGreater(len(numbers), len(old))

    async def test_without_encryption(self):
        await self.check(False)

    async def test_encrypted(self):
        await self.check(True)
