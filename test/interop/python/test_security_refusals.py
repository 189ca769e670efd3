# SPDX-License-Identifier: Apache-2.0
"""Clients that are not let in, as asyncua sees it, and what the log says; who comes from elsewhere; who may do what."""

import contextlib
import datetime
import re

from asyncua import Client, ua
from clients import AsyncTestCase, Camera, NAMESPACE
from security import DAY, ISSUING, SIGNING_ONLY, Home, Identity, network_address
from server import PASSWORD, Server
from test_security_matrix import SecureCase, secured

V = ua.VariantType


class RefusalCase(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = cls.enterClassContext(Home())
        cls.server = cls.enterClassContext(Server("sim:", home=cls.home.path))

    async def refused(self, identity, status, *reasons):
        """What the client learns; the log has all these words in one line."""
        before = len(self.server.lines)
        client = await secured(self.server, identity)
        with self.assert_fault(status):
            async with client:
                pass
        return self.server.wait_for_line_after(before, *reasons)

    async def welcome(self, identity):
        async with await secured(self.server, identity) as client:
            self.assertEqual(await client.nodes.server_state.read_value(), 0)


class Certificates(RefusalCase):
    async def test_trusted_and_yet_not_good(self):
        soon, past = datetime.timedelta(hours=2), -datetime.timedelta(hours=2)
        cases = {
            "expired": ({"begins": -3 * DAY, "ends": past}, "was good until"),
            "not yet valid": ({"begins": soon, "ends": 3 * DAY}, "is not good before"),
            "weak key": ({"bits": 1024}, "key of 1024 bits"),
            "for signing only": ({"usage": SIGNING_ONLY}, "the key usage of certificate"),
            "for issuing only": ({"usage": ISSUING}, "the key usage of certificate"),
        }
        for name, (more, reason) in cases.items():
            with self.subTest(name):
                identity = self.home.identity(name.replace(" ", "-"), **more)
                self.home.put(identity.certificate_path, "trusted/certs")
                await self.refused(identity, "BadSecurityChecksFailed", reason)

    async def test_wrong_application_uri(self):
        identity = self.home.identity("uri", trusted=True)
        identity.uri = "urn:another"
        reason = "its ApplicationUri is not that of its certificate"
        await self.refused(identity, "BadCertificateUriInvalid", reason)

    async def test_stranger(self):
        """Kept for a person to look at; the very line of the log lets it in, and the server is not restarted."""
        stranger = self.home.identity("stranger")
        line = await self.refused(stranger, "BadSecurityChecksFailed", '"stranger" is not trusted', "to let it in: ")
        self.assertIn(stranger.thumbprint, self.home.rejected())
        command = re.search(r"to let it in: uacam (trust add [0-9a-f]+)", line)[1]
        self.assertTrue(stranger.thumbprint.startswith(command.split()[-1]))
        self.home.command(*command.split())
        await self.welcome(stranger)
        self.assertNotIn(stranger.thumbprint, self.home.rejected())
        self.home.command("trust", "remove", stranger.thumbprint)
        await self.refused(stranger, "BadSecurityChecksFailed", '"stranger" is not trusted')

    async def test_command_is_for_the_server_that_refused(self):
        """With a state folder of its own the line names the configuration."""
        with Home() as home:
            config = f"state:\n  folder: {home.path}/elsewhere\n"
            with Server("sim:", config=config, home=home.path) as server:
                stranger = home.identity("stranger")
                with self.assert_fault("BadSecurityChecksFailed"):
                    async with await secured(server, stranger):
                        pass
                line = server.wait_for_line("to let it in: ", 20)
                command = re.search(r"to let it in: uacam (trust add .*?) \(", line)[1]
                home.command(*command.split())
                async with await secured(server, stranger):
                    pass


class Authorities(RefusalCase):
    async def test_unknown_authority(self):
        client = self.home.authority("unknown").issue("unknown-client")
        await self.refused(client, "BadSecurityChecksFailed", "the issuer of certificate", "is unknown")

    async def test_untrusted_authority(self):
        """Good to build a chain with, trusted for nothing."""
        authority = self.home.authority("issuer")
        self.home.put(authority.certificate_path, "issuers/certs")
        self.home.put(authority.revocation_list(), "issuers/crl")
        await self.refused(authority.issue("issued"), "BadSecurityChecksFailed", '"issued" is not trusted')

    async def test_false_authority(self):
        """Has the name of a trusted one, not its key."""
        true, false = self.home.authority("twin"), self.home.authority("twin")
        self.home.put(true.certificate_path, "trusted/certs")
        self.home.put(true.revocation_list(), "trusted/crl")
        await self.refused(false.issue("forged"), "BadSecurityChecksFailed", "the signature of certificate", "is wrong")

    async def test_revoked(self):
        authority = self.home.authority("root")
        good, bad = authority.issue("good"), authority.issue("bad")
        self.home.put(authority.certificate_path, "trusted/certs")
        await self.refused(good, "BadSecurityChecksFailed", "there is no current revocation list of")
        self.home.put(authority.revocation_list(), "trusted/crl")
        await self.welcome(good)
        await self.welcome(bad)
        self.home.command("trust", "add", str(authority.revocation_list(bad)))
        await self.welcome(good)
        await self.refused(bad, "BadSecurityChecksFailed", '"bad" is revoked')

    async def test_issued_by_a_mere_client(self):
        client = self.home.identity("mere-client", trusted=True)
        issued = Identity(self.home.folder, "grandchild", issuer=client)
        await self.refused(issued, "BadSecurityChecksFailed", '"mere-client" may not issue others')


class Network(AsyncTestCase):
    """Peers that come by an address of the network."""

    def setUp(self):
        self.home = self.enterContext(Home())
        self.identity = self.home.identity(trusted=True)
        self.home.add_user("alice", "operator")
        self.host = network_address()

    def serve(self, **more):
        return self.enterContext(Server("sim:", home=self.home.path, **more))

    @contextlib.asynccontextmanager
    async def camera(self, server, identity=None, user=None):
        if identity:
            client = await secured(server, identity, host=self.host)
        else:
            client = Client(server.url(host=self.host), timeout=20, watchdog_intervall=20)
        if user:
            client.set_user(user)
            client.set_password(PASSWORD)
        async with client:
            yield Camera(client, await client.get_namespace_index(NAMESPACE))

    async def refused(self, server, status, reason, **who):
        with self.assert_fault(status):
            async with self.camera(server, **who):
                pass
        server.wait_for_line(reason, 20)

    async def test_closed_by_default(self):
        server = self.serve()
        plain = Client(server.url(host=self.host), timeout=20)
        endpoints = await plain.connect_and_get_server_endpoints()
        self.assertTrue(await plain.connect_and_find_servers())
        self.assertEqual({e.SecurityMode.name for e in endpoints}, {"Sign", "SignAndEncrypt"})
        tokens = {t.TokenType.name for e in endpoints for t in e.UserIdentityTokens}
        self.assertEqual(tokens, {"UserName", "Certificate"})
        self.assertTrue(all(self.host in e.EndpointUrl for e in endpoints))
        reason = "no session without encryption from there"
        await self.refused(server, "BadSecurityPolicyRejected", reason)
        await self.refused(server, "BadSecurityPolicyRejected", reason, user="alice")
        reason = "this endpoint takes no user tokens of this kind"
        await self.refused(server, "BadIdentityTokenRejected", reason, identity=self.identity)
        stranger = self.home.identity("stranger")
        await self.refused(server, "BadSecurityChecksFailed", "is not trusted", identity=stranger, user="alice")
        async with self.camera(server, self.identity, "alice") as camera:
            self.assertEqual((await camera.value("CameraImage"))[:2], b"\xff\xd8")
            self.assertEqual((await camera.write("Settings/JpegQuality", 70, V.Byte)).name, "Good")

    async def test_open(self):
        """Everybody looks, nobody sets anything; the log warns."""
        server = self.serve(options=["--open"])
        server.wait_for_line("open: everybody who reaches this port sees the pictures, without encryption", 20)
        for who in ({}, {"identity": self.identity}):
            async with self.camera(server, **who) as camera:
                self.assertEqual((await camera.value("CameraImage"))[:2], b"\xff\xd8")
                for path in ("Settings/JpegQuality", "Settings/AcquisitionFrameRate"):
                    status = (await camera.write(path, 20, V.Byte)).name
                    self.assertEqual(status, "BadUserAccessDenied", path)
                self.assertEqual((await camera.call("Snapshot")).StatusCode.name, "BadUserAccessDenied")
        await self.refused(
            server, "BadIdentityTokenRejected", "this endpoint takes no user tokens of this kind", user="alice"
        )

    async def test_nothing_without_encryption(self):
        """security.none: never holds for this machine too, but for the list of endpoints."""
        server = self.serve(config="security:\n  none: never\n  policies: [Aes256_Sha256_RsaPss]\n")
        for host in ("127.0.0.1", self.host):
            plain = Client(server.url(host=host), timeout=20)
            endpoints = await plain.connect_and_get_server_endpoints()
            uris = {e.SecurityPolicyUri.split("#")[1] for e in endpoints}
            self.assertEqual(uris, {"Aes256_Sha256_RsaPss"})
            with self.assert_fault("BadSecurityPolicyRejected"):
                async with plain:
                    pass


class Roles(SecureCase):
    """What each role may do, and what it is told that it may do."""

    @classmethod
    def furnish(cls):
        for role in ("observer", "administrator"):
            cls.home.add_user(role, role)

    @contextlib.asynccontextmanager
    async def camera_for(self, role):
        client = await secured(self.server, self.client)
        if role != "anonymous":
            client.set_user(role)
            client.set_password(PASSWORD)
        async with client:
            yield Camera(client, await client.get_namespace_index(NAMESPACE))

    async def attribute(self, camera, node, attribute):
        return (await node.read_attribute(attribute)).Value.Value

    async def roles_of(self, camera, path):
        """{well-known role: permission bits} as UserRolePermissions tell."""
        rows = await self.attribute(camera, camera.node(path), ua.AttributeIds.UserRolePermissions)
        return {row.RoleId.Identifier: row.Permissions for row in rows}

    async def test_what_each_role_may(self):
        for role in ("anonymous", "observer", "operator", "administrator"):
            may_set = role in ("operator", "administrator")
            with self.subTest(role=role):
                async with self.camera_for(role) as camera:
                    self.assertEqual((await camera.value("CameraImage"))[:2], b"\xff\xd8")
                    expected = "Good" if may_set else "BadUserAccessDenied"
                    quality, snapshot = camera.node("Settings/JpegQuality"), camera.node("Snapshot")
                    self.assertEqual((await camera.write("Settings/JpegQuality", 60, V.Byte)).name, expected)
                    self.assertEqual((await camera.call("Snapshot")).StatusCode.name, expected)
                    level = await self.attribute(camera, quality, ua.AttributeIds.AccessLevel)
                    mine = await self.attribute(camera, quality, ua.AttributeIds.UserAccessLevel)
                    self.assertEqual((level & 3, mine & 3), (3, 3 if may_set else 1))
                    self.assertTrue(await self.attribute(camera, snapshot, ua.AttributeIds.Executable))
                    executable = await self.attribute(camera, snapshot, ua.AttributeIds.UserExecutable)
                    self.assertEqual(executable, may_set)
                    permissions = await self.roles_of(camera, "Settings/JpegQuality")
                    bits = 0
                    for more in permissions.values():
                        bits |= more
                    self.assertEqual(bool(bits & 0x40), may_set, permissions)

    async def test_a_user_is_changed_while_the_server_runs(self):
        """The next login counts."""
        self.home.command("user", "role", "observer", "operator")
        try:
            async with self.camera_for("observer") as camera:
                self.assertEqual((await camera.write("Settings/JpegQuality", 61, V.Byte)).name, "Good")
        finally:
            self.home.command("user", "role", "observer", "observer")
        async with self.camera_for("observer") as camera:
            self.assertEqual((await camera.write("Settings/JpegQuality", 62, V.Byte)).name, "BadUserAccessDenied")
        self.home.add_user("gone")
        async with self.camera_for("gone"):
            pass
        self.home.command("user", "remove", "gone")
        with self.assert_fault("BadUserAccessDenied"):
            async with self.camera_for("gone"):
                pass
