# SPDX-License-Identifier: Apache-2.0
"""Prints when cameras come and go: "SECONDS ACTION NODE" for each uevent of a camera node, "SECONDS log LINE" for each
line that is added to a file. Arguments: the file, seconds to go on."""
import select
import socket
import sys
import time

NETLINK_KOBJECT_UEVENT = 15
KERNEL_GROUP = 1
LOOK_SECONDS = 0.02


def tell(*words):
    print(f"{time.monotonic():.3f}", *words, flush=True)


events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT)
events.bind((0, KERNEL_GROUP))
end = time.monotonic() + float(sys.argv[2])
with open(sys.argv[1], errors="replace") as log:
    log.seek(0, 2)
    tell("ready")
    while time.monotonic() < end:
        if select.select([events], [], [], LOOK_SECONDS)[0]:
            message = events.recv(8192)
            fields = dict(part.split(b"=", 1) for part in message.split(b"\0") if b"=" in part)
            if fields.get(b"SUBSYSTEM") == b"video4linux":
                tell(fields[b"ACTION"].decode(), fields.get(b"DEVNAME", b"").decode())
        for line in log.readlines():
            tell("log", line.rstrip("\n"))
