# SPDX-License-Identifier: Apache-2.0
"""What the tests with the guest share: its cameras, by their ids, and one guest for all tests of a class."""

import asyncio
import contextlib
import os
import pathlib

from clients import AsyncTestCase, camera_of, eventually
from guest import Guest, Operator

VIVID = "platform-vivid.0-vivid-000-vid-cap"
SECOND_VIVID = "platform-vivid.0-vivid-001-vid-cap"
WEBCAM = "usb-1209-0001-RIG-A"
NODES = {VIVID: "/dev/video0", SECOND_VIVID: "/dev/video1"}  # vivid is loaded first
SIZE = (640, 360)  # of vivid, as guest/serve.sh configures it

# CameraState of docs/address-space.md.
UNPLUGGED, IDLE, STARTING, STREAMING, BUSY, DENIED, FAILED = range(7)

OUT = pathlib.Path(os.environ["RIG_OUT"])
PICTURES = pathlib.Path(os.environ["RIG_PICTURES"])


class Notes:
    """The notifications of one monitored item, to be read one after the other."""

    def __init__(self):
        self.unread = []
        self.seen = set()  # names of all statuses

    def datachange_notification(self, _node, _value, data):
        value = data.monitored_item.Value
        self.unread.append(value)
        self.seen.add(value.StatusCode.name)

    async def expect(self, name, seconds=60):
        """The next notification with this status; those before it are passed over."""

        async def look():
            while self.unread:
                value = self.unread.pop(0)
                if value.StatusCode.name == name:
                    return value
            return None

        return await eventually(look, seconds)


class RigCase(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        out = OUT / cls.__name__
        cls.guest = cls.enterClassContext(Guest(out, os.environ["UACAM"], os.environ["UVCSIM"], PICTURES))

    def camera(self, name):
        return camera_of(self.guest, name)

    def operated(self, name):
        """The same for who may also write."""
        return camera_of(Operator(self.guest), name)

    def save(self, name, data):
        """Keeps a picture for people to look at."""
        (OUT / name).write_bytes(data)
        return data

    @contextlib.asynccontextmanager
    async def moving_vivid(self):
        """One whose frames all differ: the driver writes the time into them."""
        async with self.camera(VIVID) as camera:
            await self.in_guest(f"v4l2-ctl -d {NODES[VIVID]} -c osd_text_mode=1")
            yield camera

    async def in_guest(self, commands):
        """As Guest.run(); clients go on meanwhile."""
        return await asyncio.to_thread(self.guest.run, commands)

    async def until(self, camera, path, wanted, seconds=60):
        async def look():
            return await camera.value(path) == wanted

        await eventually(look, seconds)

    async def until_more(self, camera, path, than, seconds=60):
        async def look():
            return await camera.value(path) > than

        await eventually(look, seconds)

    @contextlib.asynccontextmanager
    async def streaming(self, camera):
        """Somebody watches, so that it goes on."""
        async with self.followed(camera) as notes:
            await notes.expect("Good")
            self.assertEqual(await camera.value("Status/State"), STREAMING)
            yield

    async def show(self, camera, pattern):
        """Lets the camera, a vivid, show this and no text; gives one raw picture, YUYV. Waits until the server lets go of it."""
        await self.until(camera, "Status/InUse", False)
        await self.in_guest(
            f"node={NODES[camera.name]}; v4l2-ctl -d $node -c osd_text_mode=2,test_pattern={pattern} && "
            f"v4l2-ctl -d $node -v width=640,height=360,pixelformat=YUYV"
            f" --stream-mmap --stream-count=1 --stream-to=$RIG_OUT/raw"
        )
        return (self.guest.out / "raw").read_bytes()

    @contextlib.asynccontextmanager
    async def followed(self, camera, path="CameraImage", interval=100):
        """Notes of what a subscription tells about a node."""
        notes = Notes()
        subscription = await camera.client.create_subscription(100, notes)
        await subscription.subscribe_data_change(camera.node(path), sampling_interval=interval)
        yield notes
        await subscription.delete()
