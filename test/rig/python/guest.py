# SPDX-License-Identifier: Apache-2.0
"""The rig's virtual machine with the real server inside (guest/serve.sh), and a hand in there."""

import asyncio
import os
import pathlib
import subprocess
import time

from asyncua import ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from cryptography.x509.oid import ExtendedKeyUsageOID
from server import SANITIZER, free_port, wait_until

RIG = pathlib.Path(__file__).resolve().parent.parent
SERVER_PORT = 4840

# A busy machine takes several times as long as an idle one: none of these is reached unless something is wrong.
LIMIT = 420  # seconds of life, however the tests go
BOOT_SECONDS = 120
ANSWER_SECONDS = 120
STOP_SECONDS = 60

APPLICATION_URI = "urn:rig:client"

# The guest ends with us, whatever becomes of us.
TIED = ["setpriv", "--pdeathsig", "TERM", "--"]


class Operator:
    """Takes the place of a Guest for clients who may also write: guest/serve.sh knows their certificate."""

    def __init__(self, guest):
        self.guest = guest
        self.url = guest.url

    async def introduce(self, client):
        client.application_uri = APPLICATION_URI
        certificate, key = self.guest.out / "client.der", self.guest.out / "client.pem"
        await client.set_security(SecurityPolicyBasic256Sha256, certificate, key, mode=ua.MessageSecurityMode.Sign)
        await client.load_client_certificate(certificate)
        await client.load_private_key(key)


class Guest:
    """`with Guest(OUT, UACAM, UVCSIM, PICTURES) as guest:` takes the place of a Server of the interop tests."""
    def __init__(self, out, *arguments):
        self.out = pathlib.Path(out)
        self.arguments = [str(a) for a in arguments]
        self.port = free_port()

    def url(self, path="", host="127.0.0.1"):
        return f"opc.tcp://{host}:{self.port}{path}"

    async def introduce(self, client):
        """As nobody."""

    async def _make_certificates(self):
        """Of both sides: in the guest a key takes its time."""
        for name, uri, use in (
            ("client", APPLICATION_URI, ExtendedKeyUsageOID.CLIENT_AUTH),
            ("server", "urn:rig:uacam", ExtendedKeyUsageOID.SERVER_AUTH),
        ):
            files = self.out / f"{name}.pem", self.out / f"{name}.der"
            await setup_self_signed_certificate(*files, uri, "rig", [use], {"commonName": name})

    def __enter__(self):
        self.out.mkdir(parents=True, exist_ok=True)
        for old in self.out.iterdir():
            if old.is_file():
                old.unlink()
        asyncio.run(self._make_certificates())
        script = RIG / "guest" / "serve.sh"
        environment = {**os.environ, "RIG_LIMIT": str(LIMIT), "RIG_FORWARD": f"{self.port}:{SERVER_PORT}"}
        with open(self.out / "console.log", "w") as console:
            self.process = subprocess.Popen(
                [*TIED, RIG / "vm" / "run", script, self.out, *self.arguments],
                env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT,
            )
        try:
            wait_until(self._is_ready, BOOT_SECONDS, "the server in the guest")
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, kind, *_):
        if kind:
            self._kill()
        else:
            self.stop()

    def _check_alive(self):
        if self.process.poll() is not None:
            console = (self.out / "console.log").read_text()
            raise RuntimeError(f"the guest is gone: {console}\n{self.log()}")

    def log(self):
        """What the server has written."""
        path = self.out / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _is_ready(self):
        self._check_alive()
        return "is ready" in self.log()

    def run(self, commands):
        """Runs them in the guest's shell and gives what they print; they must succeed."""
        answered = self.out / "answered"
        draft = self.out / "draft"
        draft.write_text(commands + "\n")
        draft.rename(self.out / "ask")

        def look():
            self._check_alive()
            return answered.exists()

        wait_until(look, ANSWER_SECONDS, commands)
        code = answered.read_text().strip()
        answered.unlink()
        answer = (self.out / "answer").read_text(errors="replace")
        if code != "0":
            raise RuntimeError(f"{commands}\nended with {code}: {answer}")
        return answer

    def stop(self):
        """The server ends cleanly upon SIGTERM, without a word of a sanitizer, and the guest with it."""
        self.run("kill $server")
        self.process.wait(STOP_SECONDS)
        console = (self.out / "console.log").read_text()
        assert self.process.returncode == 0, console
        assert not SANITIZER.search(self.log()), self.log()

    def _kill(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(STOP_SECONDS)
