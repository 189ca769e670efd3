// SPDX-License-Identifier: Apache-2.0
// What cameras can be set to, as node-opcua sees it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ANY_AGE, withCamera, withOperator } from "./client.js";
import { eventually, withServer } from "./server.js";
import { decode } from "./sim_picture.js";
import { Watch, count } from "./watch.js";
import { AttributeIds, DataType, NodeClass } from "node-opcua-client";

/** Runs `use(camera, server)` once the device was asked what it can be set to. */
const withSettings = (uri, use) =>
    withServer([uri], "", (server) =>
        withOperator(server, async (camera) => {
            const listed = async () => (await camera.read("Settings/Gain", ANY_AGE)).statusCode.isGood();
            await eventually(listed, "settings");
            await use(camera, server);
        }),
    );

/** Settings by their BrowseNames: {NodeClass, NodeId}. */
async function browse(camera) {
    const result = await camera.session.browse({ nodeId: camera.id("Settings"), nodeClassMask: 0, resultMask: 63 });
    return Object.fromEntries(result.references.filter((r) => r.isForward).map((r) => [r.browseName.name, r]));
}

describe("settings", () => {
    test("are browsed with their ranges, units and menus", () =>
        withSettings("sim:", async (camera) => {
            const found = await browse(camera);
            assert.equal(found.Width.nodeClass, NodeClass.Variable);
            assert.equal(found.Width.nodeId.value, "Cameras/sim/Settings/Width");
            assert.equal(found.DeviceReset.nodeClass, NodeClass.Method);
            const range = await camera.value("Settings/Gain/EURange");
            assert.deepEqual([range.low, range.high], [-24, 24]);
            const unit = await camera.value("Settings/Gain/EngineeringUnits");
            assert.equal(unit.displayName.text, "dB");
            const menu = await camera.value("Settings/ExposureAuto/EnumStrings");
            assert.deepEqual(menu.map(({ text }) => text), ["Off", "Once", "Continuous"]);
        }));

    test("change the pictures of a running subscription", () =>
        withSettings("sim:?size=160x120&fps=20", async (camera) => {
            const watch = await Watch.open(camera.session);
            const item = await watch.item(camera.id("CameraImagePng"), 0, { queueSize: 10 });
            await count(item, 1);
            assert.equal(await camera.write("Settings/Width", DataType.UInt32, 240), "Good");
            const width = () => decode(item.values.at(-1).value.value, "PNG").width;
            await eventually(() => width() === 240, "pictures 240 wide");
            assert.ok(item.values.every(({ statusCode }) => statusCode.isGood()));
        }));

    test("are refused with a reason", () =>
        withSettings("sim:", async (camera) => {
            assert.equal(await camera.write("Settings/Gain", DataType.Double, 24.5), "BadOutOfRange");
            assert.equal(await camera.write("Settings/Gain", DataType.Float, 1), "BadTypeMismatch");
            assert.equal(await camera.write("Settings/DeviceTemperature", DataType.Double, 1), "BadNotWritable");
            assert.equal(await camera.write("Settings/ExposureAuto", DataType.UInt32, 2), "Good");
            assert.equal(await camera.write("Settings/ExposureTime", DataType.Double, 500), "BadInvalidState");
        }));

    test("tell a second client and do as they are commanded", () =>
        withSettings("sim:", (camera, server) =>
            withCamera(server, async (other) => {
                const watch = await Watch.open(other.session);
                const gain = await watch.item(other.id("Settings/Gain"), 0, { queueSize: 10 });
                await count(gain, 1);
                assert.equal(await camera.write("Settings/Gain", DataType.Double, 12), "Good");
                await count(gain, 2);
                const call = { objectId: camera.id("Settings"), methodId: camera.id("Settings/DeviceReset") };
                assert.equal((await camera.session.call(call)).statusCode.name, "Good");
                await count(gain, 3);
                assert.deepEqual(gain.values.map(({ value }) => value.value), [0, 12, 0]);
            }),
        ));

    test("have a version that clients can watch", () =>
        withSettings("sim:", async (camera) => {
            const nodeId = `ns=${camera.namespace};s=Cameras/NodeVersion`;
            const { value } = await camera.session.read({ nodeId, attributeId: AttributeIds.Value });
            assert.equal(value.dataType, DataType.String);
            assert.match(value.value, /^\d+$/);
            assert.match(await camera.value("NodeVersion"), /^\d+$/);
        }));
});
