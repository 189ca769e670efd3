# SPDX-License-Identifier: Apache-2.0
"""The same pictures from node-opcua's and from asyncua's server, asked by the same client in the same minutes."""
import contextlib
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from pictures import image_nodes, jpeg_of_size
from sealed import ENCRYPT, Guest
from support import HERE, STATE, VENV_PYTHON, Client, Run, Server, ended, free_port, one_core, uacam

PICTURES = {"1 MB": 1_000_000, "8 MB": 8_000_000}
ROUNDS = 4
SECONDS = 0.5  # the rivals compile while they run
START_SECONDS = 60

COMMANDS = {
    "node-opcua": ["node", HERE / "rival_servers/node_opcua_server.js"],
    "asyncua": [VENV_PYTHON, HERE / "rival_servers/asyncua_server.py"],
}


class Contender:
    """A server under its name in the table, with its certificate and the nodes of its pictures by their sizes."""

    def __init__(self, name, server, certificate, nodes):
        self.name = name
        self.server = server
        self.certificate = certificate
        self.nodes = dict(zip(PICTURES.values(), nodes))


def ready_words(process):
    """What it says behind "ready"; nothing when it ends or takes too long."""
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        return next((words[1:] for words in map(str.split, process.stdout) if words[:1] == ["ready"]), [])
    finally:
        timer.cancel()


def start_rival(stack, name, folder):
    """It runs as long as the stack lives. None, and a word about it, where it cannot be had."""
    port = free_port()
    command = [*map(str, COMMANDS[name]), str(port), str(folder), *map(str, PICTURES.values())]
    folder.mkdir()
    words = []
    if shutil.which(command[0]):
        with open(folder / "log", "w") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        stack.enter_context(ended(process))
        words = ready_words(process)
    if len(words) != 1 + len(PICTURES):
        print(f"bench: no {name} to compare with; tools/setup bench installs it", file=sys.stderr)
        return None
    return Contender(f"{name} {words[0]}", Server(process, port), folder / "certificate.der", words[1:])


@contextlib.contextmanager
def contenders(build, folder):
    """uacam, and those of the rivals that are here."""
    paths = []
    for size in PICTURES.values():
        path = folder / f"{size}.jpg"
        path.write_bytes(jpeg_of_size(size))
        paths.append(f"file:{path}")
    with contextlib.ExitStack() as stack:
        stack.enter_context(one_core())
        server, _ = stack.enter_context(uacam(build, folder, paths, linger=0))
        started = [start_rival(stack, name, folder / name) for name in COMMANDS]
        ours = Contender("uacam", server, folder / "state/own/certificate.der", image_nodes(folder))
        yield ours, [rival for rival in started if rival]


def in_turn(ours, theirs, client_of):
    """For each rival the pairs of runs, of uacam and of the rival, each with the client that it is given."""
    def run(c):
        return Run(c.server, client_of(c))

    rounds = [(run(ours), [run(c) for c in theirs]) for _ in range(ROUNDS)]
    return {c.name: [(mine, others[i]) for mine, others in rounds] for i, c in enumerate(theirs)}


class Chart:
    """Bars of every contender, gathered picture by picture."""

    def __init__(self, name, field, best):
        self.name, self.field, self.best = name, field, best
        self.bars = {}

    def take(self, picture, pairs_of):
        sides = [("uacam", [pair[0] for pair in next(iter(pairs_of.values()))])]
        sides += [(rival, [pair[1] for pair in pairs]) for rival, pairs in pairs_of.items()]
        for label, runs in sides:
            self.bars.setdefault(label, []).append((picture, self.best(getattr(run, self.field) for run in runs)))

    def give(self, table):
        for label, points in self.bars.items():
            table.add_series(self.name, label, points)


def measure(build, folder, table):
    charts = [Chart("rivals", "mb_per_second", max), Chart("rivals-cpu", "cpu_per_gb", min)]

    def add_pictures(name, pairs_of):
        for rival, pairs in pairs_of.items():
            table.add_pairs(f"{name}, {rival}", "MB/s", "mb_per_second", pairs, max)
            table.add_pairs(f"{name}, {rival}", "server CPU s/GB", "cpu_per_gb", pairs, min)
        for chart in charts:
            chart.take(name, pairs_of)

    with contenders(build, folder) as (ours, theirs):
        if not theirs:
            return
        guest = Guest(build, folder)

        def plain(c, node, size):
            return Client(build, "read", c.server.port, node, size, 1, SECONDS)

        def secured(c, node):
            return Client(build, "read", *guest.files[:2], c.certificate, c.server.port, ENCRYPT, node, 1, SECONDS,
                          program="bench_sealed_client")

        for name, size in PICTURES.items():
            add_pictures(name, in_turn(ours, theirs, lambda c: plain(c, c.nodes[size], size)))
        for name, size in PICTURES.items():
            add_pictures(f"{name}, encrypted", in_turn(ours, theirs, lambda c: secured(c, c.nodes[size])))
        for rival, pairs in in_turn(ours, theirs, lambda c: plain(c, STATE, 0)).items():
            table.add_pairs(f"ServerStatus.State, {rival}", "reads/s", "per_second", pairs, max)
            table.add_pairs(f"ServerStatus.State, {rival}", "server CPU us", "cpu_us", pairs, min)
    for chart in charts:
        chart.give(table)
