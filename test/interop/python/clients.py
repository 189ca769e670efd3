# SPDX-License-Identifier: Apache-2.0
"""asyncua the way the tests use it."""

import asyncio
import contextlib
import logging
import unittest

from asyncua import Client, ua
from messages import check_told, is_told
from server import PASSWORD

NAMESPACE = "urn:uacam:camera"
ANY_AGE = 2**31 - 1  # ms: whatever picture there is

# Expected faults are asserted, not logged; starting and ending a server is slow for an event loop.
logging.getLogger("asyncua").setLevel(logging.CRITICAL + 1)
logging.getLogger("asyncio").setLevel(logging.ERROR)


class Camera:
    """One camera's nodes, by their NodeIds."""

    def __init__(self, client, namespace, name="sim"):
        self.client = client
        self.namespace = namespace
        self.name = name

    def id(self, path=""):
        """"Status/State" -> NodeId; the camera itself without a path."""
        return ua.NodeId(f"Cameras/{self.name}" + (f"/{path}" if path else ""), self.namespace)

    def node(self, path=""):
        return self.client.get_node(self.id(path))

    async def read(self, path, max_age=0, index_range=None):
        """The DataValue, whatever its status."""
        what = ua.ReadValueId(NodeId=self.id(path), AttributeId=ua.AttributeIds.Value, IndexRange=index_range)
        parameters = ua.ReadParameters(
            MaxAge=max_age, TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=[what]
        )
        return (await self.client.uaclient.read(parameters))[0]

    async def value(self, path, max_age=0, index_range=None):
        value = await self.read(path, max_age, index_range)
        value.StatusCode.check()
        return value.Value.Value

    async def until_told(self, message):
        """Waits until LastError tells this message of the documents; a poorer one may come before."""

        async def told():
            return is_told(message, await self.value("Status/LastError"))

        try:
            await eventually(told)
        except TimeoutError:
            check_told(message, await self.value("Status/LastError"))

    async def write(self, path, value, variant_type):
        what = ua.WriteValue(
            NodeId=self.id(path),
            AttributeId=ua.AttributeIds.Value,
            Value=ua.DataValue(ua.Variant(value, variant_type)),
        )
        return (await self.client.uaclient.write(ua.WriteParameters(NodesToWrite=[what])))[0]

    async def call(self, method, *inputs):
        request = ua.CallMethodRequest(ObjectId=self.id(), MethodId=self.id(method), InputArguments=list(inputs))
        return (await self.client.uaclient.call([request]))[0]


def make_client(server, path="", host="127.0.0.1", user=None):
    client = Client(server.url(path, host), timeout=60, watchdog_intervall=60)
    if user:
        client.set_user(user)
        client.set_password(PASSWORD)
    return client


@contextlib.asynccontextmanager
async def connected(server, **more):
    """(client, namespace index of the cameras)."""
    client = make_client(server, **more)
    await server.introduce(client)
    async with client:
        yield client, await client.get_namespace_index(NAMESPACE)
    await asyncio.sleep(0.01)  # until the socket is closed


@contextlib.asynccontextmanager
async def camera_of(server, name="sim", user=None):
    async with connected(server, user=user) as (client, namespace):
        yield Camera(client, namespace, name)


def operator_of(server, name="sim"):
    """The camera of somebody who may also write and call."""
    return camera_of(server, name, user="operator")


async def eventually(condition, seconds=60):
    """Awaits condition() until it is true, gives what it gave."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        result = await condition()
        if result:
            return result
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError(f"not within {seconds} s")
        await asyncio.sleep(0.05)


class AsyncTestCase(unittest.IsolatedAsyncioTestCase):
    @contextlib.contextmanager
    def assert_fault(self, name):
        """The service as a whole is refused with this status."""
        with self.assertRaises(ua.UaStatusCodeError) as caught:
            yield
        self.assertEqual(ua.StatusCode(caught.exception.code).name, name)
