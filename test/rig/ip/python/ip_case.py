# SPDX-License-Identifier: Apache-2.0
"""What the tests of IP cameras share: servers of them, their messages, the RTSP camera."""

import contextlib
import os
import re
import subprocess
import threading

from clients import AsyncTestCase, Camera, camera_of, connected, eventually
from server import TIED, Server, free_port

# Messages that more than one kind of camera gives rise to.
NOBODY_LISTENS = "nobody listens there: is the camera on, its streaming switched on, the port right?"
NO_LOGIN = "the camera wants a user and a password (401): write user:password@ before its address, or ${NAME} for what the environment holds"
WRONG_LOGIN = "the camera does not take this user and password (401): correct them in the URI"
NOTHING_THERE = "the camera has nothing at this path (404): look the URL of its stream up in its manual or on its web page"

# CameraState of docs/address-space.md.
UNPLUGGED, IDLE, STARTING, STREAMING, BUSY, DENIED, FAILED = range(7)


def serving(*uris, timeout=20, linger=0.3, level="debug", command=()):
    """A server whose configuration lists these cameras: it starts whether they are there or not."""
    lines = [f"log: {{level: {level}}}", f"camera: {{linger: {linger}, capture_timeout: {timeout}}}", "cameras:"]
    return Server(config="\n".join(lines + [f'  - "{uri}"' for uri in uris]) + "\n", command=command)


def ids_of(server, scheme):
    """The ids of its cameras of this kind, as its log tells them."""
    return list(dict.fromkeys(re.findall(rf"\b({scheme}-[^ :]+): ", server.text())))


def make_certificate(folder):
    """A PEM file with a certificate of its own making, and its key."""
    pem, key = os.path.join(folder, "camera.pem"), os.path.join(folder, "camera.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem]
        + ["-subj", "/CN=127.0.0.1", "-days", "2"],
        check=True,
        capture_output=True,
    )
    with open(pem, "a") as out, open(key) as secret:
        out.write(secret.read())
    return pem


class RtspCamera:
    """rtspd on a port of 127.0.0.1; `login` is "user:password", `certificate` a PEM file with its key."""

    def __init__(self, login=None, certificate=None):
        self.port = free_port()
        self.arguments = [a for a in (login, certificate) if a]
        self.scheme = "rtsps" if certificate else "rtsp"
        self.teardowns = 0

    def start(self):
        command = [*TIED, os.environ["RTSPD"], str(self.port), *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if self.process.stdout.readline() != b"ready\n":
            raise RuntimeError("rtspd has failed")
        self.reader = threading.Thread(target=self._count_teardowns, daemon=True)
        self.reader.start()

    def _count_teardowns(self):
        for line in self.process.stdout:
            self.teardowns += line == b"teardown\n"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    def uri(self, path, login=""):
        return f"{self.scheme}://{login}127.0.0.1:{self.port}{path}"

    def id(self, path):
        return f"{self.scheme}-127.0.0.1_{self.port}" + path.replace("/", "-")


class IpCase(AsyncTestCase):
    async def check_failure(self, server, name, status, message):
        """A Read ends with `status`; LastError tells this message of docs/cameras.md, at once or a moment later."""
        async with camera_of(server, name) as camera:
            value = await camera.read("CameraImage")
            self.assertEqual(value.StatusCode.name, status, name)
            await camera.until_told(message)

    async def everything_shown(self, server, name):
        """All texts that a client can read of a camera."""
        async with connected(server) as (client, namespace):
            texts = []

            async def walk(node, depth=0):
                for child in await node.get_children():
                    with contextlib.suppress(Exception):
                        texts.append(str(await child.read_display_name()))
                        texts.append(str(child.nodeid))
                        texts.append(str((await child.read_value())))
                    if depth < 3:
                        await walk(child, depth + 1)

            await walk(Camera(client, namespace, name).node())
            return "\n".join(texts)

    async def until(self, condition, seconds=60):
        return await eventually(condition, seconds)
