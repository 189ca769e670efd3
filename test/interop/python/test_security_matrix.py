# SPDX-License-Identifier: Apache-2.0
"""asyncua through every secured endpoint with every kind of user: the same pictures come out of each."""

import asyncio
import contextlib
import itertools

import sim_picture
from asyncua import Client, ua
from asyncua.crypto import security_policies as policies
from clients import AsyncTestCase, Camera, NAMESPACE, camera_of, eventually
from security import Home
from server import PASSWORD, Server
from test_subscriptions import Watch, numbers_of

POLICIES = {
    "Basic256Sha256": policies.SecurityPolicyBasic256Sha256,
    "Aes128_Sha256_RsaOaep": policies.SecurityPolicyAes128Sha256RsaOaep,
    "Aes256_Sha256_RsaPss": policies.SecurityPolicyAes256Sha256RsaPss,
}
MODES = {"Sign": ua.MessageSecurityMode.Sign, "SignAndEncrypt": ua.MessageSecurityMode.SignAndEncrypt}
TOKENS = ("Anonymous", "UserName", "X509")
SHORTEST_LIFETIME_MS = 10_000  # that the server grants
WIDTH, HEIGHT = 320, 240


async def secured(server, identity, policy="Basic256Sha256", mode="SignAndEncrypt", host="127.0.0.1"):
    """A client that is ready to connect."""
    client = Client(server.url(host=host), timeout=20, watchdog_intervall=20)
    client.application_uri = identity.uri
    await client.set_security(
        POLICIES[policy], identity.certificate_path, identity.key_path, mode=MODES[mode]
    )
    return client


async def log_in_as(client, token, user):
    if token == "UserName":
        client.set_user("operator")
        client.set_password(PASSWORD)
    elif token == "X509":
        await client.load_client_certificate(user.certificate_path)
        await client.load_private_key(user.key_path)


class SecureCase(AsyncTestCase):
    """A server that trusts one client and knows two users."""

    CAMERAS = (f"sim:?size={WIDTH}x{HEIGHT}&fps=30",)

    @classmethod
    def setUpClass(cls):
        cls.home = cls.enterClassContext(Home())
        cls.client = cls.home.identity(trusted=True)
        cls.person = cls.home.identity("person")
        cls.home.add_user("operator", "operator")
        cls.home.add_user("person", "operator", certificate=cls.person)
        cls.furnish()
        cls.server = cls.enterClassContext(Server(*cls.CAMERAS, home=cls.home.path))

    @classmethod
    def furnish(cls):
        pass

    @contextlib.asynccontextmanager
    async def camera(self, token="Anonymous", name="sim", **how):
        client = await secured(self.server, self.client, **how)
        await log_in_as(client, token, self.person)
        async with client:
            yield Camera(client, await client.get_namespace_index(NAMESPACE), name)
        await asyncio.sleep(0.01)  # until the socket is closed


class Matrix(SecureCase):
    async def check_picture(self, camera):
        """A BMP of several chunks, pixel by pixel."""
        pixels = sim_picture.decode(await camera.value("CameraImageBmp"), "BMP")
        expected = sim_picture.picture(sim_picture.frame_number(pixels), WIDTH, HEIGHT)
        self.assertEqual(pixels.shape, expected.shape)
        self.assertTrue((pixels == expected).all())

    async def check_browse(self, camera):
        names = {r.BrowseName.Name for r in await camera.node().get_references()}
        self.assertLessEqual({"CameraImage", "Snapshot", "Settings", "Status"}, names)

    async def check_subscription(self, camera):
        watch = await Watch(camera.client).open()
        item = await watch.item(camera.id("CameraImagePng"), queue=10)
        numbers = numbers_of(await watch.wait_for(item, 3), "PNG")
        self.assertEqual(numbers, sorted(set(numbers)))
        await watch.close()

    async def test_every_policy_mode_and_token(self):
        async with camera_of(self.server) as unsecured:
            for policy, mode, token in itertools.product(POLICIES, MODES, TOKENS):
                with self.subTest(policy=policy, mode=mode, token=token):
                    async with self.camera(token, policy=policy, mode=mode) as camera:
                        await self.check_picture(camera)
                        await self.check_browse(camera)
                        await self.check_subscription(camera)
                        await self.check_picture(unsecured)

    async def test_who_logged_in_is_told_to_the_log(self):
        async with self.camera("UserName"), self.camera("X509"):
            pass
        for name in ("operator", "person"):
            self.assertIn(f'login: user "{name}" from 127.0.0.1, operator', self.server.text())


class Tokens(SecureCase):
    async def test_renewal_during_a_subscription(self):
        """Pictures go on in order while the client renews as often as it can."""
        async with self.camera("UserName") as camera:
            watch = await Watch(camera.client).open()
            item = await watch.item(camera.id("CameraImagePng"), queue=10)
            tokens = set()
            for renewals in range(1, 8):
                await watch.wait_for(item, 5 * renewals)
                await camera.client.open_secure_channel(renew=True)
                camera.client.uaclient.revolve_security_token()
                tokens.add(camera.client.uaclient.protocol._connection.security_token.TokenId)
            numbers = numbers_of(await watch.wait_for(item, 45), "PNG")
            self.assertEqual(len(tokens), 7)
            self.assertEqual(numbers, sorted(set(numbers)))
            self.assertEqual(watch.status_changes(), [])

    async def test_shortest_lifetime(self):
        """Asks for a second, is given ten; renews by itself, once at least, while pictures go on."""
        client = await secured(self.server, self.client)
        client.secure_channel_timeout = 1000
        async with client:
            self.assertEqual(client.secure_channel_timeout, SHORTEST_LIFETIME_MS)
            camera = Camera(client, await client.get_namespace_index(NAMESPACE))
            watch = await Watch(client).open()
            item = await watch.item(camera.id("CameraImagePng"), queue=10)
            first = client.uaclient.protocol._connection.security_token.TokenId

            async def renewed():
                return client.uaclient.protocol._connection.security_token.TokenId != first

            await eventually(renewed)
            count = len(watch.values(item))
            numbers = numbers_of(await watch.wait_for(item, count + 5), "PNG")
            self.assertEqual(numbers, sorted(set(numbers)))

    async def test_session_moves_to_another_channel(self):
        """A new channel, the old session: its subscription goes on."""
        async with self.camera("UserName") as camera:
            watch = await Watch(camera.client).open()
            item = await watch.item(camera.id("CameraImagePng"), queue=10)
            await watch.wait_for(item, 3)
            client = camera.client
            session = client.uaclient.session.authentication_token
            client._renew_channel_task.cancel()
            client.disconnect_socket()
            reused = await client._try_reactivate_existing_session()
            self.assertTrue(reused)
            self.assertEqual(client.uaclient.session.authentication_token, session)
            count = len(watch.values(item))
            numbers = numbers_of(await watch.wait_for(item, count + 5), "PNG")
            self.assertEqual(numbers, sorted(set(numbers)))
