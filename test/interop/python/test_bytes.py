# SPDX-License-Identifier: Apache-2.0
"""Parts of a picture of every length around what fills a block, a chunk, a message's lanes; through every engine, policy,
mode and size of chunks: each byte comes as it is."""

import asyncio
import contextlib
import functools
import io
import itertools
import os
import pathlib
import re
import unittest
from unittest import mock

import numpy
from asyncua import Client, ua
from clients import ANY_AGE, AsyncTestCase, Camera, NAMESPACE
from PIL import Image
from security import Home
from server import Server, run
from test_security_matrix import MODES, POLICIES, secured
from test_subscriptions import Watch

SMALLEST, LARGEST = 8192, 65536  # chunks of the server
LANES = 32  # chunks that the server makes of a message that is long enough
DELEGATED = 32 * 1024  # bytes of a message that other threads seal
AROUND_VALUE = 58  # bytes of a ReadResponse with one ByteString and both timestamps, without its bytes
HEADERS, CLEAR, BLOCK, MAC = 24, 16, 16, 32


def room(chunk, mode):
    """Bytes of a message that a chunk takes."""
    if mode == "None":
        return chunk - HEADERS
    if mode == "Sign":
        return chunk - HEADERS - MAC
    return (chunk - CLEAR) // BLOCK * BLOCK - (HEADERS - CLEAR) - MAC - 1


def lengths(chunk, mode):
    """Of parts of a picture, those where something ends with it, or just before or after."""
    small, large = room(SMALLEST, mode), room(chunk, mode)
    messages = {small * count for count in (1, 2, 7, 8, 9, LANES)} | {large, large * 2, large * LANES, DELEGATED}
    ends = {length - AROUND_VALUE for length in messages} | {2**16, 1_000_000}
    blocks = range(small - AROUND_VALUE - BLOCK, small - AROUND_VALUE + BLOCK)
    return sorted({1, 2, *blocks, *(end + more for end in ends for more in (-1, 0, 1))})


def noise_jpeg(size):
    """A JPEG of exactly this many bytes, which no compression could guess: noise, filled up with comments."""
    noise = numpy.random.default_rng(size).integers(0, 256, (64, 64), numpy.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG")
    data = file.getvalue()
    left = size - len(data)
    comments = []
    while left:
        count = left if left <= 65535 else min(65535, left - 4)
        comments.append(b"\xff\xfe" + (count - 2).to_bytes(2, "big") + os.urandom(count - 4))
        left -= count
    return data[:2] + b"".join(comments) + data[2:]


def offer_chunks(client, size):
    """asyncua takes chunks of any size, but cannot be told to say so."""
    say = client.uaclient.send_hello

    async def send_hello(*words):
        with mock.patch.object(ua, "Hello", functools.partial(ua.Hello, ReceiveBufferSize=size)):
            return await say(*words)

    client.uaclient.send_hello = send_hello


class Ways:
    """All of them by one engine."""

    PICTURES = {"some": 2_200_000, "huge": 32 * 2**20}  # the first is longer than LANES of the largest chunks

    @classmethod
    def setUpClass(cls):
        _, out, _ = run("--version")
        if cls.ENGINE != "openssl" and f"encryption: {cls.ENGINE}" not in out:
            raise unittest.SkipTest(f"{cls.ENGINE} is not in this build, or not for this processor")
        home = cls.enterClassContext(Home())
        cls.identity = home.identity(trusted=True)
        cls.pictures = {}
        for name, size in cls.PICTURES.items():
            cls.pictures[name] = noise_jpeg(size)
            pathlib.Path(home.path, f"{name}.jpg").write_bytes(cls.pictures[name])
        files = [f"file:{home.path}/{name}.jpg" for name in cls.PICTURES]
        config = f"security:\n  engine: {cls.ENGINE}\n"
        cls.server = cls.enterClassContext(Server(*files, config=config, home=home.path))

    @contextlib.asynccontextmanager
    async def camera(self, policy, mode, chunk, name="some"):
        if mode == "None":
            client = Client(self.server.url(), timeout=20, watchdog_intervall=20)
        else:
            client = await secured(self.server, self.identity, policy, mode)
        offer_chunks(client, chunk)
        async with client:
            index = await client.get_namespace_index(NAMESPACE)
            yield Camera(client, index, re.search(rf"camera: (file-{name}\S+):", self.server.text())[1])
        await asyncio.sleep(0.01)  # until the socket is closed

    async def check_part(self, camera, begin, length):
        end = begin + length - 1
        index_range = f"{begin}:{end}" if length > 1 else f"{begin}"
        part = await camera.value("CameraImage", max_age=ANY_AGE, index_range=index_range)
        self.assertEqual(len(part), length)
        self.assertTrue(part == self.pictures["some"][begin : end + 1], (begin, length))

    async def check_whole(self, camera):
        """Read, and as a notification."""
        self.assertTrue(await camera.value("CameraImage", max_age=ANY_AGE) == self.pictures["some"])
        watch = await Watch(camera.client).open()
        item = await watch.item(camera.id("CameraImage"))
        (value, *_) = await watch.wait_for(item, 1)
        self.assertTrue(value.Value.Value == self.pictures["some"])
        await watch.close()

    async def check_nothing(self, camera):
        """What is behind the last byte of the picture as a file."""
        async def call(name, *inputs):
            return await camera.node("ImageFile").call_method(camera.id(f"ImageFile/{name}"), *inputs)

        handle = ua.Variant(await call("Open", ua.Variant(1, ua.VariantType.Byte)), ua.VariantType.UInt32)
        await call("SetPosition", handle, ua.Variant(len(self.pictures["some"]), ua.VariantType.UInt64))
        self.assertEqual(await call("Read", handle, ua.Variant(100, ua.VariantType.Int32)), b"")
        await call("Close", handle)

    async def test_parts_and_whole_pictures(self):
        ways = [("", "None"), *itertools.product(POLICIES, MODES)]
        for (policy, mode), chunk in itertools.product(ways, (SMALLEST, LARGEST)):
            with self.subTest(policy=policy, mode=mode, chunk=chunk):
                async with self.camera(policy, mode, chunk) as camera:
                    parts = [(i * 7 % 4099, length) for i, length in enumerate(lengths(chunk, mode))]
                    await asyncio.gather(*(self.check_part(camera, *part) for part in parts))
                    await asyncio.gather(self.check_whole(camera), self.check_nothing(camera))

    async def test_huge_pictures(self):
        for mode in ("None", "SignAndEncrypt"):
            async with self.camera("Basic256Sha256", mode, LARGEST, "huge") as camera:
                self.assertTrue(await camera.value("CameraImage") == self.pictures["huge"])


class OpenSsl(Ways, AsyncTestCase):
    ENGINE = "openssl"


class Lanes(Ways, AsyncTestCase):
    ENGINE = "ipsec-mb"
