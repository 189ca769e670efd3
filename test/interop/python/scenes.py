# SPDX-License-Identifier: Apache-2.0
"""The simulated camera's scenes and the measure of change, written from docs/simulated-camera.md and docs/change.md."""

import numpy

THRESHOLD = 30
LUMA = numpy.array([0.299, 0.587, 0.114])


def luma(pixels):
    return numpy.round(pixels @ LUMA).astype(int)


def change_percent(a, b):
    """How many percent of the pixels changed between two pictures."""
    return 100 * float((numpy.abs(luma(a) - luma(b)) > THRESHOLD).mean())


def grey(pixels):
    """Of a picture that is all of one grey."""
    level = int(pixels[0, 0, 0])
    assert (pixels == level).all()
    return level


def square_of(pixels, percent):
    """(k, how many there are) of scene=square."""
    height, width = pixels.shape[:2]
    m = round(percent * width * height / 200)
    white = numpy.flatnonzero(pixels[:, :, 0].reshape(-1))
    k = int(white[0]) // m
    assert (white == numpy.arange(k * m, (k + 1) * m)).all()
    return k, width * height // m


def noise(n, width, height, seed=1):
    """Frame n of scene=noise."""
    word = numpy.uint64(2**32 - 1)

    def g(a):
        return (a ^ a >> numpy.uint64(16)) * numpy.uint64(2654435769) & word

    def f(a):
        return g(g(a & word))

    places = numpy.arange(width * height, dtype=numpy.uint64)
    start = f(numpy.array([n], numpy.uint64) + f(numpy.array([seed], numpy.uint64)))
    level = 113 + (31 * (f(start + places) >> numpy.uint64(16)) >> numpy.uint64(16))
    return numpy.repeat(level.astype(numpy.uint8)[:, None], 3, 1).reshape(height, width, 3)


def drift_goes_on(level, reported):
    """Is this grey the first that a drift of greys mod 256 reports after that one?"""
    return level == (reported + 31 if reported + 31 < 256 else 0)
