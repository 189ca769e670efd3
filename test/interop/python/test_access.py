# SPDX-License-Identifier: Apache-2.0
"""Who is let in by the commands that people type: our own clients against the running server, and what changes while
somebody is in."""

import os
import socket
import subprocess
import tempfile
from unittest import mock

from asyncua import ua
from clients import AsyncTestCase, Camera, NAMESPACE, connected, eventually, make_client
from security import Home, network_address
from server import PASSWORD, SANITIZER, UACAM, Server, clean_environment
from test_security_matrix import secured

DONE, FAILED = 0, 1
POLICIES = ("Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss")


class AccessCase(AsyncTestCase):
    def setUp(self):
        self.home = self.enterContext(Home())
        self.person = self.enterContext(tempfile.TemporaryDirectory(prefix="uacam-interop-"))

    def type(self, *arguments, typed="", code=DONE, **environment):
        """What a person at another machine types; what it says on stderr."""
        done = subprocess.run(
            [UACAM, *arguments], env={**clean_environment(self.person), **environment}, input=typed,
            capture_output=True, text=True, timeout=60,
        )
        self.assertNotRegex(done.stderr, SANITIZER)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def get(self, server, *options, host="127.0.0.1", code=DONE, **more):
        path = os.path.join(self.person, "x.jpg")
        err = self.type("get", server.url(host=host), "-o", path, *options, code=code, **more)
        if code == DONE:
            with open(path, "rb") as f:
                self.assertEqual(f.read(2), b"\xff\xd8")
            os.remove(path)
        return err

    def advised(self, err):
        """The command that a message tells to type, without its first word."""
        (command,) = [c for c in err.replace("`", "\n").splitlines() if c.strip().startswith("uacam trust add")]
        return command.split()[1:]

    def introduce(self, server, host="127.0.0.1"):
        """Both sides trust each other, each by the command that a message told."""
        wishes = ("--security", "encrypt", "--user", "anna")
        err = self.get(server, *wishes, typed=PASSWORD, host=host, code=FAILED)
        self.assertIn("not trusted yet", err)
        self.type(*self.advised(err.replace("then: ", "\n")))
        err = self.get(server, *wishes, typed=PASSWORD, host=host, code=FAILED)
        self.assertIn("does not trust this program yet", err)
        command = self.advised(err)
        self.assertIn(" ".join(["uacam", *command]), server.text())
        self.home.command(*command)


class Commands(AccessCase):
    async def test_every_policy_and_mode(self):
        self.home.add_user("anna", "operator")
        with Server(home=self.home.path) as server:
            self.introduce(server)
            for policy in POLICIES:
                for mode in ("sign", "encrypt"):
                    self.get(server, "--security", mode, "--policy", policy)
                    self.get(server, "--security", mode, "--policy", policy, "--user", "anna", typed=PASSWORD + "\n")
            self.get(server, "--user", "anna", UACAM_PASSWORD=PASSWORD)

    async def test_wrong_words(self):
        self.home.add_user("anna", "operator")
        with Server(home=self.home.path) as server:
            self.introduce(server)
            for user, words in (("anna", "another word"), ("eve", PASSWORD), ("anna", "")):
                err = self.get(server, "--user", user, typed=words + "\n", code=FAILED)
                self.assertIn("name or password is wrong (Bad_UserAccessDenied)", err)

    async def test_from_the_network(self):
        host = network_address()
        self.home.add_user("anna", "observer")
        with Server(home=self.home.path) as server:
            self.assertIn("--user NAME", self.get(server, host=host, code=FAILED))
            self.assertIn("without encryption", self.get(server, "--security", "none", host=host, code=FAILED))
            self.introduce(server, host)
            self.get(server, "--user", "anna", typed=PASSWORD, host=host)
            self.assertIn("--user NAME", self.get(server, host=host, code=FAILED))

    async def test_by_a_name_that_its_certificate_does_not_hold(self):
        """Trusted or not: the program does not even show itself."""
        other = "127.0.0.9"
        self.home.add_user("anna", "operator")
        with Server(home=self.home.path) as server:
            self.introduce(server)
            before = len(server.lines)
            for wishes in ((), ("--user", "anna")):
                err = self.get(server, "--security", "encrypt", *wishes, host=other, typed=PASSWORD, code=FAILED)
                self.assertIn(f"is not for host {other}", err)
                self.assertIn("security.host_names", err)
            self.assertEqual([line for line in server.lines[before:] if "audit" in line], [])
            self.get(server, "--security", "encrypt", "--user", "anna", typed=PASSWORD)

    async def test_a_server_of_one_s_own_is_known(self):
        with Server(home=self.person) as server:
            self.assertIn("does not trust", self.get(server, "--security", "encrypt", code=FAILED))

    async def test_watch_and_bench(self):
        self.home.add_user("anna", "observer")
        with Server(home=self.home.path) as server:
            self.introduce(server)
            secured = ("--security", "encrypt", "--user", "anna")
            self.type("watch", server.url(), "--count", "2", "--interval", "0", *secured, typed=PASSWORD)
            self.type("bench", server.url(), "--seconds", "1", *secured, typed=PASSWORD)

    async def test_wrong_wishes(self):
        for options, words in ((("--security", "much"), "none, sign or encrypt"), (("--policy", "Basic256"), "Aes256_Sha256_RsaPss")):
            err = self.type("get", "opc.tcp://127.0.0.1", "-o", "x", *options, code=2)
            self.assertIn(words, err)


class Changes(AccessCase):
    """A running server notices."""

    async def until_closed(self, client):
        async def closed():
            try:
                await client.nodes.server_state.read_value()
                return False
            except (ua.UaError, ConnectionError, TimeoutError):
                return True

        await eventually(closed)

    async def test_who_is_trusted_no_more_is_out(self):
        stays, goes = self.home.identity("stays", trusted=True), self.home.identity("goes", trusted=True)
        with Server(home=self.home.path) as server:
            first, second = await secured(server, stays), await secured(server, goes)
            await first.connect()
            await second.connect()
            self.home.command("trust", "remove", goes.thumbprint[:8])
            await self.until_closed(second)
            await first.nodes.server_state.read_value()
            await first.disconnect()

    async def test_users_who_are_removed_or_change_are_out(self):
        self.home.add_user("anna", "operator")
        self.home.add_user("bob", "operator")
        self.home.add_user("carl", "operator")
        with Server(home=self.home.path) as server:
            clients = {}
            for name in ("anna", "bob", "carl"):
                clients[name] = make_client(server, user=name)
                await clients[name].connect()
            self.home.command("user", "remove", "anna")
            self.home.command("user", "role", "bob", "observer")
            await self.until_closed(clients["anna"])
            await self.until_closed(clients["bob"])
            await clients["carl"].nodes.server_state.read_value()
            await clients["carl"].disconnect()
            with self.assert_fault("BadUserAccessDenied"):
                await make_client(server, user="anna").connect()
            client = make_client(server, user="bob")
            async with client:
                camera = Camera(client, await client.get_namespace_index(NAMESPACE))
                status = await camera.write("Settings/JpegQuality", 50, ua.VariantType.Byte)
                self.assertEqual(status.name, "BadUserAccessDenied")

    async def test_users_who_come_later(self):
        with Server(home=self.home.path, users=()) as server:
            with self.assert_fault("BadUserAccessDenied"):
                await make_client(server, user="anna").connect()
            self.home.add_user("anna")
            async with connected(server, user="anna"):
                pass

    async def test_a_file_of_users_that_is_wrong_lets_nobody_in(self):
        self.home.add_user("anna")
        with Server(home=self.home.path) as server:
            (self.home.state / "users").write_text("anna:observer\n")
            with self.assert_fault("BadUserAccessDenied"):
                await make_client(server, user="anna").connect()
            server.wait_for_line("nobody can log in", 5)


def resolve(name, *more, known=socket.getaddrinfo, **options):
    """The network has a new name for this machine."""
    return known("127.0.0.1" if name == "uacam.test" else name, *more, **options)


class Names(AccessCase):
    @mock.patch("socket.getaddrinfo", resolve)
    async def test_clients_keep_the_certificate_that_they_know(self):
        """The next one is for those who come by a name that only it has; it has the same key."""
        identity = self.home.identity(trusted=True)
        with Server(home=self.home.path):
            pass
        first = self.home.server_certificate()
        with Server(home=self.home.path, config="security:\n  host_names: uacam.test\n") as server:
            self.assertIn("new names", server.text())
            following = (self.home.state / "own/next.der").read_bytes()
            self.assertEqual(self.home.server_certificate(), first)
            self.assertNotEqual(following, first)
            for host, expected in (("127.0.0.1", first), ("uacam.test", following), (network_address(), first)):
                endpoints = await make_client(server, host=host).connect_and_get_server_endpoints()
                self.assertEqual({e.ServerCertificate for e in endpoints}, {expected}, host)
            for host in ("127.0.0.1", "uacam.test"):
                async with await secured(server, identity, host=host) as client:
                    await client.nodes.server_state.read_value()
