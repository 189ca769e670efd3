# SPDX-License-Identifier: Apache-2.0
"""Clients that want too much: memory stays bounded and the others go on."""

import os
import socket
import threading
import time

import wire
from hostile_case import MODEL, HostileCase
from server import wait_until
from wire import f64, i32, numeric, u32

BMP = wire.named("Cameras/sim/CameraImageBmp")
CREATE_SUBSCRIPTION, CREATE_ITEMS, PUBLISH = 787, 751, 826
PER_ADDRESS = 80  # connections without a session, of this machine
UNSENT_KB = 64 * 1024  # of one connection
PICTURE_KB = 1920 * 1080 * 3 // 1024


def setUpModule():
    # Freed memory must be seen as freed.
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=1:allocator_release_to_os_interval_ms=0"


class Unread(HostileCase):
    """A client that asks and never reads."""

    CAMERA = "sim:?size=1920x1080&fps=20"

    def setUp(self):
        self.bystander.read(BMP)
        self.before = self.server.memory_kb()

    def client(self):
        """Its session is remembered for ten seconds only."""
        return self.connection(receive_buffer=4096).open().create_session(10_000.0).activate_session()

    def tearDown(self):
        self.doCleanups()

        def freed():
            return self.server.memory_kb() < self.before + UNSENT_KB // 2

        wait_until(freed, 30, f"of {self.server.memory_kb()} kB memory given back down to {self.before}")
        super().tearDown()

    def assert_bounded(self, seconds):
        """While nothing is read, others are served, and memory finds its level."""
        end, served, memory = time.monotonic() + seconds, 0, []
        while time.monotonic() < end:
            status, _ = self.bystander.read(MODEL)
            self.assertEqual(status, 0)
            self.assert_served(self.bystander)
            memory.append(self.server.memory_kb())
            served += 1
        self.assertGreater(served, 2 * seconds)
        # What waits to be sent, the frames a camera may hold, and pictures in the making.
        self.assertLess(max(memory), self.before + UNSENT_KB + 40 * PICTURE_KB)
        late = memory[len(memory) // 2 :]
        self.assertLess(max(late) - min(late), 8 * PICTURE_KB)

    def test_reads(self):
        client = self.client()
        client.socket.settimeout(1)
        try:
            for _ in range(150):
                client.send(client.message(client.service(wire.READ, wire.read_body([wire.read_value_id(BMP)]))))
        except TimeoutError:
            pass
        self.assert_bounded(6)

    def test_reads_of_many_in_one_request(self):
        client = self.client()
        nodes = [wire.read_value_id(BMP)] * 2000
        words = client.service(wire.READ, wire.read_body(nodes, 1e9))
        parts = [words[at : at + 60000] for at in range(0, len(words), 60000)]
        for i, part in enumerate(parts):
            client.send(client.message(part, b"F" if i == len(parts) - 1 else b"C"))
            client.request -= i < len(parts) - 1
        self.assert_bounded(4)

    def subscribe(self, client):
        encoding, status, reader = client.ask(CREATE_SUBSCRIPTION, f64(50) + u32(10000) + u32(10) + u32(0) + b"\1\0")
        self.assertEqual((encoding, status), (CREATE_SUBSCRIPTION + 3, 0))
        subscription = reader.u32()
        item = wire.read_value_id(BMP) + u32(2) + u32(1) + f64(0) + wire.NO_OBJECT + u32(10) + b"\1"
        encoding, status, _ = client.ask(CREATE_ITEMS, u32(subscription) + u32(2) + i32(1) + item)
        self.assertEqual((encoding, status), (CREATE_ITEMS + 3, 0))

    def test_subscriptions(self):
        client = self.client()
        self.subscribe(client)
        client.socket.settimeout(1)
        for _ in range(45):
            client.send(client.message(client.service(PUBLISH, i32(-1))))
        self.assert_bounded(6)

    def test_subscriptions_without_publish(self):
        client = self.client()
        for _ in range(5):
            self.subscribe(client)
        self.assert_bounded(4)


class Crowds(HostileCase):
    def connect(self, source="127.0.0.1"):
        s = socket.socket()
        self.addCleanup(s.close)
        s.settimeout(20)
        s.bind((source, 0))
        s.connect(("127.0.0.1", self.server.port))
        return s

    def refused(self, connections):
        """How many of them the server has closed."""
        count = 0
        for s in connections:
            s.setblocking(False)
            try:
                count += s.recv(1) == b""
            except BlockingIOError:
                pass
            except ConnectionError:
                count += 1
        return count

    def test_two_hundred_connections_of_a_stranger(self):
        crowd = [self.connect() for _ in range(200)]
        wait_until(lambda: self.refused(crowd) >= 200 - PER_ADDRESS, 4, "the rest refused")
        self.assert_served(self.bystander)
        with wire.Connection.__new__(wire.Connection) as other:  # from another address
            other.socket = self.connect("127.0.0.2")
            other.channel = other.token = other.sequence = other.request = 0
            other.session = wire.NULL_ID
            self.assert_served(other.log_in())

    def test_crowds_of_many_addresses(self):
        crowd = [self.connect(f"127.0.1.{i + 1}") for i in range(30) for _ in range(10)]
        wait_until(lambda: self.refused(crowd) >= 200, 4, "the rest refused")
        self.assert_served(self.bystander)

    def test_connections_that_come_and_go(self):
        def open_files():
            return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

        files = open_files()
        for i in range(600):
            s = self.connect()
            if i % 3:
                s.send(wire.hello()[: i % 40])
            s.close()
        wait_until(lambda: open_files() <= files, 10, "no socket left behind")

    def test_many_who_ask_at_once(self):
        failures = []

        def ask():
            try:
                with wire.Connection(self.server.port) as client:
                    client.log_in()
                    for _ in range(20):
                        self.assert_served(client)
            except Exception as failure:
                failures.append(failure)

        threads = [threading.Thread(target=ask) for _ in range(15)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_a_channel_without_a_session_ends(self):
        """After half a minute; a session that is never activated does not help."""
        plain, created = self.connection(seconds=40).open(), self.connection(seconds=40).open().create_session()
        for connection in (plain, created):
            self.assert_refused(connection, "BadTimeout")

    def test_a_session_that_takes_all_it_can(self):
        """Subscriptions, items, continuation points, Publishes: each has its ceiling, the session lives."""
        client = self.connection().log_in()
        statuses = [client.ask(CREATE_SUBSCRIPTION, f64(1000) + u32(1000) + u32(10) + u32(0) + b"\1\0")[:2] for _ in range(120)]
        self.assertEqual(statuses.count((CREATE_SUBSCRIPTION + 3, 0)), 100)
        self.assertEqual({s for e, s in statuses if e == wire.SERVICE_FAULT}, {0x80770000})  # BadTooManySubscriptions
        view = wire.NULL_ID + bytes(8) + u32(0)
        browse = view + u32(1) + i32(1) + numeric(85) + u32(0) + numeric(33) + b"\1" + u32(0) + u32(63)
        for _ in range(80):
            encoding, status, _ = client.ask(wire.BROWSE, browse)
            self.assertEqual((encoding, status), (wire.BROWSE_RESPONSE, 0))
        self.assert_served(client)

    def test_items_past_the_ceiling(self):
        client = self.connection().log_in()
        _, _, reader = client.ask(CREATE_SUBSCRIPTION, f64(1000) + u32(1000) + u32(10) + u32(0) + b"\1\0")
        subscription = reader.u32()
        item = wire.read_value_id(numeric(2258)) + u32(2) + u32(1) + f64(1e6) + wire.NO_OBJECT + u32(10) + b"\1"
        good = 0
        for _ in range(24):
            words = client.service(CREATE_ITEMS, u32(subscription) + u32(2) + i32(500) + item * 500)
            client.send(client.message(words))
            _, status, reader = client.answer()
            self.assertEqual((status, reader.i32()), (0, 500))
            for _ in range(500):
                item_status = reader.u32()
                good += item_status == 0
                self.assertIn(item_status, (0, 0x80DB0000))  # BadTooManyMonitoredItems
                reader.take(16)
                reader.take(3)
        self.assertEqual(good, 10000)

