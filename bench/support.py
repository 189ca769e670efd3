# SPDX-License-Identifier: Apache-2.0
"""Servers and clients that bench/run starts, and the table of what it finds."""
import contextlib
import os
import re
import socket
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV_PYTHON = HERE.parent / "build/venv/bin/python"

ROUNDS = 15
SECONDS = 0.15  # of one run
START_SECONDS = 60  # a machine may be busy
WATCHED_SECONDS = 3  # by subscribers
CLIENT_SECONDS = 60  # that no run takes
STATE = "i=2259"  # ServerStatus.State


# ---- processes ----

class Server:
    """A server process, and what it has used."""

    def __init__(self, process, port):
        self.process = process
        self.port = port

    def cpu_seconds(self):
        """Of all its threads, to the nanosecond where the kernel counts so."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / 1e9

    def faults(self):
        """Pages that came from the kernel, without a disk."""
        return int(Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[7])

    def rss_bytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def ended(process):
    """Ends the process with the block."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def uacam(build, folder, cameras, linger=5, env=None, engine="auto"):
    """A server of these cameras, and the seconds that it took to listen."""
    port = free_port()
    config = folder / "bench.yaml"
    config.write_text(f"camera:\n  linger: {linger}\nstate:\n  folder: {folder / 'state'}\n"
                      f"security:\n  engine: {engine}\n")
    command = [build / "src/app/uacam", "serve", "-c", config, "--port", str(port)]
    for camera in cameras:
        command += ["--camera", camera]
    with open(folder / "server.log", "w") as log:
        begun = time.monotonic()
        process = subprocess.Popen(command, stderr=log, env=env)
    with ended(process):
        while not answers(port):
            if process.poll() is not None or time.monotonic() > begun + START_SECONDS:
                raise RuntimeError("uacam does not listen:\n" + (folder / "server.log").read_text())
            time.sleep(0.0005)
        yield Server(process, port), time.monotonic() - begun


@contextlib.contextmanager
def raw_server(build):
    with ended(subprocess.Popen([build / "bench/bench_raw_server"], stdout=subprocess.PIPE, text=True)) as process:
        yield Server(process, int(process.stdout.readline()))


class Client:
    """bench_client or a program like it, ready to begin."""

    def __init__(self, build, *args, program="bench_client"):
        self.process = subprocess.Popen([build / "bench" / program, *map(str, args)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        words = self.process.stdout.readline().split()
        if words[:1] != ["ready"]:
            raise RuntimeError(f"{program} {' '.join(map(str, args))} has failed")
        self.request_bytes, self.answer_bytes = int(words[1]), int(words[2])

    def run(self):
        """Answers, bytes, seconds."""
        try:
            out, _ = self.process.communicate("go\n", timeout=CLIENT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        if self.process.returncode:
            raise RuntimeError("the client has failed")
        count, size, seconds = out.split()
        return int(count), int(size), float(seconds)


class Subscribers:
    """bench_subscribers, each with its first picture; result() tells what came since."""

    def __init__(self, build, port, node, count, interval_ms=0, deadband=0, seconds=WATCHED_SECONDS, queue=10):
        command = [build / "bench/bench_subscribers", port, node, count, interval_ms, deadband, seconds, queue]
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("bench_subscribers has failed")

    def result(self):
        words = self.process.stdout.readline().split()
        self.pictures, self.bytes, self.fewest, self.most = map(int, words[:4])
        self.p99_ms = float(words[4])
        if self.process.wait():
            raise RuntimeError("bench_subscribers has failed")
        return self


class Run:
    """What one client got from one server, and what that cost the server."""

    def __init__(self, server, client):
        before = server.cpu_seconds()
        count, size, seconds = client.run()
        cpu = server.cpu_seconds() - before
        self.sizes = client.request_bytes, client.answer_bytes
        self.per_second = count / seconds
        self.mb_per_second = size / seconds / 1e6
        self.cpu_per_gb = cpu / size * 1e9 if size else 0
        self.cpu_us = cpu / count * 1e6


@contextlib.contextmanager
def one_core():
    """What is started within shares one core: who runs where is not left to chance."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def compared(build, server, raw, node, size, window):
    """Pairs of runs, of uacam and of the bare server in turn."""
    pairs = []
    for _ in range(ROUNDS):
        ours = Run(server, Client(build, "read", server.port, node, size, window, SECONDS))
        bare = Run(raw, Client(build, "raw", raw.port, *ours.sizes, window, SECONDS))
        pairs.append((ours, bare))
    return pairs


# ---- the table ----

class Table:
    def __init__(self):
        self.chapter = ""
        self.rows = []
        self.series = []

    def add_series(self, chart, label, points):
        """A line of a chart that bench/report draws: pairs of x and y, in the chart's units."""
        self.series.append({"chart": chart, "label": label, "points": [list(p) for p in points]})

    def add(self, what, unit, value, against=None, ratio=None, at_least=None, at_most=None, enough=None):
        """The limit is on the ratio where there is one, else on the value; a value of `enough` meets it as well."""
        judged = value if ratio is None else ratio
        limit, met = None, None
        if at_least is not None:
            limit, met = f">= {at_least:g}", judged >= at_least
        if at_most is not None:
            limit, met = f"<= {at_most:g}", judged <= at_most
        if enough is not None:
            limit, met = f"{limit} or {enough:,}", met or value >= enough
        self.rows.append({"chapter": self.chapter, "what": what, "unit": unit, "value": value, "against": against, "ratio": ratio,
                          "limit": limit, "ok": met})

    def add_pairs(self, what, unit, field, pairs, best, **limit):
        """The best of each side: what else runs on the machine only makes it worse."""
        ours, bare = (best(getattr(run, field) for run in side) for side in zip(*pairs))
        self.add(what, unit, ours, bare, ours / bare, **limit)

    def print(self):
        print("\n".join(table_lines(self.rows)))


def table_lines(rows):
    """The rows as text, each chapter below its name where there are several."""
    head = ("", "value", "against", "ratio", "limit", "")
    cells = [head] + [_cells(row) for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    chapters = [None] + [row["chapter"] for row in rows]
    lines = []
    for line, chapter, before in zip(cells, chapters, [None] + chapters):
        if chapter != before and len(set(chapters)) > 2:
            lines += ["", chapter]
        line = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        lines.append("  ".join(line).rstrip())
    return lines


def _cells(row):
    def number(v):
        return "" if v is None else f"{v:,.0f}" if abs(v) >= 100 else f"{v:.3g}"

    verdict = {None: "", True: "ok", False: "missed"}[row["ok"]]
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}" if row["ratio"] >= 0.1 else f"{row['ratio']:.3f}"
    return (f"{row['what']}, {row['unit']}", number(row["value"]), number(row["against"]), ratio, row["limit"] or "",
            verdict)
