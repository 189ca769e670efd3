# SPDX-License-Identifier: Apache-2.0
"""Sessions as asyncua has them: many at once, some that vanish, writing, and the end of the server."""

import asyncio
import contextlib
import os
import pathlib
import signal
import subprocess
import sys

import sim_picture
from asyncua import ua
from clients import AsyncTestCase, Camera, camera_of, connected, eventually, make_client, operator_of
from server import TIED, Server
from test_subscriptions import Watch

SUMMARY = ua.NodeId(ua.ObjectIds.Server_ServerDiagnostics_ServerDiagnosticsSummary)
STATE = ua.NodeId(ua.ObjectIds.Server_ServerStatus_State)
VANISHING = pathlib.Path(__file__).with_name("vanishing_client.py")


def is_socket(fd):
    try:
        return os.readlink(fd).startswith("socket:")
    except FileNotFoundError:
        return False  # closed since it was listed


def sockets_of(server):
    return sum(map(is_socket, pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir()))


class Deserted(AsyncTestCase):
    @contextlib.contextmanager
    def stalled(self, server):
        """A client that watches a picture, and stands still for ever with its connection open."""
        command = [*TIED, sys.executable, str(VANISHING), server.url()]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
            try:
                self.assertEqual(victim.stdout.readline(), "watching\n")
                victim.send_signal(signal.SIGSTOP)
                yield
            finally:
                victim.kill()

    async def test_a_connection_without_session_ends(self):
        """Half a minute after its last session was closed, or has timed out; one that has a session stays."""
        with Server("sim:") as server:
            before = sockets_of(server)
            client = make_client(server)
            await client.connect_socket()
            await client.send_hello()
            await client.open_secure_channel()
            await client.create_session()
            await client.activate_session()
            await client.uaclient.close_session(True)

            async def closed():
                return sockets_of(server) == before + 1

            with self.stalled(server):
                async with connected(server) as (other, _):
                    await eventually(closed)
                    await other.get_node(STATE).read_value()
            self.assertEqual(server.text().count("closed: no session was activated in 30 s"), 2)


class Writing(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    async def write(self, camera, path, value, variant_type):
        return (await camera.write(path, value, variant_type)).name

    async def test_quality_changes_size_and_look(self):
        with Server("sim:?speed=0&size=600x480") as server:
            async with operator_of(server) as camera:
                files = []
                for quality in (95, 10):
                    status = await self.write(camera, "Settings/JpegQuality", quality, ua.VariantType.Byte)
                    self.assertEqual(status, "Good")
                    self.assertEqual(await camera.value("Settings/JpegQuality"), quality)
                    files.append(await camera.value("CameraImage"))
                self.assertLess(1.5 * len(files[1]), len(files[0]))
                errors = []
                for data in files:
                    pixels = sim_picture.decode(data, "JPEG")
                    expected = sim_picture.picture(sim_picture.frame_number(pixels), 600, 480, speed=0)
                    errors.append(sim_picture.mean_error(pixels, expected))
                self.assertLess(1.5 * errors[0], errors[1])

    async def test_wrong_writes(self):
        V = ua.VariantType
        async with operator_of(self.server) as camera:
            cases = [
                ("Settings/JpegQuality", 50, V.Int32, "BadTypeMismatch"),
                ("Settings/JpegQuality", 50, V.UInt16, "BadTypeMismatch"),
                ("Settings/JpegQuality", "50", V.String, "BadTypeMismatch"),
                ("Settings/JpegQuality", [50, 60], V.Byte, "BadTypeMismatch"),
                ("Settings/JpegQuality", None, V.Null, "BadTypeMismatch"),
                ("Settings/JpegQuality", 0, V.Byte, "BadOutOfRange"),
                ("Settings/JpegQuality", 101, V.Byte, "BadOutOfRange"),
                ("CameraImage", b"\xff\xd8", V.ByteString, "BadNotWritable"),
                ("Identification/Model", "other", V.String, "BadNotWritable"),
                ("Status/State", 1, V.Int32, "BadNotWritable"),
                ("Settings/Nothing", 1, V.Byte, "BadNodeIdUnknown"),
            ]
            for path, value, variant_type, expected in cases:
                self.assertEqual(await self.write(camera, path, value, variant_type), expected, (path, value))
            self.assertEqual(await camera.value("Settings/JpegQuality"), 85)

    async def test_attributes_cannot_be_written(self):
        async with operator_of(self.server) as camera:
            names = [ua.AttributeIds.DisplayName, ua.AttributeIds.BrowseName, ua.AttributeIds.Executable]
            writes = [
                ua.WriteValue(
                    NodeId=camera.id("CameraImage"),
                    AttributeId=a,
                    Value=ua.DataValue(ua.Variant(ua.LocalizedText("x"))),
                )
                for a in names
            ]
            results = await camera.client.uaclient.write(ua.WriteParameters(NodesToWrite=writes))
            self.assertEqual(
                [r.name for r in results], ["BadNotWritable", "BadNotWritable", "BadAttributeIdInvalid"]
            )


class Many(AsyncTestCase):
    async def test_twenty_sessions_at_once(self):
        with Server("sim:") as server:
            clients = [make_client(server) for _ in range(20)]
            async with contextlib.AsyncExitStack() as stack:
                await asyncio.gather(*(stack.enter_async_context(c) for c in clients))
                n = await clients[0].get_namespace_index("urn:uacam:camera")
                summary = await clients[0].get_node(SUMMARY).read_value()
                self.assertEqual(summary.CurrentSessionCount, 20)
                cameras = [Camera(c, n) for c in clients]
                images = await asyncio.gather(*(c.value("CameraImage") for c in cameras for _ in range(5)))
                self.assertEqual({i[:2] for i in images}, {b"\xff\xd8"})
                watches = await asyncio.gather(*(Watch(c).open(interval=50) for c in clients))
                items = await asyncio.gather(
                    *(w.item(c.id("CameraImage"), interval=50) for w, c in zip(watches, cameras))
                )
                await asyncio.gather(*(w.wait_for(i, 3) for w, i in zip(watches, items)))
                self.assertEqual(await cameras[0].value("Status/Consumers"), 20)
            async with connected(server) as (client, _):
                summary = await client.get_node(SUMMARY).read_value()
                self.assertEqual(summary.CurrentSessionCount, 1)
                self.assertEqual(summary.CurrentSubscriptionCount, 0)
                self.assertEqual(summary.CumulatedSessionCount, 21)
                self.assertEqual(summary.CumulatedSubscriptionCount, 20)

    async def test_sessions_come_and_go(self):
        with Server("sim:") as server:
            async with camera_of(server) as first:
                await first.value("CameraImage")
                before = server.memory_kb()
                for _ in range(60):
                    async with camera_of(server) as camera:
                        await camera.value("Identification/Model")
                self.assertLess(server.memory_kb(), before + 20_000)

    async def test_session_survives_its_connection(self):
        """ActivateSession on another SecureChannel; the subscription goes on."""
        with Server("sim:") as server:
            client = make_client(server)
            await client.connect(auto_reconnect=True)
            watch = await Watch(client).open(interval=50)
            item = await watch.item(STATE, interval=50)
            time = await watch.item(ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime), interval=50)
            await watch.wait_for(item, 1)
            token = client.uaclient.session.authentication_token
            client.uaclient.protocol.transport.abort()
            count = len(watch.values(time))
            await watch.wait_for(time, count + 5)
            self.assertEqual(client.uaclient.session.authentication_token, token)
            summary = await client.get_node(SUMMARY).read_value()
            self.assertEqual((summary.CumulatedSessionCount, summary.CurrentSubscriptionCount), (1, 1))
            await client.disconnect()
            await asyncio.sleep(0.01)

    async def test_tokens_are_renewed(self):
        with Server("sim:") as server:
            client = make_client(server)
            client.secure_channel_timeout = 1000
            async with client:
                self.assertLessEqual(client.secure_channel_timeout, 10_000)
                watch = await Watch(client).open(interval=50)
                item = await watch.item(ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime), interval=50)
                tokens = set()
                while len(tokens) < 2:
                    await client.get_node(STATE).read_value()
                    tokens.add(client.uaclient.protocol._connection.security_token.TokenId)
                    await asyncio.sleep(0.05)
                await watch.wait_for(item, len(watch.values(item)) + 3)

    async def test_a_thousand_items(self):
        with Server("sim:") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=100)
                paths = ["Identification/Model", "Status/State", "Settings/JpegQuality", "Status/Connected"]
                items = [
                    ua.MonitoredItemCreateRequest(
                        ItemToMonitor=ua.ReadValueId(
                            NodeId=camera.id(paths[i % len(paths)]), AttributeId=ua.AttributeIds.Value
                        ),
                        MonitoringMode=ua.MonitoringMode.Reporting,
                        RequestedParameters=ua.MonitoringParameters(ClientHandle=i, SamplingInterval=100, QueueSize=1),
                    )
                    for i in range(1000)
                ]
                results = await watch.client.create_monitored_items(
                    ua.CreateMonitoredItemsParameters(SubscriptionId=watch.id, ItemsToCreate=items)
                )
                self.assertEqual({r.StatusCode.name for r in results}, {"Good"})

                async def all_told():
                    return all(watch.values(i) for i in range(1000))

                await eventually(all_told)

    async def test_a_subscription_moves_to_another_session(self):
        with Server("sim:") as server:
            async with connected(server) as (first, _), connected(server) as (second, _):
                watch = await Watch(first).open(interval=50)
                item = await watch.item(ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime), interval=50)
                await watch.wait_for(item, 2)
                transfer = ua.TransferSubscriptionsParameters(
                    SubscriptionIds=[watch.id, watch.id + 99], SendInitialValues=True
                )
                second.uaclient.session._subscription_callbacks[watch.id] = watch.messages.append
                results = await second.uaclient.session.transfer_subscriptions(transfer)
                self.assertEqual([r.StatusCode.name for r in results], ["Good", "BadSubscriptionIdInvalid"])
                second.uaclient.session.ensure_publish_loop()
                await watch.wait_for(item, len(watch.values(item)) + 3)

                async def old_one_told():
                    return watch.status_changes() == ["GoodSubscriptionTransferred"]

                await eventually(old_one_told)

    async def test_services_without_subscriptions(self):
        with Server("sim:") as server:
            async with connected(server) as (client, _):
                with self.assert_fault("BadNoSubscription"):
                    await client.uaclient.session.publish([])

    async def test_too_many_publishes(self):
        with Server("sim:") as server:
            async with connected(server) as (client, _):
                await Watch(client).open(interval=3600_000)
                session = client.uaclient.session
                session._publish_task.cancel()
                publishes = [asyncio.create_task(session.publish([])) for _ in range(80)]
                await client.get_node(STATE).read_value()
                refused = [p.exception().code for p in publishes if p.done() and p.exception()]
                self.assertGreater(len(refused), 0)
                self.assertEqual(set(refused), {ua.StatusCodes.BadTooManyPublishRequests})
                for p in publishes:
                    p.cancel()


class Vanishing(AsyncTestCase):
    async def lose_a_client(self, how):
        with Server("sim:", config="camera:\n  linger: 1\n") as server:
            command = [*TIED, sys.executable, str(VANISHING), server.url()]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
                try:
                    self.assertEqual(victim.stdout.readline(), "watching\n")
                    async with camera_of(server) as camera:
                        summary = await camera.client.get_node(SUMMARY).read_value()
                        self.assertEqual(
                            (summary.CurrentSessionCount, summary.CurrentSubscriptionCount), (2, 1)
                        )
                        self.assertTrue(await camera.value("Status/InUse"))
                        victim.send_signal(how)

                        async def cleaned_up():
                            now = await camera.client.get_node(SUMMARY).read_value()
                            return now.CurrentSubscriptionCount == 0 and now.CurrentSessionCount == 1 and now

                        summary = await eventually(cleaned_up, 40)
                        self.assertEqual(summary.SessionTimeoutCount, 1)

                        async def closed():
                            return await camera.value("Status/State") == 1

                        await eventually(closed)
                        self.assertEqual(await camera.value("Status/Consumers"), 0)
                        self.assertFalse(await camera.value("Status/InUse"))
                finally:
                    victim.kill()

    async def test_a_killed_client_is_cleaned_up(self):
        await self.lose_a_client(signal.SIGKILL)

    async def test_a_frozen_client_is_cleaned_up(self):
        """Its connection stays open, nothing comes any more and nothing is read."""
        await self.lose_a_client(signal.SIGSTOP)


class Ending(AsyncTestCase):
    async def test_clients_hear_of_the_end(self):
        with Server("sim:") as server:
            client = make_client(server)
            async with client:
                watch = await Watch(client).open(interval=50)
                item = await watch.item(STATE, interval=50)
                await watch.wait_for(item, 1)
                lost = asyncio.Event()
                client.uaclient.protocol.on_connection_lost = lambda error: lost.set() if error is None else None
                server.terminate()
                values = await watch.wait_for(item, 2)
                self.assertEqual(
                    [ua.ServerState(v.Value.Value) for v in values],
                    [ua.ServerState.Running, ua.ServerState.Shutdown],
                )
                status = await client.get_node(ua.NodeId(ua.ObjectIds.Server_ServerStatus)).read_value()
                self.assertEqual(status.State, ua.ServerState.Shutdown)
                self.assertTrue(status.ShutdownReason.Text)
                await asyncio.wait_for(lost.wait(), 10)

    async def test_sighup_does_no_harm(self):
        with Server("sim:") as server:
            async with camera_of(server) as camera:
                server.process.send_signal(signal.SIGHUP)
                server.wait_for_line("SIGHUP", 5)
                self.assertEqual((await camera.value("CameraImage"))[:2], b"\xff\xd8")

    async def test_a_second_signal_does_not_wait(self):
        with Server("sim:") as server:
            async with camera_of(server):
                server.terminate()
                server.wait_for_line("shutting down", 5)
                server.process.send_signal(signal.SIGTERM)

    async def test_end_in_the_midst_of_pictures(self):
        with Server("sim:?size=1920x1080") as server:
            async with camera_of(server) as camera:
                reads = [asyncio.create_task(camera.read("CameraImageBmp")) for _ in range(10)]
                reads.append(asyncio.create_task(camera.call("Snapshot")))
                await asyncio.sleep(0.1)
                server.terminate()
                await asyncio.wait_for(asyncio.gather(*reads, return_exceptions=True), 30)

    async def test_end_while_a_read_is_parked(self):
        with Server("sim:?hang=1") as server:
            async with camera_of(server) as camera:
                read = asyncio.create_task(camera.read("CameraImage"))
                await asyncio.sleep(0.2)
                server.terminate()
                await asyncio.wait({read}, timeout=10)
                self.assertTrue(read.done())
                read.exception()
