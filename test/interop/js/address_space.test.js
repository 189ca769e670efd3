// SPDX-License-Identifier: Apache-2.0
// The address space as node-opcua walks it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { makeClient, withCamera } from "./client.js";
import { startServer } from "./server.js";
import { AttributeIds, BrowseDirection, MessageSecurityMode, NodeClass, makeBrowsePath } from "node-opcua-client";

const ROOT = "i=84";
const CONTINUE = false;
const COMMON = ["NodeId", "NodeClass", "BrowseName", "DisplayName"];
const MANDATORY = {
    Object: ["EventNotifier"],
    Variable: ["Value", "DataType", "ValueRank", "AccessLevel", "UserAccessLevel", "Historizing"],
    Method: ["Executable", "UserExecutable"],
    ObjectType: ["IsAbstract"],
    VariableType: ["DataType", "ValueRank", "IsAbstract"],
    DataType: ["IsAbstract"],
    ReferenceType: ["IsAbstract", "Symmetric"],
};

/** All forward references. */
async function browse(session, nodeId, referenceTypeId = "References") {
    const description = { nodeId, referenceTypeId, includeSubtypes: true, resultMask: 63 };
    let result = await session.browse({ ...description, browseDirection: BrowseDirection.Forward });
    const references = [];
    for (;;) {
        assert.equal(result.statusCode.name, "Good");
        references.push(...result.references);
        if (!result.continuationPoint?.length) return references;
        result = await session.browseNext(result.continuationPoint, CONTINUE);
    }
}

async function walk(session) {
    const seen = new Map();
    for (let left = [ROOT]; left.length; ) {
        const node = left.pop().toString();
        if (seen.has(node)) continue;
        const references = await browse(session, node);
        seen.set(node, references);
        left.push(...references.map((r) => r.nodeId));
    }
    return seen;
}

describe("address space", () => {
    let server;
    before(async () => {
        server = await startServer(["sim:?id=left", "sim:?id=right"]);
    });
    after(() => server.stop());

    const left = { name: "left" };

    test("endpoints carry the URL that the client came by", async () => {
        for (const host of ["127.0.0.1", "localhost"]) {
            const url = server.url("/opcfy/server/", host);
            const client = makeClient();
            await client.connect(url);
            const endpoints = await client.getEndpoints();
            const servers = await client.findServers();
            await client.disconnect();
            assert.deepEqual([...new Set(endpoints.map((e) => e.endpointUrl))], [url]);
            const modes = endpoints.map((e) => MessageSecurityMode[e.securityMode]);
            assert.deepEqual(modes, [...Array(3).fill("SignAndEncrypt"), ...Array(3).fill("Sign"), "None"]);
            assert.deepEqual(servers[0].discoveryUrls, [url]);
            assert.match(servers[0].applicationUri, /^urn:.+:uacam$/);
        }
    });

    test("a strict client finds its endpoint again", async () => {
        const client = makeClient({ endpointMustExist: true });
        await client.connect(server.url("/opcfy/server/"));
        const session = await client.createSession();
        assert.equal((await session.read({ nodeId: "i=2259", attributeId: AttributeIds.Value })).value.value, 0);
        await session.close();
        await client.disconnect();
    });

    test("walk by what people see", () =>
        withCamera(
            server,
            async (camera) => {
                let node = ROOT;
                for (const name of ["Objects", "Camera Device", "Camera Image"]) {
                    const child = (await browse(camera.session, node)).find((r) => r.displayName.text === name);
                    assert.ok(child, name);
                    node = child.nodeId;
                }
                assert.equal(node.toString(), camera.id("CameraImage"));
            },
            left,
        ));

    test("translate paths", () =>
        withCamera(
            server,
            async (camera) => {
                const n = camera.namespace;
                const paths = {
                    [`/Objects/${n}:CameraDevice/${n}:CameraImage`]: camera.id("CameraImage"),
                    [`/Objects/${n}:Cameras/${n}:left/${n}:Status/${n}:State`]: camera.id("Status/State"),
                    "/Objects/Server/ServerStatus/CurrentTime": "ns=0;i=2258",
                };
                for (const [path, expected] of Object.entries(paths)) {
                    const result = await camera.session.translateBrowsePath(makeBrowsePath("RootFolder", path));
                    assert.equal(result.statusCode.name, "Good", path);
                    assert.equal(result.targets[0].targetId.toString(), expected);
                }
                const lost = makeBrowsePath("RootFolder", `/Objects/${n}:Cameras/${n}:middle`);
                assert.equal((await camera.session.translateBrowsePath(lost)).statusCode.name, "BadNoMatch");
            },
            left,
        ));

    test("attributes of the picture", () =>
        withCamera(
            server,
            async (camera) => {
                const types = {
                    CameraImage: ["ns=0;i=2002", "image/jpeg"],
                    CameraImagePng: ["ns=0;i=2003", "image/png"],
                    CameraImageBmp: ["ns=0;i=2000", "image/bmp"],
                    Thumbnail: ["ns=0;i=2002", "image/jpeg"],
                };
                for (const [path, [type, mime]] of Object.entries(types)) {
                    const all = await camera.session.readAllAttributes(camera.id(path));
                    assert.equal(all.dataType.toString(), type);
                    assert.equal(all.valueRank, -1);
                    assert.equal(all.accessLevel, 1);
                    assert.equal(all.nodeClass, NodeClass.Variable);
                    assert.equal(await camera.value(`${path}/MimeType`), mime);
                    const most = await camera.value(`${path}/MaxByteStringLength`);
                    assert.ok(most >= all.value.length);
                }
            },
            left,
        ));

    test("browse in pieces", () =>
        withCamera(
            server,
            async (camera) => {
                const whole = await browse(camera.session, camera.id());
                camera.session.requestedMaxReferencesPerNode = 2;
                const pieces = await browse(camera.session, camera.id());
                assert.deepEqual(pieces.map(String), whole.map(String));
            },
            left,
        ));

    test("server object", () =>
        withCamera(server, async ({ session }) => {
            const read = async (nodeId) => (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value;
            const status = await read("i=2256");
            assert.equal(status.buildInfo.productName, "uacam");
            assert.ok(status.startTime <= status.currentTime);
            assert.ok((await read("i=2254")).includes((await read("i=2255"))[1]));
            assert.ok((await read("i=11705")) >= 100, "MaxNodesPerRead");
        }));

    test("every node has its mandatory attributes, every value decodes", () =>
        withCamera(
            server,
            async (camera) => {
                await camera.value("CameraImage");
                const nodes = await walk(camera.session);
                assert.ok(nodes.size > 1000);
                const read = async (what) => {
                    const wishes = what.map(([nodeId, name]) => ({ nodeId, attributeId: AttributeIds[name] }));
                    const values = await camera.session.read(wishes, 0);
                    what.forEach(([nodeId, name], i) => {
                        // nobody has asked the other camera for a picture yet
                        const awaited = nodeId.includes("Cameras/right/") && name === "Value";
                        const secret = nodeId === "ns=0;i=3708" && name === "Value"; // SessionSecurityDiagnosticsArray
                        if (secret) {
                            assert.equal(values[i].statusCode.name, "BadUserAccessDenied");
                            return;
                        }
                        const expected = awaited ? /^(Good|Uncertain|BadWaitingForInitialData)/ : /^(Good|Uncertain)/;
                        assert.match(values[i].statusCode.name, expected, `${nodeId} ${name}`);
                    });
                    return values;
                };
                const ids = [...nodes.keys()];
                const classes = await read(ids.map((id) => [id, "NodeClass"]));
                for (const attribute of COMMON) await read(ids.map((id) => [id, attribute]));
                await read(ids.flatMap((id, i) => MANDATORY[NodeClass[classes[i].value.value]].map((a) => [id, a])));
                for (const references of nodes.values())
                    for (const { nodeId } of references) assert.ok(nodes.has(nodeId.toString()));
            },
            left,
        ));
});
