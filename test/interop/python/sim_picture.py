# SPDX-License-Identifier: Apache-2.0
"""What the simulated camera must show, written from docs/simulated-camera.md alone."""

import io

import numpy
from PIL import Image

BARS = numpy.array(
    [
        (192, 192, 192),
        (192, 192, 0),
        (0, 192, 192),
        (0, 192, 0),
        (192, 0, 192),
        (192, 0, 0),
        (0, 0, 192),
        (0, 0, 0),
    ],
    numpy.uint8,
)
ORANGE = (255, 128, 0)

# 3 x 5 dots a digit, a row a string.
DIGITS = [
    ["###", "#.#", "#.#", "#.#", "###"],
    [".#.", "##.", ".#.", ".#.", "###"],
    ["###", "..#", "###", "#..", "###"],
    ["###", "..#", "###", "..#", "###"],
    ["#.#", "#.#", "###", "..#", "..#"],
    ["###", "#..", "###", "..#", "###"],
    ["###", "#..", "###", "#.#", "###"],
    ["###", "..#", "..#", "..#", "..#"],
    ["###", "#.#", "###", "#.#", "###"],
    ["###", "#.#", "###", "..#", "###"],
]


def number_dots(n):
    """The field of the number: 7 x 33 dots."""
    dots = numpy.zeros((7, 33), bool)
    for place, digit in enumerate(f"{n % 2**32 % 10**8:08d}"):
        for row, line in enumerate(DIGITS[int(digit)]):
            for column, dot in enumerate(line):
                dots[1 + row, 1 + 4 * place + column] = dot == "#"
    return dots


def picture(n, width, height, seed=1, speed=4):
    """Frame number n as an array of height x width x 3."""
    low = n % 2**32
    c = (numpy.arange(width) + (speed * low + 32 * seed) % width) % width
    out = numpy.broadcast_to(BARS[8 * c // width], (height, width, 3)).copy()
    q = min(width, height) // 6
    left = (2 * speed * low + 17 * seed) % (width - q + 1)
    top = (speed * low + 29 * seed) % (height - q + 1)
    out[top : top + q, left : left + q] = ORANGE
    u = width // 80
    if u >= 2 and height // u >= 11:
        dots = numpy.kron(number_dots(n), numpy.ones((u, u), bool))
        out[4 * u : 11 * u, 2 * u : 35 * u] = numpy.where(dots, 255, 0)[:, :, None]
        for i in range(32):
            out[: 2 * u, 2 * u * i : 2 * u * (i + 1)] = 255 if low >> (31 - i) & 1 else 0
    return out


def frame_number(pixels):
    """Reads the code in the top row."""
    u = pixels.shape[1] // 80
    bits = [pixels[u, u * (2 * i + 1)].mean() > 127 for i in range(32)]
    return sum(bit << (31 - i) for i, bit in enumerate(bits))


def decode(data, kind):
    """The pixels of a file, which must be of this kind: JPEG, PNG, BMP."""
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        return numpy.asarray(image.convert("RGB"))


def mean_error(a, b):
    return float(numpy.abs(a.astype(int) - b.astype(int)).mean())
