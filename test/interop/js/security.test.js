// SPDX-License-Identifier: Apache-2.0
// node-opcua through every secured endpoint with every kind of user: the same pictures come out of each.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { after, before, describe, test } from "node:test";

import { Camera, makeClient, NAMESPACE, withCamera } from "./client.js";
import { PASSWORD, startServer } from "./server.js";
import { decode, frameNumber, picture } from "./sim_picture.js";
import { count, Watch } from "./watch.js";
import { AttributeIds, MessageSecurityMode, SecurityPolicy, UserTokenType } from "node-opcua-client";
import { keyOperationsFromPrivateKey, readCertificate, readPrivateKey } from "node-opcua-crypto";

const POLICIES = ["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"];
const MODES = ["Sign", "SignAndEncrypt"];
const TOKENS = ["Anonymous", "UserName", "X509"];
const WIDTH = 320;
const HEIGHT = 240;

let server;
let files; // of the client's certificate and key; node-opcua makes them

before(async () => {
    server = await startServer([`sim:?size=${WIDTH}x${HEIGHT}&fps=30`]);
    await withCamera(server, (_, client) => {
        files = { certificate: client.certificateFile, key: client.privateKeyFile };
    });
    server.command("trust", "add", files.certificate);
    server.command("user", "add", "chris", "--role", "operator", "--certificate", files.certificate);
});
after(() => server.stop());

const identities = {
    Anonymous: () => undefined,
    UserName: () => ({ type: UserTokenType.UserName, userName: "operator", password: PASSWORD }),
    X509: () => ({
        type: UserTokenType.Certificate,
        certificateData: readCertificate(files.certificate),
        keyOperations: keyOperationsFromPrivateKey(readPrivateKey(files.key)),
    }),
};

/** Runs `use(camera, client)` in a session that is secured. */
async function withSecured({ policy = "Basic256Sha256", mode = "SignAndEncrypt", token = "UserName", url, ...more }, use) {
    const client = makeClient({
        securityPolicy: SecurityPolicy[policy],
        securityMode: MessageSecurityMode[mode],
        ...more,
    });
    await client.connect(url ?? server.url());
    try {
        const session = await client.createSession(identities[token]());
        const namespaces = await session.readNamespaceArray();
        await use(new Camera(session, namespaces.indexOf(NAMESPACE)), client);
        await session.close();
    } finally {
        await client.disconnect();
    }
}

async function checkPicture(camera) {
    const pixels = decode(await camera.value("CameraImageBmp"), "BMP");
    assert.ok(pixels.rgb.equals(picture(frameNumber(pixels), WIDTH, HEIGHT).rgb));
}

async function checkBrowse(camera) {
    const { references } = await camera.session.browse(camera.id());
    const names = references.map((reference) => reference.browseName.name);
    for (const name of ["CameraImage", "Snapshot", "Settings", "Status"]) assert.ok(names.includes(name), name);
}

const numbersOf = (item) => item.values.map(({ value }) => frameNumber(decode(value.value, "PNG")));
const isSorted = (list) => list.every((n, i) => i === 0 || list[i - 1] < n);

async function watchPictures(camera) {
    const watch = await Watch.open(camera.session);
    const item = await watch.item(camera.id("CameraImagePng"), 0, { queueSize: 10 });
    await count(item, 3);
    return { watch, item };
}

// SessionSecurityDiagnosticsArray
const readSessions = (camera) => camera.session.read({ nodeId: "i=3708", attributeId: AttributeIds.Value });

describe("who is in", () => {
    test("administrators see it", () =>
        withCamera(
            server,
            (administrator) =>
                withCamera(server, () =>
                    withSecured({}, async () => {
                        const { value } = await readSessions(administrator);
                        const rows = new Map(value.value.map((row) => [row.clientUserIdOfSession, row]));
                        const mechanisms = [...rows].map(([user, row]) => [user, row.authenticationMechanism]);
                        assert.deepEqual(mechanisms.sort(), [
                            ["", "Anonymous"],
                            ["administrator", "UserName"],
                            ["operator", "UserName"],
                        ]);
                        const secured = rows.get("operator");
                        assert.equal(secured.securityMode, MessageSecurityMode.SignAndEncrypt);
                        assert.equal(secured.securityPolicyUri, SecurityPolicy.Basic256Sha256);
                        assert.deepEqual(secured.clientUserIdHistory, ["operator"]);
                        assert.ok(secured.clientCertificate.equals(readCertificate(files.certificate)));
                        assert.equal(rows.get("").securityMode, MessageSecurityMode.None);
                    }),
                ),
            { user: "administrator" },
        ));

    for (const user of [undefined, "observer", "operator"])
        test(`${user ?? "nobody"} does not`, () =>
            withCamera(
                server,
                async (camera) => assert.equal((await readSessions(camera)).statusCode.name, "BadUserAccessDenied"),
                { user },
            ));
});

describe("every policy, mode and token", () => {
    for (const policy of POLICIES)
        for (const mode of MODES)
            for (const token of TOKENS)
                test(`${policy}, ${mode}, ${token}`, () =>
                    withSecured({ policy, mode, token }, async (camera) => {
                        await checkPicture(camera);
                        await checkBrowse(camera);
                        const { watch, item } = await watchPictures(camera);
                        await watch.subscription.terminate();
                        assert.ok(isSorted(numbersOf(item)));
                        await withCamera(server, checkPicture);
                    }));
});

test("tokens are renewed all the time while pictures go on", () =>
    withSecured({ tokenRenewalInterval: 100 }, async (camera, client) => {
        let renewed = 0;
        client.on("security_token_renewed", () => renewed++);
        const { item } = await watchPictures(camera);
        while (renewed < 8) await count(item, item.values.length + 1);
        await count(item, item.values.length + 5);
        assert.ok(isSorted(numbersOf(item)));
    }));

/** Carries bytes to the server and back; `cut()` loses the connections it has. */
async function startRelay() {
    const sockets = new Set();
    const listener = createServer((near) => {
        const far = connect(server.port, "127.0.0.1");
        for (const [from, to] of [[near, far], [far, near]]) {
            sockets.add(from);
            from.pipe(to);
            from.on("error", () => to.destroy());
            from.on("close", () => sockets.delete(from));
        }
    }).listen(0, "127.0.0.1");
    await once(listener, "listening");
    return {
        url: `opc.tcp://127.0.0.1:${listener.address().port}`,
        cut: () => sockets.forEach((socket) => socket.destroy()),
        stop: () => listener.close(),
    };
}

test("a session goes on over a new channel when the connection is lost", async () => {
    const relay = await startRelay();
    const connectionStrategy = { maxRetry: 10, initialDelay: 50, maxDelay: 100 };
    await withSecured({ url: relay.url, connectionStrategy }, async (camera, client) => {
        const { item } = await watchPictures(camera);
        const before = camera.session.sessionId.toString();
        const back = once(client, "connection_reestablished");
        relay.cut();
        await back;
        await count(item, item.values.length + 5);
        assert.equal(camera.session.sessionId.toString(), before);
        assert.ok(isSorted(numbersOf(item)));
    });
    relay.stop();
});

test("who is not known is refused", async () => {
    const secure = { securityPolicy: SecurityPolicy.Basic256Sha256, securityMode: MessageSecurityMode.SignAndEncrypt };
    const client = makeClient(secure);
    await client.connect(server.url());
    for (const userName of ["operator", "nobody"]) {
        const identity = { type: UserTokenType.UserName, userName, password: "wrong" };
        await assert.rejects(client.createSession(identity), /BadUserAccessDenied/);
    }
    await client.disconnect();
    server.command("trust", "remove", files.certificate);
    const again = makeClient(secure);
    await assert.rejects(again.connect(server.url()));
    await again.disconnect();
    assert.match(server.text, /is not trusted; to let it in: uacam trust add [0-9a-f]+/);
    server.command("trust", "add", files.certificate);
    await withSecured({}, checkPicture);
});
