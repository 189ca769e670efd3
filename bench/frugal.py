# SPDX-License-Identifier: Apache-2.0
"""What a picture costs in memory once all is running: blocks of the heap, page faults, bytes copied."""
import json
import os
import re
import struct
import subprocess
import time

from pictures import jpeg_of_size
from support import uacam

COUNTERS = "blocks", "copied"  # of bench/spending.c
FILM_PICTURES, FILM_SIZE = 8, 400_000
SHORT, LONG = 1, 2  # seconds; the difference is what steady state costs
LINGER = 1
GATE_SECONDS = 2.1  # until the server has seen whom it trusts
EVERY_PICTURE = "--subscribers", "1"
ENCRYPTED = "--security", "encrypt"
OPENSSL_BLOCKS = 2  # of a request that is opened: two states of its HMAC
LIBUV_BLOCKS = 1  # where a socket does not take all: the list of what is left
LARGEST = "sim:?fps=10&size=3840x2160"


class Spending:
    """What a server has spent."""

    def __init__(self, build, folder):
        self.path = folder / "spending"
        self.path.write_bytes(bytes(8 * len(COUNTERS)))
        self.env = os.environ | {"LD_PRELOAD": str(build.resolve() / "bench/libbench_spending.so"),
                                 "UACAM_SPENDING": str(self.path)}

    def now(self, server):
        counted = struct.unpack(f"{len(COUNTERS)}Q", self.path.read_bytes())
        return dict(zip(COUNTERS, counted)) | {"faults": server.faults()}


class Customer:
    """A client with a folder of its own, a stranger at first where it matters."""

    def __init__(self, build, folder, port, camera):
        self.uacam = build / "src/app/uacam"
        self.env = os.environ | {"XDG_STATE_HOME": str(folder / "customer")}
        self.config = folder / "bench.yaml"
        self.url, self.camera = f"opc.tcp://127.0.0.1:{port}", camera

    def _run(self, *args):
        return subprocess.run([self.uacam, *args], capture_output=True, text=True, env=self.env)

    def _introduce(self, refusal):
        """Has the two trust each other, one way at a time. False when that was not the matter."""
        advice = re.search(r"uacam (trust add (--server )?\w+)", refusal)
        if not advice:
            return False
        self._run(*advice[1].split(), *([] if advice[2] else ["-c", self.config]))
        time.sleep(GATE_SECONDS)
        return True

    def take(self, options, seconds):
        """The number of pictures that came, and their bytes."""
        command = "bench", self.url, self.camera, *options, "--seconds", str(seconds), "--json"
        for _ in range(3):
            done = self._run(*command)
            if done.returncode == 0 or not self._introduce(done.stderr):
                break
        if done.returncode:
            raise RuntimeError(done.stderr)
        result = json.loads(done.stdout)
        return {"pictures": result["count"], "bytes": result["bytes"]}


def camera_id(folder):
    return re.search(r"camera: (\S+): ", (folder / "server.log").read_text())[1]


def steady(build, folder, camera, options):
    """What the pictures of two long runs cost that a short run has not: beginning and end are in all."""
    spending = Spending(build, folder)
    with uacam(build, folder, [camera], env=spending.env) as (server, _):
        customer = Customer(build, folder, server.port, camera_id(folder))

        def run(seconds):
            before = spending.now(server)
            taken = customer.take(options, seconds)
            return taken | {k: v - before[k] for k, v in spending.now(server).items()}

        run(SHORT)
        short, *longs = run(SHORT), run(LONG), run(LONG)
    return [{k: long[k] - short[k] for k in long} for long in longs]


def measure_steady(build, folder, table, what, camera, options, others_blocks):
    """The better of two rounds: on a busy machine more pictures than ever may be under way at a time."""
    rounds = steady(build, folder, camera, options)

    def least(spent, per):
        return max(0, min(more[spent] / more[per] for more in rounds))

    table.add(f"{what}, heap blocks", "1/picture", least("blocks", "pictures"),
              at_most=others_blocks + 0.5)
    table.add(f"{what}, page faults", "1/picture", least("faults", "pictures"), at_most=0.5)
    table.add(f"{what}, bytes copied", "1/byte", least("copied", "bytes"),
              at_most=None if options[-2:] == ENCRYPTED else 0)


def measure_rest(build, folder, table):
    """An idle server is small, whatever it has shown."""
    with uacam(build, folder, [LARGEST], linger=LINGER) as (server, _):
        Customer(build, folder, server.port, camera_id(folder)).take(EVERY_PICTURE, SHORT)
        watched = server.rss_bytes()
        time.sleep(2 * LINGER)
        table.add("a camera of 3840x2160, watched", "RSS MB", watched / 1e6)
        table.add("the same, closed", "RSS MB", server.rss_bytes() / 1e6, at_most=20)


def measure(build, folder, table):
    film = folder / "film"
    film.mkdir()
    for i in range(FILM_PICTURES):
        (film / f"{i}.jpg").write_bytes(jpeg_of_size(FILM_SIZE))
    still = folder / "8.jpg"
    still.write_bytes(jpeg_of_size(8_000_000))
    for what, camera, options, others_blocks in (
            ("raw 1080p to JPEG at 30 Hz", "sim:?fps=30&size=1920x1080&format=NV12", EVERY_PICTURE, 0),
            ("MJPEG of 400 KB at 30 Hz", f"file:{film}?fps=30", EVERY_PICTURE, 0),
            ("MJPEG of 400 KB at 30 Hz encrypted", f"file:{film}?fps=30", EVERY_PICTURE + ENCRYPTED, OPENSSL_BLOCKS),
            ("read of 8 MB", f"file:{still}", (), LIBUV_BLOCKS),
            ("read of 8 MB encrypted", f"file:{still}", ENCRYPTED, OPENSSL_BLOCKS + 4 * LIBUV_BLOCKS)):
        measure_steady(build, folder, table, what, camera, options, others_blocks)
    measure_rest(build, folder, table)
