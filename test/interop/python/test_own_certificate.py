# SPDX-License-Identifier: Apache-2.0
"""The end of the server's certificate: the next one takes its place, and nobody who is in notices."""

import datetime

from asyncua import ua
from clients import AsyncTestCase, eventually, make_client
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from security import Home, now
from server import Server
from test_security_matrix import secured

LEFT = datetime.timedelta(seconds=8)
NEWS = 10


class Switch(AsyncTestCase):
    def shorten(self, folder):
        """The certificate that the server made, with the same key, of ten days that are nearly over."""
        path = folder / "certificate.der"
        made = x509.load_der_x509_certificate(path.read_bytes())
        key = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
        builder = (
            x509.CertificateBuilder()
            .subject_name(made.subject)
            .issuer_name(made.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now() - datetime.timedelta(days=10))
            .not_valid_after(now() + LEFT)
        )
        for extension in made.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
        return path

    async def test_a_subscription_goes_on_and_new_clients_come(self):
        home = self.enterContext(Home())
        identity = home.identity(trusted=True)
        with Server(home=home.path):
            pass
        folder = home.state / "own"
        path = self.shorten(folder)
        old = path.read_bytes()
        with Server(home=home.path) as server:
            async with await secured(server, identity) as client:
                news = []

                class Handler:
                    def datachange_notification(self, node, value, data):
                        news.append(value)

                async def replaced():
                    return "the next one has taken its place" in server.text()

                async def told_more():
                    return len(news) >= count + NEWS

                self.assertEqual(client.security_policy.peer_certificate, old)
                next_one = (folder / "next.der").read_bytes()
                subscription = await client.create_subscription(100, Handler())
                await subscription.subscribe_data_change(
                    client.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)
                )
                await eventually(replaced)
                count = len(news)
                await eventually(told_more)
                self.assertEqual(path.read_bytes(), next_one)
                offered = await make_client(server).connect_and_get_server_endpoints()
                self.assertEqual({e.ServerCertificate for e in offered}, {next_one})
                async with await secured(server, identity) as newcomer:
                    await newcomer.nodes.server_state.read_value()
                await client.nodes.server_state.read_value()
