# SPDX-License-Identifier: Apache-2.0
"""The real uacam server as a child process: started on a free port, ended by SIGTERM, watched for sanitizer reports."""

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

UACAM = os.environ["UACAM"]
START_SECONDS = 60
STOP_SECONDS = 60
SANITIZER = re.compile(r"Sanitizer|runtime error:")

# Each test server knows a user for each role, of the same name and with this password.
ROLES = ("observer", "operator", "administrator")
PASSWORD = "a good password"
PASSWORD_HASH = "$y$j9T$lqHvuuDeGy3L9RtVFipZv.$/wmysc12/sInOItSCMjrB4AaunFJs5XW8OMmcPJ6vFC"

# The child dies with us, whatever becomes of us.
TIED = ["setpriv", "--pdeathsig", "KILL", "--"]


def free_port():
    """Below those that the kernel gives to connections, so that none of them takes it before the server does."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def clean_environment(home):
    """No configuration or state of whoever runs the tests."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    return {**keep, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home}


def add_users(home, names):
    """What `uacam user add` would write, without its time; unless there are users already."""
    path = os.path.join(home, "uacam/users")
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.writelines(f"{name}:{name}:{PASSWORD_HASH}:\n" for name in names)


def wait_until(condition, seconds, what):
    """Polls until condition() is true and returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Server:
    """`with Server("sim:") as server:` serves these cameras; `config` is the text of a configuration file, whose list of
    cameras is served when none are given here. `home` is a folder for configuration and state that outlives the
    server. `users` are those of ROLES that it knows. `command` is what it is run by."""

    def __init__(self, *cameras, config="", options=(), port=None, home=None, users=ROLES, command=()):
        self.cameras = cameras or (() if "cameras:" in config else ("sim:",))
        self.config = config
        self.options = list(options)
        self.command = list(command)
        self.users = users
        self.port = port or free_port()
        self.kept_home = home
        self.lines = []
        self.terminated = False

    def url(self, path="", host="127.0.0.1"):
        return f"opc.tcp://{host}:{self.port}{path}"

    async def introduce(self, client):
        """Tells a client who it is, before it connects: nobody."""

    def __enter__(self):
        self.home = self.kept_home or tempfile.mkdtemp(prefix="uacam-interop-")
        if self.users:
            add_users(self.home, self.users)
        command = [*TIED, *self.command, UACAM, "serve", "--port", str(self.port), *self.options]
        for camera in self.cameras:
            command += ["--camera", camera]
        if self.config:
            path = os.path.join(self.home, "test.yaml")
            with open(path, "w") as f:
                f.write(self.config)
            command += ["-c", path]
        self.process = subprocess.Popen(
            command, env=clean_environment(self.home), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self.reader = threading.Thread(target=self._read_stderr, daemon=True)
        self.reader.start()
        try:
            self.wait_for_line("is ready", START_SECONDS)
        except Exception:
            self._kill()
            raise
        return self

    def _read_stderr(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def text(self):
        return "\n".join(self.lines)

    def wait_for_line(self, part, seconds):
        def look():
            found = next((line for line in self.lines if part in line), None)
            if not found and self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.text()}")
            return found

        return wait_until(look, seconds, f"a line with '{part}' in\n{self.text()}")

    def wait_for_line_after(self, count, *parts):
        """A line after the first `count` that holds all these parts."""

        def look():
            return next((line for line in self.lines[count:] if all(part in line for part in parts)), None)

        return wait_until(look, START_SECONDS, f"a line with {parts} in\n{self.text()}")

    def memory_kb(self, field="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(re.search(rf"^{field}:\s+(\d+) kB", f.read(), re.M).group(1))

    def forget_peak(self):
        """VmHWM begins anew."""
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as f:
            f.write("5")

    def is_alive(self):
        return self.process.poll() is None

    def _kill(self):
        self.process.kill()  # nothing when it has ended
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()
        if not self.kept_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def terminate(self):
        if not self.terminated:
            self.process.send_signal(signal.SIGTERM)
        self.terminated = True

    def stop(self):
        """SIGTERM, a clean end, no word of a sanitizer."""
        self.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
            raise AssertionError(f"the server does not end:\n{self.text()}") from None
        self._kill()
        assert self.process.returncode == 0, f"exit code {self.process.returncode}:\n{self.text()}"
        assert not SANITIZER.search(self.text()), self.text()

    def __exit__(self, *_):
        self.stop()


def run(*arguments, seconds=60, home=None):
    """One uacam command to its end: (exit code, stdout, stderr)."""
    with tempfile.TemporaryDirectory(prefix="uacam-interop-") as own:
        done = subprocess.run(
            [UACAM, *arguments],
            env=clean_environment(home or own),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    assert not SANITIZER.search(done.stderr), done.stderr
    return done.returncode, done.stdout, done.stderr
