// SPDX-License-Identifier: Apache-2.0
// Subscriptions as node-opcua sees them. Counts are compared with each other, never with the wall clock.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { withCamera, withOperator } from "./client.js";
import { eventually, sleep, startServer } from "./server.js";
import { decode, frameNumber, picture } from "./sim_picture.js";
import { Watch, count } from "./watch.js";
import {
    DataChangeFilter,
    DataChangeTrigger,
    DataType,
    DeadbandType,
    MonitoringMode,
} from "node-opcua-client";

const CURRENT_TIME = "i=2258";

const isSorted = (list) => list.every((n, i) => i === 0 || list[i - 1] < n);

function numbers(item, kind = "JPEG") {
    return item.values.map(({ statusCode, value }) => {
        assert.ok(statusCode.isGood(), statusCode.name);
        return frameNumber(decode(value.value, kind));
    });
}

describe("subscriptions", () => {
    let server;
    before(async () => {
        server = await startServer(["sim:?fps=30"], "camera:\n  linger: 1\n");
    });
    after(() => server.stop());

    test("faster intervals bring more pictures, each newer than the last", () =>
        withCamera(server, async (camera) => {
            const items = [];
            for (const interval of [50, 250, 1000]) {
                const watch = await Watch.open(camera.session, interval);
                items.push(await watch.item(camera.id("Thumbnail"), interval));
            }
            await count(items[2], 4);
            const counts = items.map((item) => item.values.length);
            assert.ok(counts[0] > 1.5 * counts[1] && counts[1] > 1.5 * counts[2], counts.join());
            for (const item of items) {
                const seen = numbers(item);
                assert.ok(isSorted(seen), seen.join());
                assert.ok(isSorted(item.values.map((v) => v.sourceTimestamp.getTime())));
            }
        }));

    test("pixels of what is reported", () =>
        withCamera(server, async (camera) => {
            const watch = await Watch.open(camera.session);
            const items = {
                PNG: await watch.item(camera.id("CameraImagePng"), 100),
                BMP: await watch.item(camera.id("CameraImageBmp"), 100),
            };
            for (const [kind, item] of Object.entries(items)) {
                await count(item, 2);
                for (const n of numbers(item, kind).slice(0, 2)) assert.ok(n > 0);
                const pixels = decode(item.values[0].value.value, kind);
                assert.ok(pixels.rgb.equals(picture(frameNumber(pixels), 640, 480).rgb));
            }
        }));

    test("a queue keeps several, the newest of them", () =>
        withCamera(server, async (camera) => {
            const watch = await Watch.open(camera.session, 1000);
            const item = await watch.item(camera.id("Thumbnail"), 100, { queueSize: 4 });
            await count(item, 9);
            // node-opcua tells the overflow by an info bit that it drops from the name: only order is looked at.
            assert.ok(isSorted(item.values.map((v) => v.sourceTimestamp.getTime())));
        }));

    test("time goes on", () =>
        withCamera(server, async ({ session }) => {
            const item = await (await Watch.open(session)).item(CURRENT_TIME, 50);
            await count(item, 5);
            assert.ok(isSorted(item.values.map((v) => v.value.value.getTime())));
        }));

    test("unchanging values come once, then keep-alives", () =>
        withCamera(server, async (camera) => {
            const watch = await Watch.open(camera.session, 50, { keepAlive: 2 });
            const item = await watch.item(camera.id("Identification/Model"), 50);
            await eventually(() => watch.keepAlives >= 3, "keep-alives");
            assert.equal(item.values.length, 1);
        }));

    test("modify makes it slower", () =>
        withCamera(server, async ({ session }) => {
            const slow = await Watch.open(session);
            const quick = await Watch.open(session);
            const items = [await slow.item(CURRENT_TIME, 50), await quick.item(CURRENT_TIME, 50)];
            await count(items[0], 3);
            await slow.subscription.modify({ requestedPublishingInterval: 700 });
            const before = items.map((item) => item.values.length);
            await count(items[0], before[0] + 3);
            const [a, b] = items.map((item, i) => item.values.length - before[i]);
            assert.ok(b > 3 * (a - 1), `${a}, ${b}`);
        }));

    test("publishing mode", () =>
        withCamera(server, async ({ session }) => {
            const watch = await Watch.open(session, 50, { keepAlive: 2 });
            const item = await watch.item(CURRENT_TIME, 50);
            await count(item, 1);
            assert.equal((await watch.subscription.setPublishingMode(false)).name, "Good");
            await sleep(200);
            const [before, kept] = [item.values.length, watch.keepAlives];
            await eventually(() => watch.keepAlives >= kept + 2, "keep-alives");
            assert.equal(item.values.length, before);
            await watch.subscription.setPublishingMode(true);
            await count(item, before + 2);
        }));

    test("monitoring mode", () =>
        withCamera(server, async ({ session }) => {
            const watch = await Watch.open(session, 50);
            const item = await watch.item(CURRENT_TIME, 50, { mode: MonitoringMode.Sampling });
            const other = await watch.item(CURRENT_TIME, 50);
            await count(other, 5);
            assert.equal(item.values.length, 0);
            await item.setMonitoringMode(MonitoringMode.Reporting);
            await count(item, 3);
            await item.setMonitoringMode(MonitoringMode.Disabled);
            const before = item.values.length;
            await count(other, other.values.length + 5);
            assert.ok(item.values.length <= before + 1);
        }));

    test("modify and delete an item", () =>
        withCamera(server, async ({ session }) => {
            const watch = await Watch.open(session, 50);
            const item = await watch.item(CURRENT_TIME, 50);
            await count(item, 2);
            const result = await item.modify({ samplingInterval: 400, queueSize: 5, discardOldest: true });
            assert.equal(result.statusCode.name, "Good");
            assert.equal(result.revisedSamplingInterval, 400);
            await count(item, item.values.length + 2);
            await item.terminate();
            const before = item.values.length;
            await sleep(900);
            assert.ok(item.values.length <= before + 1);
        }));

    test("an absolute deadband on a number", () =>
        withOperator(server, async (camera) => {
            const watch = await Watch.open(camera.session, 50);
            const filter = new DataChangeFilter({
                trigger: DataChangeTrigger.StatusValue,
                deadbandType: DeadbandType.Absolute,
                deadbandValue: 10,
            });
            const quality = camera.id("Settings/JpegQuality");
            const banded = await watch.item(quality, 20, { queueSize: 10, filter });
            const every = await watch.item(quality, 20, { queueSize: 10 });
            await count(banded, 1);
            for (const value of [80, 75, 70, 65, 60]) {
                const before = every.values.length;
                await camera.write("Settings/JpegQuality", DataType.Byte, value);
                await count(every, before + 1);
            }
            assert.deepEqual(
                banded.values.map((v) => v.value.value),
                [85, 70],
            );
            await camera.write("Settings/JpegQuality", DataType.Byte, 85);
        }));

    test("a deleted subscription is silent, and the camera rests", () =>
        withCamera(server, async (camera) => {
            const watch = await Watch.open(camera.session, 50);
            const item = await watch.item(camera.id("CameraImage"), 50);
            await count(item, 2);
            assert.equal(await camera.value("Status/Consumers"), 1);
            await watch.subscription.terminate();
            const before = item.values.length;
            await eventually(async () => (await camera.value("Status/State")) === 1, "an idle camera");
            assert.equal(item.values.length, before);
            assert.equal(await camera.value("Status/Consumers"), 0);
        }));

    test("wrong items are refused", () =>
        withCamera(server, async (camera) => {
            const watch = await Watch.open(camera.session, 50);
            const failure = async (nodeId, filter) => {
                const item = await watch.item(nodeId, 50, { filter }).catch((error) => error);
                return item.message ?? item.statusCode?.name;
            };
            const absolute = new DataChangeFilter({ deadbandType: DeadbandType.Absolute, deadbandValue: 1 });
            assert.match(await failure(camera.id("Nothing")), /BadNodeIdUnknown/);
            assert.match(await failure(camera.id("CameraImage"), absolute), /BadFilterNotAllowed/);
        }));
});
