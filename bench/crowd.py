# SPDX-License-Identifier: Apache-2.0
"""What many clients cost, slow and stalled ones among them, and many cameras."""
import contextlib
import json
import socket
import statistics
import subprocess
import threading
import time
from pathlib import Path

from pictures import image_nodes, jpeg_of_size
from support import HERE, VENV_PYTHON, WATCHED_SECONDS, Client, Run, Subscribers, one_core, uacam

ROUNDS = 12
SECONDS = 0.15
SIMULATED = "ns=2;s=Cameras/sim/CameraImage"

STALLED_PICTURE = 8_000_000
UNREAD = 16
READ_PICTURE = 1_000_000
TIMED_SECONDS = 1
TIMED_ROUNDS = 7
SLOW_BYTES_PER_SECOND = 200_000

FPS = 30
SUBSCRIBERS = 50

GROWN_FPS = 5
GROWN_TO = 1, 10, 100, 1000
SESSIONS = 1000
SESSION_SECONDS = 5

ITEMS = 10_000
DUE = 10
ITEM_ROUNDS = 5

CAMERAS = 1, 2, 4, 8, 16
CAMERA_FPS = 10


# ---- clients ----

@contextlib.contextmanager
def stalled(build, server, node):
    """A client that asks for UNREAD pictures and reads nothing of them."""
    client = Client(build, "stall", server.port, node, UNREAD)
    try:
        yield
    finally:
        client.run()


@contextlib.contextmanager
def slow_line(port):
    """The port of a line to the server that lets SLOW_BYTES_PER_SECOND of its answers through."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        def carry(source, sink, pause):
            with contextlib.suppress(OSError):
                while part := source.recv(SLOW_BYTES_PER_SECOND // 20):
                    sink.sendall(part)
                    time.sleep(pause)

        def serve():
            with contextlib.suppress(OSError):
                near, far = door.accept()[0], socket.create_connection(("127.0.0.1", port))
                ends.extend((near, far))
                threading.Thread(target=carry, args=(near, far, 0), daemon=True).start()
                carry(far, near, 1 / 20)

        ends = []
        threading.Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]
        for end in ends:
            end.close()


def bytes_in_sockets(port):
    """What the kernel holds of the answers that the server at this port has sent."""
    held = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:] + Path("/proc/net/tcp6").read_text().splitlines()[1:]:
        _, near, far, _, queues = line.split()[:5]
        sent, received = (int(n, 16) for n in queues.split(":"))
        near, far = (int(end.rsplit(":", 1)[1], 16) for end in (near, far))
        held += (sent if near == port else 0) + (received if far == port else 0)
    return held


def reading_p99_ms(build, server, node):
    command = [build / "src/app/uacam", "bench", f"opc.tcp://127.0.0.1:{server.port}", node, "--seconds", TIMED_SECONDS, "--json"]
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["p99_ms"]


def frames_captured(build, server):
    """Of the simulated camera, as its Status tells."""
    command = [build / "bench/bench_client", "value", server.port, "ns=2;s=Cameras/sim/Status/FramesCaptured"]
    return int(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout)


@contextlib.contextmanager
def idle_items(port):
    """ITEMS of one client, none of which is due for a minute."""
    command = [VENV_PYTHON, HERE / "idle_items.py", port, SIMULATED, ITEMS]
    process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "ready\n":
        raise RuntimeError("idle_items.py has failed")
    try:
        yield
    finally:
        process.communicate()


# ---- what is measured ----

def measure_stalled(build, folder, table):
    """One that does not read beside one that does."""
    paths = []
    for size in (READ_PICTURE, STALLED_PICTURE):
        path = folder / f"{size}.jpg"
        path.write_bytes(jpeg_of_size(size))
        paths.append(f"file:{path}")
    with one_core(), uacam(build, folder, paths) as (server, _):
        read, unread = image_nodes(folder)

        def run():
            return Run(server, Client(build, "read", server.port, read, READ_PICTURE, 1, SECONDS)).mb_per_second

        run()
        with stalled(build, server, unread):
            pass
        before = server.rss_bytes()
        alone, beside, alone_ms, beside_ms = [], [], [], []
        for _ in range(ROUNDS):
            alone.append(run())
            with stalled(build, server, unread):
                held = server.rss_bytes()
                beside.append(run())
        for _ in range(TIMED_ROUNDS):
            alone_ms.append(reading_p99_ms(build, server, read))
            with stalled(build, server, unread):
                beside_ms.append(reading_p99_ms(build, server, read))
    what = f"read 1 MB beside a client with {UNREAD} unread pictures of 8 MB"
    table.add(f"{what}, against alone", "MB/s", max(beside), max(alone), max(beside) / max(alone), at_least=0.95)
    # A busy machine shows first in the slowest hundredth: neighbouring runs are held against each other.
    ratio = statistics.median(b / a for b, a in zip(beside_ms, alone_ms))
    table.add(f"{what}, p99 against alone", "ms", statistics.median(beside_ms), statistics.median(alone_ms), ratio, at_most=1.2)
    table.add("what the unread pictures add to the server's RSS", "MB", max(0, held - before) / 1e6, at_most=16)


def measure_slow(build, folder, table):
    """Both monitor every frame; one has a line that lets through a fraction of them."""
    camera = f"sim:?fps={FPS}&scene=noise"
    with uacam(build, folder, [camera]) as (server, _), slow_line(server.port) as line:
        alone = Subscribers(build, server.port, SIMULATED, 1).result()
        slow = Subscribers(build, line, SIMULATED, 1, seconds=2 * WATCHED_SECONDS, queue=1)
        before = server.rss_bytes()
        beside = Subscribers(build, server.port, SIMULATED, 1).result()
        after = server.rss_bytes()
        held = bytes_in_sockets(server.port)
        slow.result()
    table.add(f"a subscriber beside a slow one, its pictures against alone", f"in {WATCHED_SECONDS} s", beside.pictures,
              alone.pictures, beside.pictures / alone.pictures, at_least=0.95)
    table.add("its pictures' age on arrival, p99, against alone", "ms", beside.p99_ms, alone.p99_ms,
              beside.p99_ms / alone.p99_ms)
    table.add(f"the slow one, {SLOW_BYTES_PER_SECOND / 1e3:.0f} KB/s of {alone.bytes / alone.pictures / 1e3:.0f} KB a picture", "1/s",
              slow.pictures / (2 * WATCHED_SECONDS))
    under_way_ms = max(1, held) / SLOW_BYTES_PER_SECOND * 1e3
    table.add("the slow one's pictures' age on arrival, p99, against what sockets hold", "ms", slow.p99_ms, under_way_ms,
              slow.p99_ms / under_way_ms, at_most=2)
    table.add("what the server's RSS grows meanwhile", "MB", max(0, after - before) / 1e6, at_most=16)


def measure_many(build, folder, table):
    """Fifty that want every frame of a camera with large pictures."""
    with uacam(build, folder, [f"sim:?fps={FPS}&scene=noise&size=1024x768"]) as (server, _):
        watching = Subscribers(build, server.port, SIMULATED, SUBSCRIBERS)
        frames, cpu = frames_captured(build, server), server.cpu_seconds()
        time.sleep(WATCHED_SECONDS - 0.1)
        frames, cpu = frames_captured(build, server) - frames, server.cpu_seconds() - cpu
        watching.result()
    size = watching.bytes / watching.pictures
    what = f"{SUBSCRIBERS} subscribers at {FPS} Hz, {size / 1e3:.0f} KB a picture"
    table.add(f"{what}, frames of the camera", "1/s", frames / (WATCHED_SECONDS - 0.1))
    table.add("pictures of the subscriber that got fewest", "1/s", watching.fewest / WATCHED_SECONDS, FPS,
              watching.fewest / WATCHED_SECONDS / FPS, at_least=0.98)
    table.add("their age on arrival, p99", "ms", watching.p99_ms)
    table.add("server CPU for all", "%", 100 * cpu / (WATCHED_SECONDS - 0.1))
    table.add("server CPU of a GB that was sent", "s", cpu / (size * frames * SUBSCRIBERS) * 1e9)


def measure_growth(build, folder, table):
    points = []
    for count in GROWN_TO:
        with uacam(build, folder, [f"sim:?fps={GROWN_FPS}"]) as (server, _):
            watching = Subscribers(build, server.port, SIMULATED, count)
            before = server.cpu_seconds()
            watching.result()
            points.append((count, (server.cpu_seconds() - before) / watching.pictures * 1e6))
        table.add(f"{count} subscriber{'s' if count > 1 else ''} at {GROWN_FPS} Hz, server CPU of each picture", "us", points[-1][1])
    table.add_series("subscribers", f"{GROWN_FPS} Hz, {watching.bytes / watching.pictures / 1e3:.0f} KB", points)


def measure_sessions(build, folder, table):
    """So many sessions with an item of one second each."""
    with uacam(build, folder, ["sim:"]) as (server, _):
        watching = Subscribers(build, server.port, SIMULATED, SESSIONS, 1000, seconds=SESSION_SECONDS)
        before = server.cpu_seconds()
        time.sleep(SESSION_SECONDS - 1)
        busy, rss = server.cpu_seconds() - before, server.rss_bytes()
        watching.result()
    what = f"{SESSIONS} sessions with an item of 1 s each"
    table.add(f"{what}, pictures of the one that got fewest", f"in {SESSION_SECONDS} s", watching.fewest,
              at_least=SESSION_SECONDS - 1)
    table.add(f"{what}, server CPU", "%", 100 * busy / (SESSION_SECONDS - 1))
    table.add(f"{what}, RSS", "MB", rss / 1e6, at_most=100)


def measure_items(build, folder, table):
    """Few that are due among many that are not."""
    with uacam(build, folder, ["sim:?fps=10"]) as (server, _):
        def watched():
            watching = Subscribers(build, server.port, SIMULATED, DUE, seconds=1)
            before = server.cpu_seconds()
            watching.result()
            return (server.cpu_seconds() - before) / watching.pictures * 1e6

        alone = min(watched() for _ in range(ITEM_ROUNDS))
        rss = server.rss_bytes()
        with idle_items(server.port):
            among = min(watched() for _ in range(ITEM_ROUNDS))
            each = (server.rss_bytes() - rss) / ITEMS
    what = f"{DUE} items at 10 Hz among {ITEMS:,} of a minute"
    table.add(f"{what}, against alone, server CPU of a picture", "us", among, alone, among / alone, at_most=1.2)
    table.add(f"one of the {ITEMS:,}, RSS", "KB", each / 1e3)


def measure_cameras(build, folder, table):
    """Each camera is watched over a connection of its own."""
    points = []
    for count in CAMERAS:
        names = [f"c{i}" for i in range(count)]
        with uacam(build, folder, [f"sim:?id={n}&size=640x480&fps={CAMERA_FPS}" for n in names]) as (server, _):
            watching = [Subscribers(build, server.port, f"ns=2;s=Cameras/{n}/CameraImage", 1, 1000 // CAMERA_FPS) for n in names]
            before, rss = server.cpu_seconds(), server.rss_bytes()
            time.sleep(WATCHED_SECONDS / 2)
            points.append((count, 100 * (server.cpu_seconds() - before) / (WATCHED_SECONDS / 2)))
            pictures = sum(w.result().pictures for w in watching)
    what = f"{count} cameras of 640x480 at {CAMERA_FPS} Hz, all watched"
    table.add(what, "CPU %", points[-1][1])
    table.add(what, "pictures/s of a camera", pictures / count / WATCHED_SECONDS)
    table.add(what, "RSS MB", rss / 1e6)
    table.add_series("cameras", f"640x480, {CAMERA_FPS} Hz", points)


def measure(build, folder, table):
    for one in (measure_stalled, measure_slow, measure_many, measure_growth, measure_sessions,
                measure_items, measure_cameras):
        one(build, folder, table)
