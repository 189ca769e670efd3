# SPDX-License-Identifier: Apache-2.0
"""GigE Vision cameras that are none, each behind a cable of its own; what the tests with them share.

The tests run in a network of their own (own_network), so that nobody else's cameras are asked."""

import os
import socket
import subprocess
import threading

from clients import AsyncTestCase, eventually
from server import TIED, Server, wait_until
from test_subscriptions import Watch

# CameraState of docs/address-space.md.
UNPLUGGED, IDLE, STARTING, STREAMING, BUSY, DENIED, FAILED = range(7)

GVCP_PORT = 3956
LEADER = 1  # the first packet of each picture


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class FakeCamera:
    """Aravis's fake camera at 10.77.N.2, in a network of its own behind the cable gigeN."""

    def __init__(self, n):
        self.n = n
        self.address = f"10.77.{n}.2"
        self.serial = f"GV0{n}"
        self.id = f"Aravis-Fake-{self.serial}"
        self.cable = f"gige{n}"
        self.process = None

    def __enter__(self):
        self.holder = subprocess.Popen([*TIED, "unshare", "--net", "sleep", "infinity"])
        own = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != own, 10, "a network for a camera")
        ip("link", "add", self.cable, "type", "veth", "peer", "name", "c0", "netns", str(self.holder.pid))
        ip("addr", "add", f"10.77.{self.n}.1/24", "dev", self.cable)
        ip("link", "set", self.cable, "up")
        for words in (f"addr add {self.address}/24 dev c0", "link set c0 up", "link set lo up"):
            subprocess.run([*self.there(), "ip", *words.split()], check=True)
        self.switch_on()
        return self

    def there(self):
        """What makes a command run where the camera is."""
        return ["nsenter", "--net", "--target", str(self.holder.pid)]

    def switch_on(self, *options):
        command = [*TIED, *self.there(), "arv-fake-gv-camera-0.8", "-i", "c0", "-s", self.serial, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, 10, "an answer of the camera")

    def answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(0.2)
            try:
                s.sendto(bytes.fromhex("4201000200000001"), (self.address, GVCP_PORT))
                return s.recv(2000)[:4] == bytes.fromhex("00000003")
            except OSError:
                return False

    def switch_off(self):
        self.process.kill()
        self.process.wait()

    def pull_cable(self):
        ip("link", "set", self.cable, "down")

    def put_cable_back(self):
        ip("link", "set", self.cable, "up")

    def __exit__(self, *_):
        self.switch_off()
        ip("link", "delete", self.cable)
        self.holder.kill()
        self.holder.wait()


class Exposures:
    """Counts the pictures that a camera sends, at its cable."""

    def __init__(self, camera):
        self.count = 0
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        self.socket.bind((camera.cable, 0))
        self.socket.settimeout(0.1)
        self.sender = socket.inet_aton(camera.address)
        self.ended = False
        self.thread = threading.Thread(target=self.listen, daemon=True)

    def listen(self):
        while not self.ended:
            try:
                packet = self.socket.recv(65536)
            except TimeoutError:
                continue
            head = 4 * (packet[0] & 15)  # of IP; then 8 bytes of UDP
            port = int.from_bytes(packet[head : head + 2], "big")
            stream = packet[head + 8 :]
            if packet[12:16] == self.sender and port != GVCP_PORT and len(stream) > 8 and stream[4] & 0x7F == LEADER:
                self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.thread.join()
        self.socket.close()


def serving(*cameras, linger=30, timeout=5):
    """A server of these URIs; of all GigE Vision cameras that it finds when there are none."""
    config = f"""
camera: {{linger: {linger}, capture_timeout: {timeout}}}
detection: {{kinds: [gige]}}
cameras: []
"""
    return Server(*cameras, config=config)


class GigeCase(AsyncTestCase):
    def fake_camera(self, n=1):
        return self.enterContext(FakeCamera(n))

    async def until(self, camera, path, wanted, seconds=60):
        async def look():
            return await camera.value(path) == wanted

        await eventually(look, seconds)

    async def watch(self, camera, path="CameraImage", interval=0):
        watch = await Watch(camera.client).open()
        return watch, await watch.item(camera.id(path), interval, queue=10)

    async def expect(self, watch, item, status, after=0, seconds=60):
        """Waits for this status behind the first `after` values; how many have come up to it."""

        async def look():
            for i, value in enumerate(watch.values(item)):
                if i >= after and value.StatusCode.name == status:
                    return i + 1
            return None

        return await eventually(look, seconds)
