#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Monitors a picture and the server's time, by turns, in ITEMS items that want a value in a minute.

usage: idle_items.py PORT NODE ITEMS

Prints "ready" when all are there; ends when standard input does."""
import asyncio
import sys

from asyncua import Client, ua

SUBSCRIPTIONS = 10
MINUTE_MS = 60e3
TIME = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)


def item(node, handle):
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.Value),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=ua.MonitoringParameters(ClientHandle=handle, SamplingInterval=MINUTE_MS, QueueSize=1),
    )


async def main(port, node, count):
    async with Client(f"opc.tcp://127.0.0.1:{port}") as client:
        nodes = ua.NodeId.from_string(node), TIME
        for _ in range(SUBSCRIPTIONS):
            wanted = ua.CreateSubscriptionParameters(
                RequestedPublishingInterval=MINUTE_MS, RequestedLifetimeCount=1000, RequestedMaxKeepAliveCount=100
            )
            made = await client.uaclient.create_subscription(wanted, lambda _: None)
            items = [item(nodes[i % 2], i + 1) for i in range(count // SUBSCRIPTIONS)]
            wanted = ua.CreateMonitoredItemsParameters(
                SubscriptionId=made.SubscriptionId, TimestampsToReturn=ua.TimestampsToReturn.Both, ItemsToCreate=items
            )
            for result in await client.uaclient.create_monitored_items(wanted):
                result.StatusCode.check()
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
