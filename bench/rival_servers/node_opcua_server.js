// SPDX-License-Identifier: Apache-2.0
// node-opcua's server with pictures of these sizes. When its certificate lies in FOLDER and all is ready it prints
// "ready", its version and the pictures' NodeIds in one line.
//
// usage: node_opcua_server.js PORT FOLDER SIZE...

import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { OPCUAServer } from "node-opcua-server";
import { DataType, Variant } from "node-opcua-variant";

const [port, folder, ...sizes] = process.argv.slice(2);
const manifest = new URL("node_modules/node-opcua-server/package.json", import.meta.url);

const certificates = new OPCUACertificateManager({ rootFolder: join(folder, "pki"), automaticallyAcceptUnknownCertificate: true });
const server = new OPCUAServer({
    port: Number(port),
    host: "127.0.0.1",
    maxAllowedSessionNumber: 1000, // clients that leave without a word
    serverCertificateManager: certificates,
});
await server.initialize();

const { addressSpace } = server.engine;
const pictures = sizes.map((size) =>
    addressSpace.getOwnNamespace().addVariable({
        organizedBy: addressSpace.rootFolder.objects,
        browseName: `Picture${size}`,
        nodeId: `s=Picture${size}`,
        dataType: "ImageJPG",
        value: new Variant({ dataType: DataType.ByteString, value: randomBytes(Number(size)) }),
    }),
);
await server.start();
writeFileSync(join(folder, "certificate.der"), server.getCertificate());

console.log("ready", JSON.parse(readFileSync(manifest)).version, ...pictures.map((picture) => picture.nodeId.toString()));
