# SPDX-License-Identifier: Apache-2.0
"""Everything at once, for a sanitizer to watch: readers, subscribers and writers, encrypted, signed and plain, that come,
renew their tokens and leave in the middle of messages."""

import asyncio
import contextlib
import itertools
import signal
import subprocess
import time

import sim_picture
from asyncua import ua
from clients import camera_of, eventually
from server import TIED, UACAM, clean_environment, run
from test_security_matrix import HEIGHT, WIDTH, SecureCase
from test_subscriptions import Watch, numbers_of

SECONDS = 6  # at least; then until each has done what it came for
UPLOAD = bytes(range(256)) * 600  # other threads open it
SIGNED = {"mode": "Sign", "policy": "Aes128_Sha256_RsaOaep"}
ENCRYPTED = {"mode": "SignAndEncrypt"}


class Load(SecureCase):
    def setUp(self):
        self.over = False  # tasks are not cancelled: asyncua may swallow that
        self.done = dict.fromkeys(("pictures", "uploads", "renewals", "watched", "vanished", "killed"), 0)
        _, _, err = run("get", self.server.url(), "--security", "encrypt", home=self.home.path)
        self.assertIn("does not trust this program yet", err)
        self.home.command("trust", "add", str(self.home.state / "client/own/certificate.der"))

    def until_over(self, values):
        return itertools.takewhile(lambda _: not self.over, itertools.cycle(values))

    @contextlib.asynccontextmanager
    async def any_camera(self, how):
        async with self.camera("UserName", **how) if how else camera_of(self.server) as camera:
            yield camera

    async def upload(self, camera):
        status = await camera.write("CameraImage", UPLOAD, ua.VariantType.ByteString)
        self.assertEqual(status.name, "BadNotWritable")
        self.done["uploads"] += 1

    async def read(self, how):
        async with self.any_camera(how) as camera:
            while not self.over:
                pixels = sim_picture.decode(await camera.value("CameraImageBmp"), "BMP")
                self.assertEqual(pixels.shape[:2], (HEIGHT, WIDTH))
                self.done["pictures"] += 1
                await self.upload(camera)

    async def renew(self):
        async with self.camera("UserName") as camera:
            watch = await Watch(camera.client).open()
            item = await watch.item(camera.id("CameraImageBmp"), queue=2)
            while not self.over:
                await watch.wait_for(item, len(watch.values(item)) + 3)
                await camera.client.open_secure_channel(renew=True)
                camera.client.uaclient.revolve_security_token()
                await self.upload(camera)
                self.done["renewals"] += 1

    async def watch(self, how):
        async with self.any_camera(how) as camera:
            watch = await Watch(camera.client).open()
            item = await watch.item(camera.id("CameraImagePng"), queue=10)
            while not self.over:
                values = await watch.wait_for(item, len(watch.values(item)) + 5)
                numbers = numbers_of(values[-10:], "PNG")
                self.assertEqual(numbers, sorted(set(numbers)))
                self.done["watched"] += 1

    async def vanish(self, how):
        """Leaves while a picture and an upload are under way."""
        for delay in self.until_over((0.0, 0.002, 0.01, 0.03)):
            async with self.any_camera(how) as camera:
                under_way = [
                    asyncio.ensure_future(camera.read("CameraImageBmp", 2**31 - 1)),
                    asyncio.ensure_future(camera.write("CameraImage", UPLOAD, ua.VariantType.ByteString)),
                ]
                await asyncio.sleep(delay)
                camera.client.disconnect_socket()
                for task in under_way:
                    task.cancel()
                await asyncio.gather(*under_way, return_exceptions=True)
                self.done["vanished"] += 1

    async def kill(self):
        """Our own client, ended in the middle."""
        kinds = itertools.product(("--clients", "--subscribers"), ("encrypt", "none"))
        for kind, mode in self.until_over(kinds):
            process = await asyncio.create_subprocess_exec(
                *TIED, UACAM, "bench", self.server.url(), "--security", mode, kind, "2", "--seconds", "60",
                env=clean_environment(self.home.path), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )
            try:
                line = await process.stderr.readline()
                self.assertIn(b"measuring", line)
                await asyncio.sleep(0.3)
            finally:
                process.kill()
                await process.communicate()
            self.assertEqual(process.returncode, -signal.SIGKILL)
            self.done["killed"] += 1

    async def test_everything_at_once(self):
        work = [self.read(None), self.read(SIGNED), self.read(ENCRYPTED), self.renew(), self.watch(ENCRYPTED),
                self.vanish(None), self.vanish(ENCRYPTED), self.kill()]
        tasks = [asyncio.ensure_future(w) for w in work]
        begin = time.monotonic()

        async def enough():
            for task in tasks:
                if task.done():
                    task.result()
            return time.monotonic() > begin + SECONDS and all(self.done.values())

        try:
            await eventually(enough, 60)
        except TimeoutError:
            self.fail(f"not all of this was done: {self.done}")
        finally:
            self.over = True
            await asyncio.wait_for(asyncio.gather(*tasks), 60)
        async with self.camera("UserName") as camera:
            await camera.value("CameraImageBmp")
