# SPDX-License-Identifier: Apache-2.0
"""A client for others to kill: subscribes to a picture, says "watching", stays.

usage: vanishing_client.py URL
"""

import asyncio
import sys

from asyncua import Client


class Handler:
    def datachange_notification(self, node, value, data):
        print("watching", flush=True)


async def main():
    client = Client(sys.argv[1], timeout=20)
    client.session_timeout = 10_000
    await client.connect()
    subscription = await client.create_subscription(100, Handler())
    image = await client.nodes.objects.get_child(["2:CameraDevice", "2:CameraImage"])
    await subscription.subscribe_data_change(image)
    await asyncio.sleep(600)


asyncio.run(main())
