# SPDX-License-Identifier: Apache-2.0
"""What encryption costs: pictures, handshakes, two clients at once, the first start."""
import concurrent.futures
import statistics
import subprocess
import tempfile
from pathlib import Path

from pictures import image_nodes, jpeg_of_size
from support import SECONDS, STATE, Client, Run, one_core, uacam

PICTURES = {"1 MB": 1_000_000, "8 MB": 8_000_000}
SMALL = "100 KB", 100_000  # so few chunks that one thread seals them
UPLOAD = 3_000_000
ENGINES = {"OpenSSL": ("openssl", 1.25), "lanes": ("ipsec-mb", 0.6)}
SIGN, ENCRYPT = 2, 3
ROUNDS = 10
STARTS = 5
SESSIONS = 100

# Of the server, in a handshake with keys of 2048 bits: the client's OPN is two blocks to decrypt, its answer and
# CreateSession's are signed; two signatures and one of a certificate are verified, two blocks encrypted.
PRIVATE_OPERATIONS = 4
PUBLIC_OPERATIONS = 5


def numbers(build, *args):
    """What bench_seal prints, by name."""
    done = subprocess.run([build / "bench/bench_seal", *map(str, args)], check=True, capture_output=True, text=True)
    return {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}


class Guest:
    """A client that the server trusts."""

    def __init__(self, build, folder):
        self.build = build
        self.files = folder / "guest.der", folder / "guest.pem", folder / "state/own/certificate.der"
        program = build / "bench/bench_sealed_client"
        subprocess.run([program, "identity", *self.files[:2]], check=True)
        subprocess.run([build / "src/app/uacam", "trust", "add", self.files[0], "-c", folder / "bench.yaml"], check=True,
                       capture_output=True)

    def client(self, command, server, *args):
        return Client(self.build, command, *self.files, server.port, *args, program="bench_sealed_client")

    def writer(self, server, mode, size):
        return self.client("write", server, mode, size, SECONDS)

    def reader(self, server, mode, node):
        return self.client("read", server, mode, node, 1, SECONDS)


# ---- pictures ----

def measure_pictures(build, folder, paths, guest, table):
    alone = {name: [] for name in PICTURES}
    for engine, (key, limit) in ENGINES.items():
        with one_core(), uacam(build, folder, paths.values(), linger=0, engine=key) as (server, _):
            for (name, size), node in zip(PICTURES.items(), image_nodes(folder)[1:]):
                sealed, signed = [], []
                for _ in range(ROUNDS):
                    alone[name].append(numbers(build, "bulk", size, SECONDS))
                    sealed.append(Run(server, guest.reader(server, ENCRYPT, node)))
                    signed.append(Run(server, guest.reader(server, SIGN, node)))
                stream = min(a["openssl"] for a in alone[name])
                what = f"{name} {{}} by {engine}, server CPU"
                cost = min(r.cpu_per_gb for r in sealed)
                table.add(what.format("encrypted"), "s/GB", cost, stream, cost / stream, at_most=limit)
                cost = min(r.cpu_per_gb for r in signed)
                table.add(what.format("signed"), "s/GB", cost, stream, cost / stream)
    for name, rounds in alone.items():
        if "lanes" in rounds[0]:
            cost, stream = (min(r[key] for r in rounds) for key in ("lanes", "openssl"))
            table.add(f"{name} through libipsec-mb and nothing else, CPU", "s/GB", cost, stream, cost / stream)


def measure_uploads(build, folder, guest, table):
    opened = []
    for engine, (key, _) in ENGINES.items():
        with one_core(), uacam(build, folder, ["sim:"], engine=key) as (server, _):
            runs = {"encrypted": [], "signed": []}
            for _ in range(ROUNDS):
                opened.append(numbers(build, "bulk", UPLOAD, SECONDS)["opened"])
                for runs_of_mode, mode in zip(runs.values(), (ENCRYPT, SIGN)):
                    runs_of_mode.append(Run(server, guest.writer(server, mode, UPLOAD)).cpu_us)
        stream = min(opened)
        for mode, costs in runs.items():
            cost = min(costs) / UPLOAD * 1e3
            table.add(f"3 MB written, {mode}, opened by {engine}, server CPU", "s/GB", cost, stream, cost / stream)


# ---- small reads ----

def measure_small_reads(build, folder, guest, table):
    """Against the same without encryption."""
    with one_core(), uacam(build, folder, ["sim:"]) as (server, _):
        for what, window in (("read ServerStatus.State encrypted", 1), ("the same, 16 under way", 16)):
            pairs = [(Run(server, guest.client("read", server, ENCRYPT, STATE, window, SECONDS)),
                      Run(server, Client(build, "read", server.port, STATE, 0, window, SECONDS))) for _ in range(ROUNDS)]
            table.add_pairs(what, "reads/s", "per_second", pairs, max)
            table.add_pairs(what, "server CPU us", "cpu_us", pairs, min)


# ---- two clients, two cores ----

def together(clients):
    """MB/s of all of them."""
    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        return sum(size / seconds / 1e6 for _, size, seconds in pool.map(Client.run, clients))


def add_two(table, what, reader, **limit):
    rounds = [(together([reader()]), together([reader(), reader()])) for _ in range(ROUNDS)]
    one, two = (max(side) for side in zip(*rounds))
    table.add(f"two clients at once, against one: {what}", "MB/s", two, one, two / one, **limit)


def measure_two(build, folder, paths, guest, table):
    with uacam(build, folder, paths.values(), linger=0, engine="openssl") as (server, _):
        small, large, _ = image_nodes(folder)
        add_two(table, f"{SMALL[0]} encrypted by OpenSSL", lambda: guest.reader(server, ENCRYPT, small), at_least=1.7)
        add_two(table, "1 MB encrypted by OpenSSL", lambda: guest.reader(server, ENCRYPT, large))
        add_two(table, "1 MB unencrypted",
                lambda: Client(build, "read", server.port, large, PICTURES["1 MB"], 1, SECONDS))


# ---- handshakes, the first start ----

def measure_handshakes(build, folder, guest, table):
    rsa, runs = [], []
    with one_core(), uacam(build, folder, ["sim:"]) as (server, _):
        for _ in range(ROUNDS):
            rsa.append(numbers(build, "rsa", SECONDS))
            runs.append(Run(server, guest.client("sessions", server, ENCRYPT, SECONDS)))
    private, public = (min(r[key] for r in rsa) for key in ("private", "public"))
    least = PRIVATE_OPERATIONS * private + PUBLIC_OPERATIONS * public
    cost = min(r.cpu_us for r in runs)
    table.add("secured sessions, from connecting to closing", "1/s", max(r.per_second for r in runs))
    table.add("one of them, against its RSA-2048 operations, server CPU", "us", cost, least, cost / least, at_most=2)


def measure_memory(build, folder, guest, table):
    with uacam(build, folder, ["sim:"]) as (server, _):
        def hold(count):
            return guest.client("hold", server, ENCRYPT, count)

        hold(1).run()
        before = server.rss_bytes()
        holder = hold(SESSIONS)
        after = server.rss_bytes()
        holder.run()
        table.add("a secured session, RSS", "KB", (after - before) / SESSIONS / 1e3, at_most=20)


def measure_first_start(build, table):
    took = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory(prefix="uacam-bench-") as folder:
            with uacam(build, Path(folder), ["sim:"]) as (_, seconds):
                took.append(seconds)
    table.add("from exec to listening, first start: the key is made", "ms", 1e3 * statistics.median(took))


def measure(build, folder, table):
    paths = {}
    for name, size in [SMALL, *PICTURES.items()]:
        path = folder / f"{size}.jpg"
        path.write_bytes(jpeg_of_size(size))
        paths[name] = f"file:{path}"
    with uacam(build, folder, ["sim:"]):
        pass  # it has a key now
    guest = Guest(build, folder)
    measure_pictures(build, folder, paths, guest, table)
    measure_uploads(build, folder, guest, table)
    measure_small_reads(build, folder, guest, table)
    measure_two(build, folder, paths, guest, table)
    measure_handshakes(build, folder, guest, table)
    measure_memory(build, folder, guest, table)
    measure_first_start(build, table)
