# SPDX-License-Identifier: Apache-2.0
"""Bytes that are no OPC UA, or break the rules of the transport and of the secure conversation."""

import random
import struct
import time

import wire
from hostile_case import MODEL, HostileCase
from wire import frame, hello, text, u32


class Greeting(HostileCase):
    def test_what_is_not_opc_ua(self):
        noise = random.Random(1).randbytes(5000)
        for words in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", noise, bytes(100), b"helF\x20\0\0\0"):
            with self.subTest(words=words[:8]):
                connection = self.connection()
                connection.send(words)
                self.assert_refused(connection, "BadTcpMessageTypeInvalid")

    def test_lengths_that_lie(self):
        cases = [
            (0, "BadDecodingError"),
            (7, "BadDecodingError"),
            (8, "BadDecodingError"),
            (20, "BadDecodingError"),
            (2**31, "BadTcpMessageTooLarge"),
            (2**32 - 1, "BadTcpMessageTooLarge"),
        ]
        for length, expected in cases:
            with self.subTest(length=length):
                connection = self.connection()
                connection.send(frame(b"HELF", hello()[8:], length))
                self.assert_refused(connection, expected)

    def test_wrong_hellos(self):
        sizes = struct.pack("<5I", 0, 65536, 65536, 0, 0)
        cases = [
            (frame(b"HELF", sizes + u32(2**31 - 1) + b"opc.tcp"), "BadDecodingError"),
            (frame(b"HELF", sizes + u32(100) + b"opc.tcp"), "BadDecodingError"),
            (hello(url="opc.tcp://" + "x" * 5000), "BadTcpEndpointUrlInvalid"),
            (hello(receive=0), "BadTcpNotEnoughResources"),
            (hello(send=1000), "BadTcpNotEnoughResources"),
        ]
        for words, expected in cases:
            connection = self.connection()
            connection.send(words)
            self.assert_refused(connection, expected)

    def test_odd_but_right_hellos(self):
        for words in (hello(version=2**32 - 1), hello(url=None), hello(url=""), hello(url="opc.tcp://\xff\0'\"<>")):
            connection = self.connection()
            connection.send(words)
            self.assertEqual(connection.receive_frame()[0], b"ACKF")

    def test_sizes_are_settled(self):
        connection = self.connection()
        connection.send(hello(receive=8192, send=2**32 - 1))
        _, body = connection.receive_frame()
        version, receive, send, _, _ = struct.unpack("<5I", body)
        self.assertEqual((version, send), (0, 8192))
        self.assertLessEqual(receive, 2**20)

    def test_messages_out_of_turn(self):
        for words in (
            hello() + hello(),
            hello() + frame(b"MSGF", bytes(24)),
            hello() + frame(b"CLOF", bytes(24)),
            frame(b"MSGF", bytes(24)),
            frame(b"OPNF", bytes(24)),
            frame(b"ACKF", bytes(20)),
            frame(b"ERRF", bytes(8)),
            frame(b"RHEF", text("urn:x") + text("opc.tcp://x")),
        ):
            with self.subTest(words=words[-60:]):
                connection = self.connection()
                connection.send(words)
                self.assert_refused(connection, "BadTcpMessageTypeInvalid", "BadTcpSecureChannelUnknown")

    def test_silence_is_not_waited_for(self):
        """Nothing at all, half a greeting, one that trickles in: all end after five seconds."""
        silent, half, trickle = (self.connection() for _ in range(3))
        half.send(hello()[:10])
        start = time.monotonic()
        words = hello()
        try:
            for at in range(len(words) - 1):
                trickle.send(words[at : at + 1])
                time.sleep(0.2)
        except ConnectionError:
            pass
        for connection in (silent, half, trickle):
            try:
                self.assert_refused(connection, "BadTimeout")
            except ConnectionError:
                self.assertIs(connection, trickle)  # reset: it was still talking
        self.assertGreater(time.monotonic() - start, 4)
        self.assertLess(time.monotonic() - start, 15)


class Opening(HostileCase):
    def greeted(self):
        connection = self.connection()
        connection.send(hello())
        connection.receive_frame()
        return connection

    def test_wrong_policies_and_modes(self):
        basic = "http://opcfoundation.org/UA/SecurityPolicy#Basic256"
        cases = [
            (dict(policy=basic), "BadSecurityPolicyRejected"),
            (dict(policy=""), "BadSecurityPolicyRejected"),
            (dict(policy="x" * 200), "BadSecurityPolicyRejected"),
            (dict(mode=0), "BadSecurityModeRejected"),
            (dict(mode=3), "BadSecurityModeRejected"),
            (dict(mode=99), "BadSecurityModeRejected"),
        ]
        for options, expected in cases:
            with self.subTest(options=options):
                connection = self.greeted()
                connection.send(connection.open_channel(**options))
                try:
                    _, body = connection.receive_body()
                    reader = wire.Reader(body)
                    self.assertEqual(reader.encoding_id(), wire.SERVICE_FAULT)
                    self.assertEqual(wire.name(reader.response_header()), expected)
                except wire.Refused as refused:
                    self.assertEqual(wire.name(refused.status), expected)

    def test_malformed_requests(self):
        none = text("http://opcfoundation.org/UA/SecurityPolicy#None")
        head = u32(0) + none + text(None) + text(None) + u32(1) + u32(1)
        for body in (
            head,
            head + b"\xff" * 40,
            head + wire.numeric(wire.READ) + wire.request_header(),
            u32(0) + u32(2**31 - 1),
            u32(0) + none + u32(2**31 - 1),
            u32(0) + none + text(b"\x30\x82\xff\xff") + text(bytes(20)) + u32(1) + u32(1),
            b"",
        ):
            connection = self.greeted()
            connection.send(frame(b"OPNF", body))
            self.assert_refused(connection, "BadDecodingError", "BadSecurityChecksFailed", "BadTcpSecureChannelUnknown")

    def test_opening_in_chunks(self):
        connection = self.greeted()
        words = connection.open_channel()
        connection.send(b"OPNC" + words[4:])
        self.assert_refused(connection, "BadTcpMessageTypeInvalid")

    def test_renewing_what_was_not_issued(self):
        connection = self.greeted()
        connection.send(connection.open_channel(kind=1))
        self.assert_refused(connection, "BadRequestTypeInvalid", "BadSecureChannelIdInvalid")

    def test_renewal_keeps_the_conversation(self):
        connection = self.connection().log_in()
        old = connection.token
        for _ in range(5):
            connection.send(connection.open_channel(kind=1))
            _, body = connection.receive_body()
            reader = wire.Reader(body)
            self.assertEqual(reader.encoding_id(), wire.OPEN_CHANNEL_RESPONSE)
            self.assertEqual(reader.response_header(), 0)
            reader.u32()
            self.assertEqual(reader.u32(), connection.channel)
            connection.token = reader.u32()
            self.assertNotEqual(connection.token, old)
            self.assert_served(connection)


class Chunks(HostileCase):
    def read_model(self, connection):
        return connection.service(wire.READ, wire.read_body([wire.read_value_id(MODEL)]))

    def test_wrong_numbers(self):
        cases = [
            (dict(channel=0), "BadTcpSecureChannelUnknown"),
            (dict(channel=2**32 - 1), "BadTcpSecureChannelUnknown"),
            (dict(token=0), "BadSecureChannelTokenUnknown"),
            (dict(token=99), "BadSecureChannelTokenUnknown"),
            (dict(sequence=0), "BadSecurityChecksFailed", "BadSequenceNumberInvalid"),
            (dict(sequence=1), "BadSecurityChecksFailed", "BadSequenceNumberInvalid"),
            (dict(sequence=1000), "BadSecurityChecksFailed", "BadSequenceNumberInvalid"),
        ]
        for options, *expected in cases:
            with self.subTest(options=options):
                connection = self.connection().log_in()
                connection.send(connection.message(self.read_model(connection), **options))
                self.assert_refused(connection, *expected)

    def test_another_clients_channel(self):
        connection = self.connection().log_in()
        connection.send(connection.message(self.read_model(connection), channel=self.bystander.channel))
        self.assert_refused(connection, "BadTcpSecureChannelUnknown")

    def test_unknown_chunk_letter(self):
        for letter in (b"X", b"f", b"\0"):
            connection = self.connection().log_in()
            connection.send(connection.message(self.read_model(connection), letter))
            self.assert_refused(connection, "BadTcpMessageTypeInvalid")

    def test_chunks_of_two_requests_mixed(self):
        connection = self.connection().log_in()
        body = self.read_model(connection)
        connection.send(connection.message(body[:20], b"C") + connection.message(body[20:], b"F"))
        self.assert_refused(connection, "BadSecurityChecksFailed")

    def pieces(self, connection, body, size):
        """One request in many chunks."""
        parts = [body[at : at + size] for at in range(0, len(body), size)]
        words = b""
        for i, part in enumerate(parts):
            words += connection.message(part, b"F" if i == len(parts) - 1 else b"C")
            connection.request -= 1
        connection.request += 1
        return words

    def test_chunks_of_one_byte(self):
        connection = self.connection().log_in()
        connection.send(self.pieces(connection, self.read_model(connection), 1))
        encoding, status, _ = connection.answer()
        self.assertEqual((encoding, status), (wire.READ_RESPONSE, 0))

    def test_bytes_that_trickle(self):
        connection = self.connection().log_in()
        for byte in connection.message(self.read_model(connection)):
            connection.send(bytes([byte]))
        encoding, status, _ = connection.answer()
        self.assertEqual((encoding, status), (wire.READ_RESPONSE, 0))

    def test_many_requests_in_one_go(self):
        connection = self.connection().log_in()
        connection.send(b"".join(connection.message(self.read_model(connection)) for _ in range(150)))
        for _ in range(150):
            encoding, status, _ = connection.answer()
            self.assertEqual((encoding, status), (wire.READ_RESPONSE, 0))

    def test_an_abort_forgets_the_request(self):
        connection = self.connection().log_in()
        begun = connection.message(self.read_model(connection)[:30], b"C")
        connection.request -= 1
        connection.send(begun + connection.message(u32(wire.STATUS["BadTimeout"]) + text("never mind"), b"A"))
        self.assert_served(connection)

    def test_malformed_chunks(self):
        connection = self.connection().log_in()
        for body in (b"", bytes(3), u32(connection.channel), u32(connection.channel) + u32(connection.token) + bytes(7)):
            connection = self.connection().log_in()
            body = u32(connection.channel) + body[4:] if len(body) >= 4 else body
            connection.send(frame(b"MSGF", body))
            self.assert_refused(connection, "BadDecodingError", "BadSecureChannelTokenUnknown")

    def test_chunks_larger_than_agreed(self):
        connection = self.connection().log_in()
        connection.send(frame(b"MSGF", bytes(100), connection.acknowledge[1] + 1))
        self.assert_refused(connection, "BadTcpMessageTooLarge")

    def test_messages_larger_than_allowed(self):
        connection = self.connection().log_in()
        try:
            for _ in range(200):
                connection.send(connection.message(bytes(60000), b"C"))
                connection.request -= 1
            self.assert_refused(connection, "BadTcpMessageTooLarge")
        except ConnectionError:
            pass

    def test_strangers_get_less(self):
        connection = self.connection().open()
        try:
            for _ in range(3):
                connection.send(connection.message(bytes(60000), b"C"))
                connection.request -= 1
            self.assert_refused(connection, "BadTcpMessageTooLarge")
        except ConnectionError:
            pass

    def test_endless_empty_chunks(self):
        connection = self.connection().log_in()
        try:
            for _ in range(5000):
                connection.send(connection.message(b"", b"C"))
                connection.request -= 1
            self.assert_refused(connection, "BadTcpMessageTooLarge", "BadDecodingError")
        except ConnectionError:
            pass

    def test_close_with_anything_in_it(self):
        for body in (b"", b"\xff" * 50):
            connection = self.connection().log_in()
            connection.send(connection.message(body, kind=b"CLO"))
            self.assertTrue(connection.is_closed())
