# SPDX-License-Identifier: Apache-2.0
"""Secured chunks that are not as they should be: one and the same answer to the peer, the reason in the log."""

import contextlib
import hashlib
import os
import pathlib
import re
import unittest

import wire
from clients import ANY_AGE
from hostile_case import MODEL
from sealed import SIGN, SIGN_AND_ENCRYPT, Sealed
from security import DAY, SIGNING_ONLY, Home
from server import Server
from test_bytes import noise_jpeg
from wire import u8, u32

SECURITY_FAILED = wire.frame(b"ERRF", u32(wire.STATUS["BadSecurityChecksFailed"]) + wire.text(None))
CLEAR = 16  # bytes of a chunk before what is sealed


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


class SealedCase(unittest.TestCase):
    """Two clients that are trusted, and one that only looks on."""

    CAMERA = "sim:"

    @classmethod
    def setUpClass(cls):
        cls.home = cls.enterClassContext(Home())
        cls.identity = cls.home.identity(trusted=True)
        cls.other = cls.home.identity("other", trusted=True)
        cls.furnish()
        cls.server = cls.enterClassContext(Server(cls.CAMERA, home=cls.home.path))
        cls.server_certificate = cls.home.server_certificate()
        cls.bystander = cls.enterClassContext(cls.sealed()).log_in()

    @classmethod
    def furnish(cls):
        pass

    @classmethod
    def sealed(cls, identity=None, **more):
        return Sealed(cls.server.port, identity or cls.identity, cls.server_certificate, **more)

    def connection(self, identity=None, **more):
        return self.enterContext(self.sealed(identity, **more))

    def tearDown(self):
        self.doCleanups()
        self.assertEqual(self.bystander.read(MODEL)[0], 0)

    def last_bytes(self, connection):
        """All that comes before the server closes."""
        data = b""
        with contextlib.suppress(ConnectionError):
            while more := connection.socket.recv(65536):
                data += more
        return data

    @contextlib.contextmanager
    def logged(self, part):
        """The server tells this in a line of its own."""
        before = len(self.server.lines)
        yield
        self.server.wait_for_line_after(before, part)


class Chunks(SealedCase):
    def chunk(self, connection, **more):
        return connection.message(connection.service(wire.READ, wire.read_body([wire.read_value_id(MODEL)])), **more)

    def assert_thrown_out(self, connection, data, reason="a chunk is not as its sender sealed it"):
        with self.logged(reason):
            connection.send(data)
            self.assertEqual(self.last_bytes(connection), SECURITY_FAILED)

    def test_every_part_of_a_chunk_is_sealed(self):
        """Sequence header, body, padding, signature; and the clear parts that nothing else checks."""
        for mode in (SIGN, SIGN_AND_ENCRYPT):
            length = len(self.chunk(self.connection(mode=mode).log_in()))
            for at in (CLEAR, CLEAR + 4, CLEAR + 20, length - 40, length - 32, length - 1):
                with self.subTest(mode=mode, at=at):
                    connection = self.connection(mode=mode).log_in()
                    self.assert_thrown_out(connection, flipped(self.chunk(connection), at))

    def test_wrong_signature_and_wrong_padding_look_the_same(self):
        """The second with a signature that is right: who can tell them apart can decrypt (a padding oracle)."""
        cases = {
            "wrong signature": "signature",
            "padding too long": lambda fill: u8(255) * (fill + 1),
            "one wrong byte": lambda fill: u8(fill ^ 1) + u8(fill) * fill,
            "no padding": lambda fill: os.urandom(fill) + u8(0xF0 + fill % 16),
        }
        for name, bad in cases.items():
            with self.subTest(name):
                connection = self.connection().log_in()
                self.assert_thrown_out(connection, self.chunk(connection, bad=bad))

    def test_cut_chunks(self):
        """Their length is told rightly: no whole blocks, no room for a signature, nothing at all."""
        for left in (-1, -16, 48, 32, 17, 16):
            with self.subTest(left=left):
                connection = self.connection().log_in()
                cut = self.chunk(connection)[:left] if left < 0 else self.chunk(connection)[: CLEAR + left]
                self.assert_thrown_out(connection, cut[:4] + u32(len(cut)) + cut[8:])

    def test_a_chunk_in_the_clear(self):
        connection = self.connection().log_in()
        self.assert_thrown_out(connection, wire.Connection.message(connection, connection.service(wire.READ)))

    def test_replayed_chunk(self):
        for mode in (SIGN, SIGN_AND_ENCRYPT):
            connection = self.connection(mode=mode).log_in()
            chunk = self.chunk(connection)
            connection.send(chunk)
            self.assertEqual(connection.answer()[1], 0)
            with self.logged("sequence number"):
                connection.send(chunk)
                self.assertEqual(self.last_bytes(connection), SECURITY_FAILED)

    def test_chunk_of_another_channel(self):
        """Sealed for one, sent into another."""
        one, two = self.connection().log_in(), self.connection().log_in()
        with self.logged(f"a chunk is for SecureChannel {one.channel}"):
            two.send(self.chunk(one))
            with self.assertRaises(wire.Refused) as caught:
                two.receive_frame()
        self.assertEqual(wire.name(caught.exception.status), "BadTcpSecureChannelUnknown")
        one.send(self.chunk(two, channel=one.channel, token=two.token))
        with self.assertRaises(wire.Refused) as caught:
            one.receive_frame()
        self.assertEqual(wire.name(caught.exception.status), "BadSecurityChecksFailed")

    def test_old_token(self):
        """It is good until the new one is used, not after."""
        connection = self.connection().log_in()
        old = connection.token
        connection.renew()
        connection.send(self.chunk(connection, token=old))
        self.assertEqual(connection.answer()[1], 0)
        self.assertEqual(connection.read(MODEL)[0], 0)
        with self.logged(f"a chunk has token {old}"):
            connection.send(self.chunk(connection, token=old))
            with self.assertRaises(wire.Refused) as caught:
                connection.receive_frame()
        self.assertEqual(wire.name(caught.exception.status), "BadSecureChannelTokenUnknown")

    def test_old_keys_under_the_new_token(self):
        connection = self.connection().log_in()
        old = connection.token
        connection.renew()
        connection.keys[connection.token] = connection.keys[old]
        self.assert_thrown_out(connection, self.chunk(connection))


class Openings(SealedCase):
    def assert_thrown_out(self, make, reason):
        connection = self.connection().greet()
        with self.logged(reason):
            connection.send(make(connection))
            self.assertEqual(self.last_bytes(connection), SECURITY_FAILED)

    def test_each_reason_has_the_same_answer(self):
        broken = "OPN is not as its sender sealed it for us"
        stranger = self.home.identity("stranger")
        cases = {
            "encrypted part": (lambda c: flipped(c.open_channel(), -300), broken),
            "another's key": (lambda c: c.open_channel(key=self.other.key), broken),
            "another's certificate": (lambda c: c.open_channel(sender=self.other.der), broken),
            "not trusted, key not shown": (lambda c: c.open_channel(sender=stranger.der), broken),
            "for another server": (
                lambda c: c.open_channel(receiver=hashlib.sha1(b"another").digest()),
                "OPN is for another certificate than ours",
            ),
            "no certificate": (lambda c: c.open_channel(sender=b""), "certificate"),
            "no certificate at all": (lambda c: c.open_channel(sender=os.urandom(900)), "certificate"),
        }
        for name, (make, reason) in cases.items():
            with self.subTest(name):
                self.assert_thrown_out(make, reason)
        self.assertNotIn(stranger.thumbprint, self.home.rejected())

    def test_each_fault_of_a_certificate_has_the_same_answer(self):
        """By somebody who has the key to it, and trusted here but for what is wrong with it."""
        authority = self.home.authority()
        revoked = authority.issue("revoked")
        self.home.put(authority.certificate_path, "trusted/certs")
        self.home.put(authority.revocation_list(revoked), "trusted/crl")
        cases = {
            "is not trusted": self.home.identity("self-signed"),
            "the issuer of certificate": self.home.authority("unknown").issue("issued"),
            "is revoked": revoked,
            "was good until": self.home.identity("expired", begins=-3 * DAY, ends=-DAY),
            "is not good before": self.home.identity("early", begins=DAY),
            "key of 1024 bits": self.home.identity("weak", bits=1024),
            "the key usage of certificate": self.home.identity("usage", usage=SIGNING_ONLY),
        }
        for reason in list(cases)[3:]:
            self.home.put(cases[reason].certificate_path, "trusted/certs")
        for reason, identity in cases.items():
            with self.subTest(reason), self.logged(reason):
                connection = self.connection(identity).greet()
                connection.send(connection.open_channel())
                self.assertEqual(self.last_bytes(connection), SECURITY_FAILED)

    def test_renewal_by_another(self):
        connection = self.connection().log_in()
        with self.logged("OPN comes with another certificate than before"):
            connection.send(connection.open_channel(kind=1, sender=self.other.der, key=self.other.key))
            self.assertEqual(self.last_bytes(connection), SECURITY_FAILED)

    def test_renewal_with_less_security(self):
        connection = self.connection().log_in()
        connection.send(connection.open_channel(kind=1, mode=SIGN))
        with self.assertRaises(wire.Refused) as caught:
            connection.receive_frame()
        self.assertEqual(wire.name(caught.exception.status), "BadSecurityModeRejected")

    def test_replayed_opening(self):
        """In a connection of its own it opens a channel that the thief has no keys to."""
        victim = self.connection().greet()
        opening = victim.open_channel()
        victim.send(opening)
        victim.opened()
        thief = self.connection().greet()
        thief.send(opening)
        kind, _ = wire.Connection.receive_frame(thief)
        self.assertEqual(kind, b"OPNF")
        thief.keys, thief.token, thief.channel = victim.keys, victim.token, victim.channel + 1
        with self.assertRaises(wire.Refused):
            thief.create_session()
        victim.create_session().activate_session()


class Unread(SealedCase):
    """Many that ask for large pictures and take none of them."""

    SIZE = 6_000_000
    CROWD = 40
    EACH = 3  # pictures: more than is sealed for one alone
    POOL_KB = 64 * 1024  # for all together
    PIECE_KB = 1100  # for each, on top
    OTHERS_KB = 16 * 1024

    @classmethod
    def furnish(cls):
        cls.picture = noise_jpeg(cls.SIZE)
        path = pathlib.Path(cls.home.path, "large.jpg")
        path.write_bytes(cls.picture)
        cls.CAMERA = f"file:{path}"

    def setUp(self):
        name = re.search(r"camera: (file-large\S+):", self.server.text())[1]
        self.node = wire.named(f"Cameras/{name}/CameraImage")

    def tearDown(self):
        self.doCleanups()
        self.assert_served()

    def assert_served(self):
        self.assertTrue(self.bystander.read(self.node, ANY_AGE) == (0, self.picture))

    def test_sealed_for_many(self):
        crowd = [self.connection(receive_buffer=4096).log_in() for _ in range(self.CROWD)]
        self.assert_served()
        self.server.forget_peak()
        before = self.server.memory_kb("VmHWM")
        for connection in crowd:
            for _ in range(self.EACH):
                wish = wire.read_body([wire.read_value_id(self.node)], ANY_AGE)
                connection.send(connection.message(connection.service(wire.READ, wish)))
        for _ in range(10):
            self.assert_served()
        grown = self.server.memory_kb("VmHWM") - before
        self.assertLess(grown, self.POOL_KB + self.CROWD * self.PIECE_KB + self.OTHERS_KB)
        for connection in crowd[:2] + crowd[-2:]:
            for _ in range(self.EACH):
                _, status, reader = connection.answer()
                self.assertEqual((status, reader.i32()), (0, 1))
                self.assertTrue(reader.data_value() == (0, self.picture))
