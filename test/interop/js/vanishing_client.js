// SPDX-License-Identifier: Apache-2.0
// A client for others to kill: subscribes to a picture, says "watching", stays.
//
// usage: node vanishing_client.js URL

import { makeClient } from "./client.js";
import { AttributeIds, TimestampsToReturn } from "node-opcua-client";

const client = makeClient({ requestedSessionTimeout: 10_000 });
await client.connect(process.argv[2]);
const session = await client.createSession();
const subscription = await session.createSubscription2({ requestedPublishingInterval: 100, publishingEnabled: true });
const item = await subscription.monitor(
    { nodeId: "ns=2;s=Cameras/sim/CameraImage", attributeId: AttributeIds.Value },
    { samplingInterval: 100, queueSize: 1, discardOldest: true },
    TimestampsToReturn.Both,
);
item.on("changed", () => console.log("watching"));
