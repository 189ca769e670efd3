#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Watches a still picture as a loop over OpenCV does: always, in full, every picture made into a PNG.

    bench/sample_way.py PICTURE SECONDS

Ten times a second: grey, difference to the grey before, threshold, count, PNG. The picture is scaled to 640x480 and
counts as what the camera delivered, at no cost. Prints CPU seconds a minute. Needs Debian's python3-opencv.
"""
import sys
import time

import cv2

SIZE = 640, 480
INTERVAL = 0.1
THRESHOLD = 30


def main():
    picture = cv2.imread(sys.argv[1])
    if picture.shape[1::-1] != SIZE:
        picture = cv2.resize(picture, SIZE, interpolation=cv2.INTER_CUBIC)
    cv2.setNumThreads(1)
    before = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    begun, used = time.monotonic(), time.process_time()
    rounds = round(float(sys.argv[2]) / INTERVAL)
    for i in range(rounds):
        time.sleep(max(0, begun + i * INTERVAL - time.monotonic()))
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        _, changed = cv2.threshold(cv2.absdiff(grey, before), THRESHOLD, 255, cv2.THRESH_BINARY)
        cv2.countNonZero(changed)
        cv2.imencode(".png", picture)
        before = grey
    print((time.process_time() - used) / (rounds * INTERVAL) * 60)


if __name__ == "__main__":
    main()
