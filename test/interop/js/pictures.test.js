// SPDX-License-Identifier: Apache-2.0
// Pictures as node-opcua gets them: pixels, times, ages, parts.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { ANY_AGE, withCamera, withOperator } from "./client.js";
import { startServer, withServer } from "./server.js";
import { decode, frameNumber, meanError, picture } from "./sim_picture.js";
import { DataType, VariantArrayType } from "node-opcua-client";

const LOSSLESS = { CameraImagePng: "PNG", CameraImageBmp: "BMP" };
const JPEG_ERROR = 4; // mean difference of a channel at quality 85
const CLOCK_SLACK_MS = 50;

const isSorted = (list) => list.every((n, i) => i === 0 || list[i - 1] < n);
const fails = (status) => ({ message: new RegExp(status) });

async function checkPixels(camera, width, height) {
    for (const [node, kind] of Object.entries(LOSSLESS)) {
        const pixels = decode(await camera.value(node), kind);
        assert.deepEqual([pixels.width, pixels.height], [width, height]);
        const expected = picture(frameNumber(pixels), width, height);
        assert.ok(pixels.rgb.equals(expected.rgb), `${node} ${width}x${height}`);
    }
    const pixels = decode(await camera.value("CameraImage"), "JPEG");
    assert.ok(meanError(pixels, picture(frameNumber(pixels), width, height)) < JPEG_ERROR);
    const small = decode(await camera.value("Thumbnail"), "JPEG");
    assert.deepEqual([small.width, small.height], [320, (320 * height) / width]);
    assert.ok(frameNumber(small) > frameNumber(pixels));
}

test("small pictures show what the camera shows", () =>
    withServer(["sim:?size=640x480"], "", (server) =>
        withCamera(server, (camera) => checkPixels(camera, 640, 480)),
    ));

test("large pictures come in many chunks", () =>
    withServer(["sim:?size=1920x1080&fps=10"], "", (server) =>
        withCamera(server, (camera) => checkPixels(camera, 1920, 1080)),
    ));

describe("one camera", () => {
    let server;
    before(async () => {
        server = await startServer(["sim:"]);
    });
    after(() => server.stop());

    test("SourceTimestamp is the exposure", () =>
        withCamera(server, async (camera) => {
            const asked = Date.now();
            const value = await camera.read("CameraImage");
            const exposed = value.sourceTimestamp.getTime();
            assert.ok(exposed > asked - CLOCK_SLACK_MS && exposed < Date.now() + CLOCK_SLACK_MS);
            assert.ok(exposed <= value.serverTimestamp.getTime() + CLOCK_SLACK_MS);
        }));

    test("age 0 is a new picture each time", () =>
        withCamera(server, async (camera) => {
            const numbers = [];
            for (let i = 0; i < 4; i++)
                numbers.push(frameNumber(decode(await camera.value("CameraImagePng", 0), "PNG")));
            assert.ok(isSorted(numbers), numbers.join());
        }));

    test("any age is the same bytes", () =>
        withCamera(server, async (camera) => {
            await camera.value("CameraImage", 0);
            const first = await camera.read("CameraImage", ANY_AGE);
            const again = await camera.read("CameraImage", ANY_AGE);
            assert.ok(again.value.value.equals(first.value.value));
            assert.deepEqual(again.sourceTimestamp, first.sourceTimestamp);
        }));

    test("a negative age is invalid", () =>
        withCamera(server, (camera) => assert.rejects(camera.read("CameraImage", -1), fails("BadMaxAgeInvalid"))));

    test("parts add up to the whole", () =>
        withCamera(server, async (camera) => {
            await camera.value("CameraImageBmp");
            const whole = await camera.value("CameraImageBmp", ANY_AGE);
            const parts = [];
            for (let at = 0; at < whole.length; at += 200_000)
                parts.push(await camera.value("CameraImageBmp", ANY_AGE, `${at}:${at + 199_999}`));
            assert.ok(Buffer.concat(parts).equals(whole));
        }));

    test("wrong ranges", () =>
        withCamera(server, async (camera) => {
            await camera.value("CameraImage");
            const expected = {
                "50000000:50000001": "BadIndexRangeNoData",
                "0:1,0:1": "BadIndexRangeNoData",
            };
            for (const [range, name] of Object.entries(expected))
                assert.equal((await camera.read("CameraImage", ANY_AGE, range)).statusCode.name, name, range);
            const one = await camera.value("CameraImage", ANY_AGE, "0");
            assert.deepEqual([...one], [0xff]);
        }));

    test("Snapshot() gives outputs that belong together", () =>
        withOperator(server, async (camera) => {
            const numbers = [];
            for (let i = 0; i < 3; i++) {
                const asked = Date.now();
                const { statusCode, outputArguments } = await camera.call("Snapshot");
                assert.equal(statusCode.name, "Good");
                const [image, time, number] = outputArguments;
                assert.deepEqual(
                    [image.dataType, time.dataType, number.dataType],
                    [DataType.ByteString, DataType.DateTime, DataType.UInt64],
                );
                const n = number.value[0] * 2 ** 32 + number.value[1];
                const pixels = decode(image.value, "JPEG");
                assert.equal(frameNumber(pixels), n);
                assert.ok(meanError(pixels, picture(n, 640, 480)) < JPEG_ERROR);
                assert.ok(time.value.getTime() > asked - CLOCK_SLACK_MS);
                numbers.push(n);
            }
            assert.ok(isSorted(numbers));
        }));

    test("Snapshot() describes its arguments", () =>
        withCamera(server, async (camera) => {
            const { inputArguments, outputArguments } = await camera.session.getArgumentDefinition(
                camera.id("Snapshot"),
            );
            assert.deepEqual(inputArguments, []);
            assert.deepEqual(
                outputArguments.map((a) => [a.name, a.valueRank]),
                [
                    ["Image", -1],
                    ["FrameTime", -1],
                    ["FrameNumber", -1],
                ],
            );
        }));

    test("wrong calls", () =>
        withOperator(server, async (camera) => {
            const name = async (objectId, methodId, inputArguments = []) =>
                (await camera.session.call({ objectId, methodId, inputArguments })).statusCode.name;
            const extra = [{ dataType: DataType.Int32, value: 1 }];
            const snapshot = camera.id("Snapshot");
            assert.equal(await name(camera.id(), snapshot, extra), "BadTooManyArguments");
            assert.equal(await name(camera.id(), camera.id("Nothing")), "BadMethodInvalid");
            assert.equal(await name(camera.id("Nothing"), snapshot), "BadNodeIdUnknown");
            assert.equal(await name(camera.id("Settings"), snapshot), "BadMethodInvalid");
        }));

    test("wrong writes", () =>
        withOperator(server, async (camera) => {
            const { Byte, Int32, String, ByteString } = DataType;
            const quality = "Settings/JpegQuality";
            assert.equal(await camera.write(quality, Int32, 50), "BadTypeMismatch");
            assert.equal(await camera.write(quality, String, "50"), "BadTypeMismatch");
            assert.equal(await camera.write(quality, Byte, [1, 2], VariantArrayType.Array), "BadTypeMismatch");
            assert.equal(await camera.write(quality, Byte, 0), "BadOutOfRange");
            assert.equal(await camera.write(quality, Byte, 101), "BadOutOfRange");
            assert.equal(await camera.write("CameraImage", ByteString, Buffer.from("x")), "BadNotWritable");
            assert.equal(await camera.write("Status/State", Int32, 1), "BadNotWritable");
            assert.equal(await camera.value(quality), 85);
        }));
});

test("the quality is written and seen", () =>
    withServer(["sim:?speed=0&size=600x480"], "", (server) =>
        withOperator(server, async (camera) => {
            assert.equal(await camera.write("Settings/JpegQuality", DataType.Byte, 95), "Good");
            const fine = await camera.value("CameraImage");
            assert.equal(await camera.write("Settings/JpegQuality", DataType.Byte, 10), "Good");
            assert.equal(await camera.value("Settings/JpegQuality"), 10);
            const coarse = await camera.value("CameraImage");
            assert.ok(1.5 * coarse.length < fine.length, `${coarse.length}, ${fine.length}`);
        }),
    ));

test("a camera that hangs holds up nobody", () =>
    withServer(["sim:?id=dead&hang=1", "sim:?id=well"], "camera:\n  capture_timeout: 1\n", (server) =>
        withCamera(server, (well) =>
            withCamera(
                server,
                async (dead) => {
                    let answered = false;
                    const waiting = dead.read("CameraImage").finally(() => (answered = true));
                    for (let i = 0; i < 5; i++) await well.value("CameraImage");
                    await dead.value("Identification/Model");
                    assert.ok(!answered);
                    assert.equal((await waiting).statusCode.name, "BadTimeout");
                },
                { name: "dead" },
            ),
            { name: "well" },
        ),
    ));
