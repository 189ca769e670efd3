# SPDX-License-Identifier: Apache-2.0
"""Follows docs/security.md as a person would: each command as it stands there, but for names, port and thumbprints."""

import hashlib
import os
import pathlib
import re
import subprocess

from asyncua import ua
from clients import AsyncTestCase, camera_of, connected
from security import Home, network_address
from server import PASSWORD, SANITIZER, UACAM, Server, clean_environment, run
from test_security_matrix import secured

DOCUMENT = pathlib.Path(__file__).parents[3] / "docs/security.md"
CLIENT, SERVER = "3f2a91b0c4d5", "5d1c07aa93e2"  # thumbprints in the document
PLACE = "CAMERA-MACHINE:4840"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)


def commands():
    return [line for block in blocks("sh") for line in block.splitlines()]


class Document(AsyncTestCase):
    def setUp(self):
        self.home = self.enterContext(Home())
        self.person = self.enterContext(Home())
        self.done = []

    def type(self, command, home, fails=False, **names):
        """A line of the document, with the names of here; what it prints."""
        self.assertIn(command, commands())
        self.done.append(command)
        for there, here in names.items():
            command = command.replace({"client": CLIENT, "server": SERVER, "place": PLACE}[there], here)
        environment = clean_environment(home.path)
        environment["PATH"] = os.path.dirname(UACAM) + os.pathsep + environment["PATH"]
        done = subprocess.run(
            ["sh", "-c", command], env=environment, cwd=home.path, input=PASSWORD + "\n", capture_output=True, text=True, timeout=60
        )
        self.assertNotRegex(done.stderr, SANITIZER)
        self.assertEqual(done.returncode, 1 if fails else 0, f"{command}\n{done.stderr}")
        return done.stdout + done.stderr

    async def four_steps(self, server, address):
        identity = self.home.identity("UaExpert@PC")
        self.type("uacam user add anna --role operator", self.home)
        client = await secured(server, identity, policy="Aes256_Sha256_RsaPss", host=address)
        client.set_user("anna")
        client.set_password(PASSWORD)
        own = hashlib.sha1(self.home.server_certificate()).hexdigest()
        self.assertIn(own, self.type("uacam cert show", self.home))
        with self.assertRaises(Exception):
            await client.connect()
        shown = next(line.strip() for line in DOCUMENT.read_text().splitlines() if line.startswith("    192.0.2.9: closed"))
        expected = shown.replace("192.0.2.9", address).replace(CLIENT, identity.thumbprint[: len(CLIENT)])
        server.wait_for_line(expected, 5)
        self.type(f"uacam trust add {CLIENT}", self.home, client=identity.thumbprint[: len(CLIENT)])
        client = await secured(server, identity, policy="Aes256_Sha256_RsaPss", host=address)
        client.set_user("anna")
        client.set_password(PASSWORD)
        async with client:
            await client.nodes.server_state.read_value()
        return identity

    def commands_as_clients(self, server, address):
        place = f"{address}:{server.port}"
        get = [line for line in commands() if line.startswith("uacam get")]
        said = self.type(get[0], self.person, fails=True, place=place)
        thumbprint = re.search(r"uacam trust add --server (\w{12})", said)[1]
        self.assertIn(thumbprint, self.type("uacam cert show", self.home))
        self.type(f"uacam trust add --server {SERVER}", self.person, server=thumbprint)
        said = self.type(get[1], self.person, fails=True, place=place)
        self.home.command(*re.search(r"`uacam (trust add \w{12})`", said)[1].split())
        self.type(get[1], self.person, place=place)
        self.assertEqual(pathlib.Path(self.person.path, "picture.jpg").read_bytes()[:2], b"\xff\xd8")

    async def test_from_first_start_to_the_last_line(self):
        address = network_address()
        with Server(home=self.home.path, users=()) as server:
            self.assertIn("uacam user add NAME --role operator", server.text())
            identity = await self.four_steps(server, address)
            self.commands_as_clients(server, address)
            for line in commands():
                if line.startswith("uacam user") and "anna" not in line:
                    self.type(line, self.home)
            self.assertIn(identity.thumbprint, self.type("uacam trust list", self.home))
            self.type("uacam trust rejected", self.home)
            self.type(f"uacam trust remove {CLIENT}", self.home, client=identity.thumbprint[: len(CLIENT)])
        self.assertEqual(set(commands()), set(self.done))

    async def test_the_first_table(self):
        address = network_address()
        with Server("sim:") as server:
            async with camera_of(server) as camera:
                await camera.value("CameraImage")
                status = await camera.write("Settings/JpegQuality", 50, ua.VariantType.Byte)
                self.assertEqual(status.name, "BadUserAccessDenied")
            for user in (None, "operator"):
                with self.assert_fault("BadSecurityPolicyRejected"):
                    async with connected(server, host=address, user=user):
                        pass
        with Server("sim:", options=["--open"]) as server:
            async with connected(server, host=address) as (client, _):
                await client.nodes.server_state.read_value()
            self.assertRegex(server.text(), "(?m)^warning .*everybody")

    async def test_the_configuration(self):
        (text,) = blocks("yaml")
        path = pathlib.Path(self.home.path, "a.yaml")
        path.write_text(text)
        code, out, err = run("config", "show", "-c", str(path))
        self.assertEqual(code, 0, err)
        for line in text.splitlines()[1:]:
            self.assertIn(line.split("#")[0].strip(), out)
        with Server("sim:", config=text) as server:
            with self.assert_fault("BadSecurityPolicyRejected"):
                async with connected(server):
                    pass

    def test_every_block_is_run(self):
        self.assertEqual(set(re.findall(r"^```(.+)$", DOCUMENT.read_text(), re.M)), {"sh", "yaml"})
