// SPDX-License-Identifier: Apache-2.0
// Parts of a picture of every length around what fills a chunk, and whole ones, through every engine, policy and mode:
// each byte comes as it is. In chunks of a size that is odd, and of one that only the client would take.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { ANY_AGE, withCamera } from "./client.js";
import { startServer } from "./server.js";
import { count, Watch } from "./watch.js";
import jpeg from "jpeg-js";
import { BinaryStream } from "node-opcua-binary-stream";
import { DataType, MessageSecurityMode, SecurityPolicy, VariantArrayType } from "node-opcua-client";

const POLICIES = ["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"];
const MODES = ["Sign", "SignAndEncrypt"];
const OFFERED = [12345, 2 ** 20]; // bytes of a chunk
const [SMALLEST, LARGEST] = [8192, 65536]; // of the server's
const LANES = 32; // chunks that the server makes of a message that is long enough
const AROUND_VALUE = 58; // bytes of a ReadResponse with one ByteString and both timestamps, without its bytes
const BLOCK = 16;

BinaryStream.maxByteStringLength = 64 * 2 ** 20; // that this client decodes; 16 MiB usually
const WITHOUT_LANES = !execFileSync(process.env.UACAM, ["--version"], { encoding: "utf8" }).includes("ipsec-mb");

/** Bytes of a message that a chunk takes. */
function room(chunk, mode) {
    if (mode === "None") return chunk - 24;
    if (mode === "Sign") return chunk - 24 - 32;
    return Math.floor((chunk - 16) / BLOCK) * BLOCK - 8 - 32 - 1;
}

/** Of parts of a picture, those where something ends with it, or just before or after. */
function lengths(offered, mode) {
    const small = room(SMALLEST, mode);
    const large = room(Math.min(offered, LARGEST), mode);
    const messages = [...[1, 2, 7, 8, 9, LANES].map((n) => n * small), large, large * 2, large * LANES];
    const ends = [...messages.map((length) => length - AROUND_VALUE), 2 ** 16, 1_000_000];
    const blocks = Array.from({ length: 2 * BLOCK }, (_, i) => small - AROUND_VALUE - BLOCK + i);
    return [1, 2, ...blocks, ...ends.flatMap((end) => [end - 1, end, end + 1])];
}

/** A JPEG of exactly this many bytes, filled up with comments of noise. */
function noiseJpeg(size) {
    const small = jpeg.encode({ width: 64, height: 64, data: randomBytes(64 * 64 * 4) }, 90).data;
    const comments = [];
    for (let left = size - small.length; left > 0; ) {
        const length = left <= 65535 ? left : Math.min(65535, left - 4);
        comments.push(Buffer.from([0xff, 0xfe, (length - 2) >> 8, (length - 2) & 0xff]), randomBytes(length - 4));
        left -= length;
    }
    return Buffer.concat([small.subarray(0, 2), ...comments, small.subarray(2)]);
}

async function checkPart(camera, picture, begin, length) {
    const end = begin + length - 1;
    const part = await camera.value("CameraImage", ANY_AGE, length > 1 ? `${begin}:${end}` : `${begin}`);
    assert.ok(part.equals(picture.subarray(begin, end + 1)), `${length} bytes from ${begin}`);
}

/** Read, and as a notification. */
async function checkWhole(camera, picture) {
    assert.ok((await camera.value("CameraImage", ANY_AGE)).equals(picture));
    const watch = await Watch.open(camera.session);
    const item = await watch.item(camera.id("CameraImage"), 0);
    await count(item, 1);
    assert.ok(item.values[0].value.value.equals(picture));
    await watch.subscription.terminate();
}

/** What is behind the last byte of the picture as a file. */
async function checkNothing(camera, picture) {
    const call = async (name, ...inputArguments) => {
        const [objectId, methodId] = [camera.id("ImageFile"), camera.id(`ImageFile/${name}`)];
        const { outputArguments } = await camera.session.call({ objectId, methodId, inputArguments });
        return outputArguments?.[0]?.value;
    };
    const file = { dataType: DataType.UInt32, value: await call("Open", { dataType: DataType.Byte, value: 1 }) };
    await call("SetPosition", file, { dataType: DataType.UInt64, value: [0, picture.length], arrayType: VariantArrayType.Scalar });
    assert.equal((await call("Read", file, { dataType: DataType.Int32, value: 100 })).length, 0);
    await call("Close", file);
}

for (const engine of ["openssl", "ipsec-mb"])
    describe(engine, { skip: engine !== "openssl" && WITHOUT_LANES && "not in this build, or not for this processor" }, () => {
        const some = noiseJpeg(2_200_000);
        const huge = noiseJpeg(32 * 2 ** 20);
        let folder;
        let server;

        const withPicture = (kind, securityPolicy, mode, receiveBufferSize, use) =>
            withCamera(server, use, {
                name: server.text.match(RegExp(`camera: (file-${kind}\\S+):`))[1],
                options: {
                    securityPolicy: SecurityPolicy[securityPolicy],
                    securityMode: MessageSecurityMode[mode],
                    transportSettings: { receiveBufferSize },
                },
            });

        before(async () => {
            folder = mkdtempSync(join(tmpdir(), "uacam-interop-"));
            const files = Object.entries({ some, huge }).map(([name, bytes]) => {
                const path = join(folder, `${name}.jpg`);
                writeFileSync(path, bytes);
                return `file:${path}`;
            });
            server = await startServer(files, `security:\n  engine: ${engine}\n`);
            await withCamera(server, (_, client) => server.command("trust", "add", client.certificateFile));
        });
        after(async () => {
            await server.stop();
            rmSync(folder, { recursive: true });
        });

        const ways = [["None", "None"], ...POLICIES.flatMap((policy) => MODES.map((mode) => [policy, mode]))];
        for (const [policy, mode] of ways)
            for (const offered of OFFERED)
                test(`${policy}, ${mode}, chunks of ${offered} bytes`, () =>
                    withPicture("some", policy, mode, offered, async (camera) => {
                        const parts = lengths(offered, mode).map((length, i) => checkPart(camera, some, (i * 7) % 4099, length));
                        await Promise.all(parts);
                        await Promise.all([checkWhole(camera, some), checkNothing(camera, some)]);
                    }));

        for (const [policy, mode] of [["None", "None"], ["Basic256Sha256", "SignAndEncrypt"]])
            test(`${policy}: a huge picture`, () =>
                withPicture("huge", policy, mode, LARGEST, async (camera) => {
                    assert.ok((await camera.value("CameraImage")).equals(huge));
                }));
    });
