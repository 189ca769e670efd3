// SPDX-License-Identifier: Apache-2.0
// node-opcua the way the tests use it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD } from "./server.js";

// Where node-opcua puts the key and the certificate that it makes for itself. A child process uses its parent's.
if (!process.env.INTEROP_HOME) {
    const home = mkdtempSync(join(tmpdir(), "uacam-interop-node-"));
    process.env.INTEROP_HOME = process.env.HOME = process.env.XDG_CONFIG_HOME = home;
    process.on("exit", () => rmSync(home, { recursive: true, force: true }));
}

const { AttributeIds, OPCUAClient, UserTokenType, VariantArrayType } = await import("node-opcua-client");

export const NAMESPACE = "urn:uacam:camera";
export const ANY_AGE = 2 ** 31 - 1; // ms: whatever picture there is

/** One camera's nodes, by their NodeIds. */
export class Camera {
    constructor(session, namespace, name = "sim") {
        this.session = session;
        this.namespace = namespace;
        this.name = name;
    }

    /** "Status/State" -> NodeId; the camera itself without a path. */
    id(path = "") {
        return `ns=${this.namespace};s=Cameras/${this.name}${path && "/"}${path}`;
    }

    /** The DataValue, whatever its status. */
    read(path, maxAge = 0, indexRange = undefined) {
        return this.session.read({ nodeId: this.id(path), attributeId: AttributeIds.Value, indexRange }, maxAge);
    }

    async value(path, maxAge, indexRange) {
        const { statusCode, value } = await this.read(path, maxAge, indexRange);
        if (!statusCode.isGood()) throw new Error(`${path}: ${statusCode.name}`);
        return value.value;
    }

    /** The name of the status. */
    async write(path, dataType, value, arrayType = VariantArrayType.Scalar) {
        const variant = { dataType, value, arrayType };
        const what = { nodeId: this.id(path), attributeId: AttributeIds.Value, value: { value: variant } };
        return (await this.session.write(what)).name;
    }

    call(method, inputArguments = []) {
        return this.session.call({ objectId: this.id(), methodId: this.id(method), inputArguments });
    }
}

export function makeClient(options = {}) {
    return OPCUAClient.create({
        endpointMustExist: false,
        connectionStrategy: { maxRetry: 0 },
        requestedSessionTimeout: 60_000,
        ...options,
    });
}

/** For createSession(): one of the test server's users, or nobody. */
export function identityOf(user) {
    return user ? { type: UserTokenType.UserName, userName: user, password: PASSWORD } : undefined;
}

/** Runs `use(camera, client)` in a session of its own. */
export async function withCamera(server, use, { name, path, host, user, options } = {}) {
    const client = makeClient(options);
    await client.connect(server.url(path, host));
    try {
        const session = await client.createSession(identityOf(user));
        try {
            const namespaces = await session.readNamespaceArray();
            await use(new Camera(session, namespaces.indexOf(NAMESPACE), name), client);
        } finally {
            await session.close();
        }
    } finally {
        await client.disconnect();
    }
}

/** The same as a user who may also write and call. */
export const withOperator = (server, use, options = {}) => withCamera(server, use, { ...options, user: "operator" });
