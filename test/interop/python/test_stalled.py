# SPDX-License-Identifier: Apache-2.0
"""A client that asks for pictures and does not take them: others go on, the server's memory stays, nothing is lost."""

import asyncio
import contextlib
import pathlib
import re

from asyncua import Client
from clients import ANY_AGE, AsyncTestCase, Camera, NAMESPACE
from security import Home
from server import Server
from test_bytes import noise_jpeg
from test_security_matrix import secured

SIZE = 3_000_000
UNREAD = 16
OTHERS = 12


class Stalled(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        home = cls.enterClassContext(Home())
        cls.identity = home.identity(trusted=True)
        cls.picture = noise_jpeg(SIZE)
        path = pathlib.Path(home.path, "large.jpg")
        path.write_bytes(cls.picture)
        cls.server = cls.enterClassContext(Server(f"file:{path}", home=home.path))
        cls.name = re.search(r"camera: (file-large\S+):", cls.server.text())[1]

    @contextlib.asynccontextmanager
    async def camera(self, encrypted):
        client = await secured(self.server, self.identity) if encrypted else Client(self.server.url(), timeout=60)
        async with client:
            yield Camera(client, await client.get_namespace_index(NAMESPACE), self.name)
        await asyncio.sleep(0.01)  # until the socket is closed

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
