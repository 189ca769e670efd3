// SPDX-License-Identifier: Apache-2.0
// Sessions as node-opcua has them: many at once, some that vanish, and the end of the server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { makeClient, withCamera } from "./client.js";
import { eventually, withServer } from "./server.js";
import { AttributeIds, TimestampsToReturn } from "node-opcua-client";

const SUMMARY = "i=2275";
const STATE = "i=2259";
const RUNNING = 0;
const SHUTDOWN = 4;
const IDLE = 1;

const read = async (session, nodeId) => (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value;

test("twenty sessions at once", () =>
    withServer(["sim:"], "", async (server) => {
        const clients = Array.from({ length: 20 }, () => makeClient());
        await clients[0].connect(server.url()); // makes the certificate of all
        await Promise.all(clients.slice(1).map((client) => client.connect(server.url())));
        const sessions = await Promise.all(clients.map((client) => client.createSession()));
        assert.equal((await read(sessions[0], SUMMARY)).currentSessionCount, 20);
        const images = await Promise.all(
            sessions.flatMap((session) => Array.from({ length: 5 }, () => read(session, "ns=2;s=Cameras/sim/CameraImage"))),
        );
        for (const image of images) assert.equal(image.readUInt16BE(0), 0xffd8);
        await Promise.all(sessions.map((session) => session.close()));
        await Promise.all(clients.map((client) => client.disconnect()));
        await withCamera(server, async ({ session }) => {
            const summary = await read(session, SUMMARY);
            assert.equal(summary.currentSessionCount, 1);
            assert.equal(summary.cumulatedSessionCount, 21);
        });
    }));

test("two sessions on one connection", () =>
    withServer(["sim:"], "", (server) =>
        withCamera(server, async (camera, client) => {
            const other = await client.createSession();
            assert.equal((await read(camera.session, SUMMARY)).currentSessionCount, 2);
            await other.close();
            assert.equal((await read(camera.session, SUMMARY)).currentSessionCount, 1);
            assert.equal((await camera.value("CameraImage")).readUInt16BE(0), 0xffd8);
        }),
    ));

test("a killed client is cleaned up", () =>
    withServer(["sim:"], "camera:\n  linger: 1\n", async (server) => {
        const script = fileURLToPath(new URL("vanishing_client.js", import.meta.url));
        const command = ["--pdeathsig", "KILL", "--", process.execPath, script, server.url()];
        const victim = spawn("setpriv", command, { stdio: ["ignore", "pipe", "ignore"] });
        try {
            const lines = createInterface({ input: victim.stdout });
            await new Promise((watching) => lines.on("line", (line) => line === "watching" && watching()));
            await withCamera(server, async (camera) => {
                const counts = async () => {
                    const summary = await read(camera.session, SUMMARY);
                    return [summary.currentSessionCount, summary.currentSubscriptionCount];
                };
                assert.deepEqual(await counts(), [2, 1]);
                victim.kill("SIGKILL");
                await eventually(async () => (await counts()).join() === "1,0", "cleaned up", 40_000);
                assert.equal((await read(camera.session, SUMMARY)).sessionTimeoutCount, 1);
                await eventually(async () => (await camera.value("Status/State")) === IDLE, "an idle camera");
                assert.equal(await camera.value("Status/Consumers"), 0);
            });
        } finally {
            victim.kill("SIGKILL");
        }
    }));

test("clients hear of the end", () =>
    withServer(["sim:"], "", async (server) => {
        const client = makeClient();
        await client.connect(server.url());
        const session = await client.createSession();
        const subscription = await session.createSubscription2({
            requestedPublishingInterval: 50,
            requestedMaxKeepAliveCount: 10,
            requestedLifetimeCount: 1000,
            publishingEnabled: true,
        });
        const item = await subscription.monitor(
            { nodeId: STATE, attributeId: AttributeIds.Value },
            { samplingInterval: 50, queueSize: 1, discardOldest: true },
            TimestampsToReturn.Both,
        );
        const states = [];
        item.on("changed", ({ value }) => states.push(value.value));
        await eventually(() => states.length === 1, "the first state");
        const lost = once(client, "connection_lost");
        server.terminate();
        await eventually(() => states.length === 2, "the last state");
        assert.deepEqual(states, [RUNNING, SHUTDOWN]);
        assert.ok((await read(session, "i=2256")).shutdownReason.text);
        await lost;
        await session.close().catch(() => {});
        await client.disconnect();
    }));
