// SPDX-License-Identifier: Apache-2.0
// Pictures only when they changed, as node-opcua sees them: percent deadbands, ChangePercent, triggering.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { withCamera } from "./client.js";
import { eventually, sleep, withServer } from "./server.js";
import { decode } from "./sim_picture.js";
import { Watch, count } from "./watch.js";
import { AttributeIds, DataChangeFilter, DataChangeTrigger, DataType, DeadbandType, MonitoringMode } from "node-opcua-client";

const IMAGE = "CameraImagePng";

const deadband = (deadbandValue, deadbandType = DeadbandType.Percent) =>
    new DataChangeFilter({ trigger: DataChangeTrigger.StatusValue, deadbandType, deadbandValue });

/** Runs `use(camera, watch)` on the simulated camera with these options. */
const withScene = (options, use) =>
    withServer([`sim:?size=160x120&${options}`], "", (server) =>
        withCamera(server, async (camera) => use(camera, await Watch.open(camera.session))),
    );

const item = (camera, watch, percent, interval = 0) =>
    watch.item(camera.id(IMAGE), interval, { queueSize: 10, filter: deadband(percent) });

/** Until the camera took so many frames more. */
async function framesPass(camera, frames) {
    const taken = async () => Number(long(await camera.value("Status/FramesCaptured")));
    const end = (await taken()) + frames;
    await eventually(async () => (await taken()) >= end, `${frames} frames`);
}

/** node-opcua gives UInt64 as [high, low]. */
const long = ([high, low]) => high * 2 ** 32 + low;

/** Of each picture, which must be all of one grey. */
const greys = ({ values }) =>
    values.map(({ statusCode, value }) => {
        assert.ok(statusCode.isGood(), statusCode.name);
        const { rgb } = decode(value.value, "PNG");
        assert.ok(rgb.every((channel) => channel === rgb[0]));
        return rgb[0];
    });

/** Nothing but these two, in turn. */
const alternates = (list, a, b) => list.every((x, i) => (x === a || x === b) && x !== list[i - 1]);

describe("percent deadbands", () => {
    test("a square just above and just below", () =>
        withScene("scene=square&percent=25&fps=15", async (camera, watch) => {
            const below = await item(camera, watch, 24.99);
            const above = await item(camera, watch, 25.01);
            await count(below, 12);
            const pictures = below.values.map(({ value }) => value.value.toString("base64"));
            assert.ok(pictures.every((picture, i) => i === 0 || picture !== pictures[i - 1]));
            assert.equal(above.values.length, 1);
        }));

    test("noise comes once", () =>
        withScene("scene=noise&fps=30", async (camera, watch) => {
            const some = await item(camera, watch, 0.01);
            const every = await item(camera, watch, 0);
            await count(every, 20);
            assert.equal(some.values.length, 1);
        }));

    test("a drift adds up", () =>
        withScene("scene=drift&fps=60", async (camera, watch) => {
            const drift = await item(camera, watch, 99);
            await count(drift, 5);
            const levels = greys(drift);
            const steps = levels.slice(1).map((level, i) => level - levels[i]);
            assert.ok(steps.every((step) => step >= 31 && step < 45), levels.join());
        }));

    test("each cut comes", () =>
        withScene("scene=cut&period=15&fps=30", async (camera, watch) => {
            const cuts = await item(camera, watch, 50);
            await count(cuts, 4);
            assert.ok(alternates(greys(cuts), 64, 192), greys(cuts).join());
        }));

    test("another deadband from the next sample on", () =>
        withScene("scene=square&percent=20&fps=30", async (camera, watch) => {
            const changing = await item(camera, watch, 30);
            await framesPass(camera, 10);
            await count(changing, 1);
            const modify = (percent) =>
                changing.modify({ samplingInterval: 0, queueSize: 10, discardOldest: true, filter: deadband(percent) });
            assert.equal((await modify(10)).statusCode.name, "Good");
            await count(changing, 6);
            await assert.rejects(modify(101), /BadDeadbandFilterInvalid/);
            await count(changing, changing.values.length + 5);
            await modify(30);
            await sleep(300);
            const before = changing.values.length;
            await framesPass(camera, 10);
            assert.equal(changing.values.length, before);
        }));

    test("a failure comes in any case", () =>
        withScene("scene=still&fail_after=10&fps=60", async (camera, watch) => {
            const still = await item(camera, watch, 50);
            await count(still, 4);
            const names = still.values.slice(0, 4).map(({ statusCode }) => statusCode.name);
            assert.deepEqual(names, ["Good", "BadDeviceFailure", "Good", "BadDeviceFailure"]);
        }));

    test("wrong filters have their own status", () =>
        withScene("scene=still", async (camera, watch) => {
            const { Absolute, Percent } = DeadbandType;
            const cases = [
                [IMAGE, -1, Percent, "BadDeadbandFilterInvalid"],
                [IMAGE, 101, Percent, "BadDeadbandFilterInvalid"],
                [IMAGE, NaN, Percent, "BadDeadbandFilterInvalid"],
                [IMAGE, Infinity, Percent, "BadDeadbandFilterInvalid"],
                [IMAGE, 5, Absolute, "BadFilterNotAllowed"],
                [IMAGE, 5, 7, "BadDeadbandFilterInvalid"],
                ["ChangePercent", 101, Percent, "BadDeadbandFilterInvalid"],
                ["FrameNumber", 5, Percent, "BadDeadbandFilterInvalid"], // has no EURange
                ["Identification/Model", 5, Percent, "BadFilterNotAllowed"],
                ["Status/InUse", 5, Absolute, "BadFilterNotAllowed"],
            ];
            for (const [path, value, type, expected] of cases) {
                const wish = watch.item(camera.id(path), 0, { filter: deadband(value, type) });
                const told = await wish.then(({ statusCode }) => statusCode?.name, ({ message }) => message);
                assert.match(String(told), new RegExp(expected), `${path} ${value} ${type}`);
            }
        }));
});

describe("ChangePercent", () => {
    const property = async (camera, name) => {
        const path = { startingNode: camera.id("ChangePercent"), relativePath: { elements: [{ targetName: { name } }] } };
        const [{ targetId }] = (await camera.session.translateBrowsePath(path)).targets;
        return (await camera.session.read({ nodeId: targetId, attributeId: AttributeIds.Value })).value.value;
    };

    test("is an analog item", () =>
        withScene("scene=still", async (camera) => {
            const { low, high } = await property(camera, "EURange");
            assert.deepEqual([low, high], [0, 100]);
            const { displayName, namespaceUri, unitId } = await property(camera, "EngineeringUnits");
            assert.equal(displayName.text, "%");
            assert.equal(namespaceUri, "http://www.opcfoundation.org/UA/units/un/cefact");
            assert.equal(unitId, 0x5031); // P1 of UNECE
        }));

    test("tells the change of each sample", () =>
        withScene("scene=square&percent=12.5&fps=15", async (camera, watch) => {
            const change = await watch.item(camera.id("ChangePercent"), 0, { queueSize: 10 });
            await count(change, 2);
            assert.equal(change.values[0].statusCode.name, "UncertainInitialValue");
            assert.deepEqual(
                change.values.slice(1).map(({ value }) => [value.dataType, value.value]),
                change.values.slice(1).map(() => [DataType.Double, 12.5]),
            );
        }));

    test("has percent deadbands of its own", () =>
        withScene("scene=cut&period=15&fps=30", async (camera, watch) => {
            const open = (percent) =>
                watch.item(camera.id("ChangePercent"), 0, { queueSize: 10, filter: deadband(percent) });
            const [half, full] = [await open(50), await open(100)];
            await count(half, 5);
            const values = half.values.slice(1).map(({ value }) => value.value);
            assert.ok(alternates(values, 0, 100), values.join());
            assert.ok(full.values.length <= 2); // the first, and the status of the second
        }));

    test("triggers the picture that is only sampled", () =>
        withScene("scene=cut&period=10&fps=15", async (camera, watch) => {
            const image = await watch.item(camera.id(IMAGE), 0, { mode: MonitoringMode.Sampling });
            await framesPass(camera, 3);
            const change = await watch.item(camera.id("ChangePercent"), 0, { queueSize: 10, filter: deadband(50) });
            assert.equal(image.values.length, 0);
            const { addResults } = await watch.subscription.setTriggering(change, [image], null);
            assert.deepEqual(addResults.map(({ name }) => name), ["Good"]);
            await count(image, 4);
            assert.ok(alternates(greys(image), 64, 192), greys(image).join());
            const { removeResults } = await watch.subscription.setTriggering(change, null, [image]);
            assert.deepEqual(removeResults.map(({ name }) => name), ["Good"]);
            await sleep(200);
            const before = image.values.length;
            await count(change, change.values.length + 3);
            assert.equal(image.values.length, before);
        }));
});
