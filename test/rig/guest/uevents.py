# SPDX-License-Identifier: Apache-2.0
"""Prints "ACTION NODE" for each uevent of a camera node. Argument: seconds to listen."""
import socket
import sys
import time

NETLINK_KOBJECT_UEVENT = 15
KERNEL_GROUP = 1

events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT)
events.bind((0, KERNEL_GROUP))
end = time.monotonic() + float(sys.argv[1])
while (left := end - time.monotonic()) > 0:
    events.settimeout(left)
    try:
        message = events.recv(8192)
    except TimeoutError:
        break
    fields = dict(part.split(b"=", 1) for part in message.split(b"\0") if b"=" in part)
    if fields.get(b"SUBSYSTEM") == b"video4linux":
        print(fields[b"ACTION"].decode(), fields.get(b"DEVNAME", b"").decode(), flush=True)
