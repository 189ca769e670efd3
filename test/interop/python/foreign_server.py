# SPDX-License-Identifier: Apache-2.0
"""asyncua's server with one picture; prints its NodeId when it is ready.

usage: foreign_server.py URL FILE
"""

import asyncio
import logging
import sys

from asyncua import Server, ua

logging.getLogger("asyncua").setLevel(logging.CRITICAL)


async def main():
    server = Server()
    await server.init()
    server.set_endpoint(sys.argv[1])
    namespace = await server.register_namespace("urn:elsewhere")
    with open(sys.argv[2], "rb") as file:
        value = ua.Variant(file.read(), ua.VariantType.ByteString)
    node = ua.NodeId("Line 1/Picture", namespace)
    await server.nodes.objects.add_variable(node, "Picture", value, datatype=ua.NodeId(ua.ObjectIds.ImageJPG))
    async with server:
        print(node.to_string(), flush=True)
        await asyncio.sleep(600)


asyncio.run(main())
