// SPDX-License-Identifier: Apache-2.0
// A subscription of node-opcua the way the tests use it.

import "./client.js";
import { eventually } from "./server.js";
import { AttributeIds, MonitoringMode, TimestampsToReturn } from "node-opcua-client";

/** One subscription and what came. */
export class Watch {
    static async open(session, publishing = 50, { keepAlive = 10, lifetime = 1000 } = {}) {
        const watch = new Watch();
        watch.keepAlives = 0;
        watch.subscription = await session.createSubscription2({
            requestedPublishingInterval: publishing,
            requestedLifetimeCount: lifetime,
            requestedMaxKeepAliveCount: keepAlive,
            maxNotificationsPerPublish: 0,
            publishingEnabled: true,
        });
        watch.subscription.on("keepalive", () => watch.keepAlives++);
        return watch;
    }

    /** An item; its `values` grow. */
    async item(nodeId, samplingInterval, { queueSize = 1, mode = MonitoringMode.Reporting, filter } = {}) {
        const item = await this.subscription.monitor(
            { nodeId, attributeId: AttributeIds.Value },
            { samplingInterval, queueSize, discardOldest: true, filter },
            TimestampsToReturn.Both,
            mode,
        );
        item.values = [];
        item.on("changed", (value) => item.values.push(value));
        return item;
    }
}

/** Until so many values came. */
export const count = (item, n) => eventually(() => item.values.length >= n, `${n} values`);
