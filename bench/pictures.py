# SPDX-License-Identifier: Apache-2.0
"""Pictures of any size in bytes, for servers to give."""
import os
import re


def segment(marker, data):
    return b"\xff" + bytes([marker]) + (len(data) + 2).to_bytes(2, "big") + data


def jpeg_of_size(size):
    """A grey JPEG of 1920x1080 pixels and exactly `size` bytes, filled up with comments."""
    one_code_of_one_bit = bytes([1] + [0] * 15 + [0])
    head = b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\0\0")
    tail = (segment(0xDB, b"\0" + b"\1" * 64)
            + segment(0xC0, b"\x08" + (1080).to_bytes(2, "big") + (1920).to_bytes(2, "big") + b"\1\1\x11\0")
            + segment(0xC4, b"\0" + one_code_of_one_bit)
            + segment(0xC4, b"\x10" + one_code_of_one_bit)
            + segment(0xDA, b"\1\1\0\0\x3f\0")
            + bytes(1920 // 8 * 1080 // 8 * 2 // 8)  # every block: no difference, end of block
            + b"\xff\xd9")
    left = size - len(head) - len(tail)
    comments = b""
    while left:
        n = left if left <= 65535 else min(65535, left - 4)
        comments += segment(0xFE, os.urandom(n - 4))
        left -= n
    return head + comments + tail


def image_nodes(folder):
    """The NodeIds of the pictures, in the order that the server names its cameras."""
    log = (folder / "server.log").read_text()
    return [f"ns=2;s=Cameras/{i}/CameraImage" for i in re.findall(r"camera: (file-\S+): ", log)]
