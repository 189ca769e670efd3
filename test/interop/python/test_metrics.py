# SPDX-License-Identifier: Apache-2.0
"""What the server counts, as clients read it: the counters of a camera, and those beneath Server/VendorServerInfo."""

import asyncio
import contextlib
import re
import socket
import unittest

from asyncua import Client, ua
from clients import ANY_AGE, AsyncTestCase, Camera, NAMESPACE, connected, eventually
from security import Home
from server import Server, run
from test_bytes import noise_jpeg
from test_security_matrix import secured
from test_stalled import UNREAD
from test_subscriptions import Watch, numbers_of

PICTURES = 12
NAMES = ("EncryptionEngine", "Connections", "BytesSent", "BytesSecured", "BytesWaiting", "ValuesReplaced")


def fact(camera, name):
    return camera.client.get_node(ua.NodeId(f"VendorServerInfo/{name}", camera.namespace))


async def facts(camera):
    return dict(zip(NAMES, await camera.client.read_values([fact(camera, name) for name in NAMES]), strict=True))


async def counts(camera):
    return {name: await camera.value(f"Status/{name}") for name in
            ("FramesCaptured", "PicturesMade", "PicturesPassedThrough", "PicturesDelivered")}


class Counted(AsyncTestCase):
    """One subscriber and then two of a camera that is encoded, or sends JPEGs itself."""

    async def follow(self, camera, watches):
        """So many pictures for the first, and what was counted meanwhile."""
        items = [await watch.item(camera.id("CameraImage"), queue=10) for watch in watches]
        values = await watches[0].wait_for(items[0], PICTURES)
        for watch in watches:
            await watch.close()
        return await counts(camera), values

    async def test_pictures_are_made_once_for_all(self):
        with Server("sim:?fps=30&size=160x120") as server:
            async with connected(server) as (client, n), connected(server) as (other, _):
                camera = Camera(client, n)
                self.assertEqual(set((await counts(camera)).values()), {0})
                watches = [await Watch(c).open(interval=20) for c in (client, other)]
                count, values = await self.follow(camera, watches)
                self.assertEqual(count["PicturesMade"], count["FramesCaptured"])
                self.assertEqual(count["PicturesPassedThrough"], 0)
                frames = numbers_of(values)
                self.assertGreaterEqual(count["FramesCaptured"], len(set(frames)))
                self.assertGreaterEqual(count["PicturesDelivered"], 2 * count["PicturesMade"] - 2)
                self.assertLessEqual(count["PicturesDelivered"], 2 * count["PicturesMade"])

    async def test_pictures_that_are_passed_through(self):
        with Home() as home:
            path = f"{home.path}/a.jpg"
            with open(path, "wb") as f:
                f.write(noise_jpeg(20_000))
            with Server(f"file:{path}", home=home.path) as server:
                async with connected(server) as (client, n):
                    camera = Camera(client, n, re.search(r"camera: (file-\S+):", server.text())[1])
                    await camera.value("CameraImage")
                    count = await counts(camera)
                    self.assertGreaterEqual(count["PicturesMade"], 1)
                    self.assertEqual(count["PicturesPassedThrough"], count["PicturesMade"])
                    await camera.value("CameraImageBmp")
                    after = await counts(camera)
                    self.assertEqual(after["PicturesPassedThrough"], count["PicturesPassedThrough"])
                    self.assertGreater(after["PicturesMade"], count["PicturesMade"])
                    await camera.value("CameraImageBmp", max_age=ANY_AGE)  # the one that is there
                    self.assertEqual((await counts(camera))["PicturesDelivered"], after["PicturesDelivered"] + 1)


class ByEngine:
    @contextlib.asynccontextmanager
    async def camera(self, mode):
        client = await secured(self.server, self.identity, mode=mode) if mode else Client(self.server.url(), timeout=60)
        async with client:
            yield Camera(client, await client.get_namespace_index(NAMESPACE))
        await asyncio.sleep(0.01)  # until the socket is closed

    @classmethod
    def setUpClass(cls):
        _, out, _ = run("--version")
        cls.told = re.search(r"^encryption: (.*)$", out, re.M)[1]
        if cls.ENGINE == "ipsec-mb" and not cls.told.startswith(cls.ENGINE):
            raise unittest.SkipTest(f"{cls.ENGINE} is not in this build, or not for this processor")
        home = cls.enterClassContext(Home())
        cls.identity = home.identity(trusted=True)
        config = f"log:\n  level: debug\nsecurity:\n  engine: {cls.ENGINE}\n"
        cls.server = cls.enterClassContext(Server("sim:?size=640x480", config=config, home=home.path))

    async def test_engine(self):
        """The same words everywhere."""
        async with self.camera(None) as camera:
            engine = await fact(camera, "EncryptionEngine").read_value()
        library = {"ipsec-mb": r"libipsec-mb \d+\.\d+, (AVX|SSE).*", "openssl": r"OpenSSL \d+\.\d+"}[self.ENGINE]
        self.assertRegex(engine, rf"^{self.ENGINE} \({library}\)$")
        self.assertIn(f"encrypted by {engine}", self.server.text())
        if self.told.startswith(self.ENGINE):
            self.assertEqual(engine, self.told)

    async def test_bytes(self):
        for mode in (None, "Sign", "SignAndEncrypt"):
            async with self.camera(mode) as camera:
                before = await facts(camera)
                sizes = [len(await camera.value("CameraImageBmp")) for _ in range(2)]
                after = await facts(camera)
            sent = after["BytesSent"] - before["BytesSent"]
            self.assertGreater(sent, sum(sizes))
            self.assertLess(sent, sum(sizes) * 1.02)
            self.assertEqual(after["BytesSecured"] - before["BytesSecured"], sent if mode else 0)
            async with self.camera(None) as camera:  # connections that are gone still count
                later = await facts(camera)
            self.assertGreaterEqual(later["BytesSent"], after["BytesSent"])
            self.assertGreaterEqual(later["BytesSecured"], after["BytesSecured"])

    async def test_connections(self):
        async with self.camera(None) as camera:
            async def connections(wanted):
                return await fact(camera, "Connections").read_value() == wanted

            await eventually(lambda: connections(1))
            async with self.camera("SignAndEncrypt"):
                self.assertTrue(await connections(2))
            await eventually(lambda: connections(1))

    async def test_a_client_that_does_not_read(self):
        async with self.camera("SignAndEncrypt") as stalled, self.camera(None) as camera:
            self.assertLess((await facts(camera))["BytesWaiting"], 4096)
            replaced = (await facts(camera))["ValuesReplaced"]
            watch = await Watch(stalled.client).open(interval=20)
            await watch.wait_for(await watch.item(stalled.id("CameraImageBmp")), 1)
            transport = stalled.client.uaclient.protocol.transport
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            transport.pause_reading()
            asked = [asyncio.ensure_future(stalled.client.uaclient.publish([])) for _ in range(UNREAD)]

            async def piles_up():
                now = await facts(camera)
                return now["BytesWaiting"] > 100_000 and now["ValuesReplaced"] > replaced

            await eventually(piles_up)
            transport.resume_reading()
            await asyncio.gather(*asked)

    async def test_monitored_at_their_own_pace(self):
        """BytesSent grows by being told; it is told once a second all the same."""
        async with self.camera(None) as camera:
            watch = await Watch(camera.client).open(interval=10)
            item = await watch.item(fact(camera, "BytesSent").nodeid, interval=0, queue=10)
            self.assertGreaterEqual(watch.items[item].RevisedSamplingInterval, 1000)
            values = await watch.wait_for(item, 2)
            first, second = (v.Value.Value for v in values[:2])
            self.assertGreater(second, first)
            self.assertGreater((values[1].SourceTimestamp - values[0].SourceTimestamp).total_seconds(), 0.9)

    async def test_they_stand_where_the_standard_has_a_place(self):
        async with self.camera(None) as camera:
            info = camera.client.get_node(ua.ObjectIds.Server_VendorServerInfo)
            self.assertEqual({(await c.read_browse_name()).Name for c in await info.get_children()}, set(NAMES))
            for name in NAMES:
                node = fact(camera, name)
                self.assertTrue((await node.read_description()).Text)
                self.assertEqual(await node.get_user_access_level(), {ua.AccessLevel.CurrentRead})
                value = ua.DataValue((await node.read_data_value()).Value)
                with self.assertRaises(ua.UaStatusCodeError):
                    await node.write_value(value)

    async def test_not_without_a_session(self):
        client = Client(self.server.url(), timeout=60)
        await client.connect_socket()
        await client.send_hello()
        await client.open_secure_channel()
        with self.assert_fault("BadSessionIdInvalid"):
            await client.get_node(ua.NodeId("VendorServerInfo/BytesSent", 2)).read_value()
        await client.close_secure_channel()
        client.disconnect_socket()

    def test_by_the_command_line(self):
        code, out, err = run("get", self.server.url(), "ns=2;s=VendorServerInfo/EncryptionEngine")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, rf"^{self.ENGINE} \(.*\)\n$")
        code, out, err = run("get", self.server.url(), "ns=2;s=VendorServerInfo/Connections")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^[1-9]\d*\n$")


class OpenSsl(ByEngine, AsyncTestCase):
    ENGINE = "openssl"


class Lanes(ByEngine, AsyncTestCase):
    ENGINE = "ipsec-mb"


if __name__ == "__main__":
    unittest.main()
