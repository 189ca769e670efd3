// SPDX-License-Identifier: Apache-2.0
// What the simulated camera must show, written from docs/simulated-camera.md alone; and decoders.

import assert from "node:assert/strict";

import jpeg from "jpeg-js";
import { PNG } from "pngjs";

const BARS = [
    [192, 192, 192],
    [192, 192, 0],
    [0, 192, 192],
    [0, 192, 0],
    [192, 0, 192],
    [192, 0, 0],
    [0, 0, 192],
    [0, 0, 0],
];
const ORANGE = [255, 128, 0];
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];

// Five rows of three dots a digit, the leftmost the highest bit.
const DIGITS = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 1, 1],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/** {width, height, rgb}: frame number n. */
export function picture(n, width, height, seed = 1, speed = 4) {
    const low = Number(BigInt(n) % 2n ** 32n);
    const digits = String(low % 1e8).padStart(8, "0");
    const unit = Math.floor(width / 80);
    const marked = unit >= 2 && Math.floor(height / unit) >= 11;
    const side = Math.floor(Math.min(width, height) / 6);
    const left = (2 * speed * low + 17 * seed) % (width - side + 1);
    const top = (speed * low + 29 * seed) % (height - side + 1);
    const shift = (speed * low + 32 * seed) % width;

    function markAt(X, Y) {
        if (Y < 2 && X < 64) return low & (2 ** (31 - (X >> 1))) ? WHITE : BLACK;
        if (X < 2 || X >= 35 || Y < 4 || Y >= 11) return null;
        const column = (X - 2 - 1) % 4;
        const row = Y - 4 - 1;
        const place = Math.floor((X - 2 - 1) / 4);
        const inside = X > 2 && column < 3 && row >= 0 && row < 5;
        return inside && DIGITS[digits[place]][row] & (4 >> column) ? WHITE : BLACK;
    }

    function colourAt(x, y) {
        const mark = marked && markAt(Math.floor(x / unit), Math.floor(y / unit));
        if (mark) return mark;
        if (x >= left && x < left + side && y >= top && y < top + side) return ORANGE;
        return BARS[Math.floor((8 * ((x + shift) % width)) / width)];
    }

    const rgb = Buffer.alloc(width * height * 3);
    for (let y = 0, at = 0; y < height; y++)
        for (let x = 0; x < width; x++, at += 3) {
            const [r, g, b] = colourAt(x, y);
            rgb[at] = r;
            rgb[at + 1] = g;
            rgb[at + 2] = b;
        }
    return { width, height, rgb };
}

function withoutAlpha({ width, height, data }) {
    const rgb = Buffer.alloc(width * height * 3);
    for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) data.copy(rgb, to, from, from + 3);
    return { width, height, rgb };
}

function decodeBmp(file) {
    assert.equal(file.toString("latin1", 0, 2), "BM");
    assert.equal(file.readUInt32LE(2), file.length);
    const pixels = file.readUInt32LE(10);
    const width = file.readInt32LE(18);
    const lines = file.readInt32LE(22); // negative: from the top
    const height = Math.abs(lines);
    assert.equal(file.readUInt16LE(28), 24, "bits a pixel");
    assert.equal(file.readUInt32LE(30), 0, "compression");
    const stride = (width * 3 + 3) & ~3;
    assert.equal(file.length, pixels + stride * height);
    const rgb = Buffer.alloc(width * height * 3);
    for (let y = 0; y < height; y++) {
        const row = pixels + stride * (lines > 0 ? height - 1 - y : y);
        for (let x = 0; x < width; x++)
            for (let channel = 0; channel < 3; channel++)
                rgb[(y * width + x) * 3 + channel] = file[row + x * 3 + 2 - channel];
    }
    return { width, height, rgb };
}

const DECODERS = {
    JPEG: (file) => withoutAlpha(jpeg.decode(file, { maxMemoryUsageInMB: 512 })),
    PNG: (file) => withoutAlpha(PNG.sync.read(file)),
    BMP: decodeBmp,
};

/** {width, height, rgb} of a file, which must be of this kind: JPEG, PNG, BMP. */
export function decode(file, kind) {
    return DECODERS[kind](Buffer.from(file));
}

/** Reads the code in the top row. */
export function frameNumber({ width, rgb }) {
    const unit = Math.floor(width / 80);
    let number = 0;
    for (let i = 0; i < 32; i++) {
        const at = (unit * width + unit * (2 * i + 1)) * 3;
        number = number * 2 + (rgb[at] + rgb[at + 1] + rgb[at + 2] > 3 * 127 ? 1 : 0);
    }
    return number;
}

/** Mean difference of a channel. */
export function meanError(a, b) {
    assert.deepEqual([a.width, a.height], [b.width, b.height]);
    let sum = 0;
    for (let i = 0; i < a.rgb.length; i++) sum += Math.abs(a.rgb[i] - b.rgb[i]);
    return sum / a.rgb.length;
}
