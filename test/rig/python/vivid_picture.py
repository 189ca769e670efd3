# SPDX-License-Identifier: Apache-2.0
"""What the kernel's test driver shows, and its raw pictures in colour, reckoned apart from the server's code."""

import numpy

# Values of the menu test_pattern of vivid.
BARS_75, BARS_100, COLOURED_SQUARES, GREY_RAMP = 0, 1, 4, 20

BARS = ["white", "yellow", "cyan", "green", "magenta", "red", "blue", "black"]
RGB = {
    "white": (1, 1, 1),
    "yellow": (1, 1, 0),
    "cyan": (0, 1, 1),
    "green": (0, 1, 0),
    "magenta": (1, 0, 1),
    "red": (1, 0, 0),
    "blue": (0, 0, 1),
    "black": (0, 0, 0),
}


def bar_colours(pixels):
    """The mean colours of eight upright bars, away from their edges and from vivid's text at the top left."""
    height, width, _ = pixels.shape
    bar = width // 8
    part = [pixels[height // 2 :, i * bar + bar // 8 : (i + 1) * bar - bar // 8] for i in range(8)]
    return numpy.array([p.mean((0, 1)) for p in part])


def bars(strength):
    """What bar_colours() must give."""
    return 255 * strength * numpy.array([RGB[name] for name in BARS])


def yuyv_to_rgb(raw, width, height):
    """ITU-R BT.601, limited range."""
    pairs = numpy.frombuffer(raw, numpy.uint8).reshape(height, width // 2, 4).astype(float)
    luma = (pairs[:, :, [0, 2]].reshape(height, width) - 16) * 255 / 219
    blue, red = ((numpy.repeat(pairs[:, :, i], 2, 1) - 128) * 255 / 224 for i in (1, 3))
    rgb = [luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue]
    return numpy.clip(numpy.stack(rgb, 2), 0, 255)
