# SPDX-License-Identifier: Apache-2.0
"""Requests that are malformed, huge, deep, or out of place."""

import random
import struct

import wire
from hostile_case import IMAGE, MODEL, HostileCase
from wire import f64, i32, numeric, text, u8, u16, u32

QUALITY = wire.named("Cameras/sim/Settings/JpegQuality")
LONGEST = 2**31 - 1
MALFORMED = ("BadDecodingError", "BadEncodingLimitsExceeded")


def write_body(variant):
    """A Write of JpegQuality."""
    return i32(1) + QUALITY + u32(13) + text(None) + u8(1) + variant


class Services(HostileCase):
    def setUp(self):
        self.client = self.connection().log_in()

    def test_what_is_not_offered(self):
        for encoding in (1, 488, 494, 500, 506, 615, 621, 664, 700, 9999, 65535):
            self.assert_fault(self.client.ask(encoding, bytes(20)), "BadServiceUnsupported")
            self.assert_served(self.client)

    def test_type_ids_that_are_none(self):
        header = wire.request_header(self.client.session)
        for type_id in (numeric(631, 3), wire.named("ReadRequest", 0), numeric(2**32 - 1), b"\4\0\0" + bytes(16), numeric(wire.READ_RESPONSE)):
            self.client.send(self.client.message(type_id + header + wire.read_body([wire.read_value_id(MODEL)])))
            self.assert_fault(self.client.answer(), "BadServiceUnsupported", "BadDecodingError")

    def test_requests_cut_short(self):
        whole = self.client.service(wire.READ, wire.read_body([wire.read_value_id(MODEL)]))
        for length in range(len(whole)):
            self.client.send(self.client.message(whole[:length]))
            self.assert_fault(self.client.answer(), "BadDecodingError")
        self.assert_served(self.client)

    def test_requests_with_something_behind_them(self):
        body = wire.read_body([wire.read_value_id(MODEL)])
        encoding, status, _ = self.client.ask(wire.READ, body + bytes(1000))
        if encoding == wire.SERVICE_FAULT:
            self.assertEqual(wire.name(status), "BadDecodingError")
        self.assert_served(self.client)

    def test_arrays_of_2_to_the_31(self):
        for count in (LONGEST, LONGEST - 1, 2**30, 2**24, 10**6):
            self.assert_fault(self.client.ask(wire.READ, f64(0) + u32(2) + i32(count)), *MALFORMED, "BadTooManyOperations")
            self.assert_fault(self.client.ask(wire.WRITE, i32(count)), *MALFORMED, "BadTooManyOperations")
            self.assert_fault(self.client.ask(wire.CALL, i32(count)), *MALFORMED, "BadTooManyOperations")
            for kind in range(1, 26):
                variant = u8(kind | 0x80) + i32(count) + bytes(8)
                self.assert_fault(self.client.ask(wire.WRITE, write_body(variant)), *MALFORMED)
        self.assert_served(self.client)

    def test_negative_arrays_are_null_arrays(self):
        for count in (-1, -2, -(2**31)):
            answer = self.client.ask(wire.READ, f64(0) + u32(2) + i32(count))
            self.assert_fault(answer, "BadNothingToDo", "BadDecodingError")

    def test_strings_of_2_to_the_31(self):
        for length in (LONGEST, 2**24, 1000):
            node = b"\3" + u16(2) + i32(length) + b"abc"
            self.assert_fault(self.client.ask(wire.READ, f64(0) + u32(2) + i32(1) + node), *MALFORMED)
            for kind in (12, 15, 16):
                self.assert_fault(self.client.ask(wire.WRITE, write_body(u8(kind) + i32(length) + b"x")), *MALFORMED)

    def test_deep_variants(self):
        for depth in (10000, 1000, 101):
            self.assert_fault(self.client.ask(wire.WRITE, write_body(wire.nested_variants(depth))), *MALFORMED)
        encoding, status, reader = self.client.ask(wire.WRITE, write_body(wire.nested_variants(20)))
        self.assertEqual((encoding, status, reader.i32()), (wire.WRITE_RESPONSE, 0, 1))
        self.assertEqual(wire.name(reader.u32()), "BadUserAccessDenied")

    def test_deep_structures_of_other_kinds(self):
        inner = b"\x40" * 10000 + b"\0"  # DiagnosticInfo in DiagnosticInfo
        values = (u8(23) + u8(1)) * 10000 + u8(3) + u8(7)  # DataValue in Variant in DataValue
        for variant in (u8(25) + inner, values):
            self.assert_fault(self.client.ask(wire.WRITE, write_body(variant)), *MALFORMED)

    def test_matrices_that_are_none(self):
        for dimensions in ([65536, 65536], [2**31 - 1] * 4, [0, 5], [-1, -1], [3], [2] * 31):
            variant = u8(3 | 0xC0) + i32(4) + bytes(4) + wire.array([i32(d) for d in dimensions])
            encoding, status, _ = self.client.ask(wire.WRITE, write_body(variant))
            self.assertIn((encoding, wire.name(status)), [(wire.SERVICE_FAULT, "BadDecodingError"), (wire.WRITE_RESPONSE, wire.name(0))])
        self.assert_served(self.client)

    def test_types_that_are_none(self):
        for kind in (26, 31, 32, 63):
            for bits in (0, 0x80, 0xC0):
                encoding, status, _ = self.client.ask(wire.WRITE, write_body(u8((kind | bits) & 0xFF) + i32(1) + bytes(8)))
                self.assertIn(encoding, (wire.SERVICE_FAULT, wire.WRITE_RESPONSE))
        for kind in range(6, 64):
            node = u8(kind) + bytes(20)
            self.assert_fault(self.client.ask(wire.READ, wire.read_body([wire.read_value_id(node)])), "BadDecodingError")

    def test_nodes_that_are_none(self):
        nodes = [
            wire.named("Cameras/none/CameraImage"),
            wire.named("x" * 60_000),
            wire.named(""),
            wire.named(None),
            wire.named("Cameras/sim/CameraImage\0"),
            wire.named("Cameras/sim/CameraImage", 0),
            wire.named("Cameras/sim/CameraImage", 65535),
            numeric(2**32 - 1, 65535),
            b"\4\2\0" + bytes(16),
            b"\5\2\0" + text(bytes(500)),
            wire.NULL_ID,
        ]
        for node in nodes:
            status, value = self.client.read(node)
            self.assertEqual((wire.name(status), value), ("BadNodeIdUnknown", None))

    def test_numbers_that_are_none(self):
        nan, infinite = struct.pack("<d", float("nan")), f64(float("-inf"))
        wish = i32(1) + wire.read_value_id(MODEL)
        for age in (nan, infinite, f64(-1.0)):
            self.assert_fault(self.client.ask(wire.READ, age + u32(2) + wish), "BadMaxAgeInvalid")
        for timestamps in (4, 99, 2**31, 2**32 - 1):
            answer = self.client.ask(wire.READ, f64(0) + u32(timestamps) + wish)
            self.assert_fault(answer, "BadTimestampsToReturnInvalid", "BadDecodingError")

    def test_writing_what_is_not_writable(self):
        nodes = [IMAGE, MODEL, numeric(2256), numeric(2254), numeric(84)]
        for node in nodes:
            body = i32(1) + node + u32(13) + text(None) + u8(1) + u8(12) + text("x")
            encoding, status, reader = self.client.ask(wire.WRITE, body)
            self.assertEqual((encoding, status, reader.i32()), (wire.WRITE_RESPONSE, 0, 1))
            self.assertIn(wire.name(reader.u32()), ("BadNotWritable", "BadAttributeIdInvalid"))

    def test_a_long_request_is_taken(self):
        """3.9 MB are below the ceiling."""
        body = write_body(u8(15) + text(bytes(3_900_000)))
        service = self.client.service(wire.WRITE, body)
        words, parts = b"", [service[at : at + 60000] for at in range(0, len(service), 60000)]
        for i, part in enumerate(parts):
            words += self.client.message(part, b"F" if i == len(parts) - 1 else b"C")
            self.client.request -= i < len(parts) - 1
        self.client.send(words)
        encoding, status, reader = self.client.answer()
        self.assertEqual((encoding, status, reader.i32()), (wire.WRITE_RESPONSE, 0, 1))
        self.assertEqual(wire.name(reader.u32()), "BadUserAccessDenied")


class Limits(HostileCase):
    """The client's own limits bound what it gets."""

    BMP = wire.named("Cameras/sim/CameraImageBmp")

    def test_responses_larger_than_the_client_takes(self):
        for limits in (dict(message=200_000), dict(chunks=2), dict(message=16384, receive=8192), dict(chunks=1)):
            client = self.connection().log_in(**limits)
            answer = client.ask(wire.READ, wire.read_body([wire.read_value_id(self.BMP)]))
            self.assert_fault(answer, "BadResponseTooLarge")
            status, model = client.read(MODEL)
            self.assertEqual((status, bool(model)), (0, True))

    def test_small_chunks(self):
        client = self.connection().log_in(receive=8192, send=8192)
        client.send(client.message(client.service(wire.READ, wire.read_body([wire.read_value_id(self.BMP)]))))
        lengths, whole = [], b""
        while True:
            kind, body = client.receive_frame()
            lengths.append(8 + len(body))
            whole += body[16:]
            if kind == b"MSGF":
                break
        self.assertLessEqual(max(lengths), 8192)
        self.assertGreater(len(lengths), 640 * 480 * 3 // 8192)
        reader = wire.Reader(whole)
        self.assertEqual((reader.encoding_id(), reader.response_header(), reader.i32()), (wire.READ_RESPONSE, 0, 1))
        status, bmp = reader.data_value()
        self.assertEqual((status, bmp[:2], len(bmp)), (0, b"BM", struct.unpack("<I", bmp[2:6])[0]))


class Sessions(HostileCase):
    def test_no_picture_before_activation(self):
        for client in (self.connection().open(), self.connection().open().create_session()):
            answer = client.ask(wire.READ, wire.read_body([wire.read_value_id(IMAGE)]))
            self.assert_fault(answer, "BadSessionIdInvalid", "BadSessionNotActivated")

    def test_tokens_of_others(self):
        client = self.connection().log_in()
        right = client.session
        for token in (wire.NULL_ID, numeric(1), numeric(2**32 - 1), wire.named("x"), b"\5\0\0" + text(bytes(32)), right[:-1] + bytes([right[-1] ^ 1])):
            client.session = token
            answer = client.ask(wire.READ, wire.read_body([wire.read_value_id(MODEL)]))
            self.assert_fault(answer, "BadSessionIdInvalid")
        client.session = self.bystander.session  # of another channel
        answer = client.ask(wire.READ, wire.read_body([wire.read_value_id(MODEL)]))
        self.assert_fault(answer, "BadSecureChannelIdInvalid", "BadSessionIdInvalid")
        self.assert_fault(client.ask(wire.CLOSE_SESSION, u8(1)), "BadSecureChannelIdInvalid", "BadSessionIdInvalid")

    def test_identities_that_are_none(self):
        empty = text(None) + text(None) + i32(-1) + i32(-1)
        name = numeric(324) + b"\1" + text(text("anonymous") + text("root") + text("secret") + text(None))
        certificate = numeric(327) + b"\1" + text(text("x") + text(bytes(900)))
        unknown = numeric(9999) + b"\1" + text(bytes(12))
        broken = numeric(321) + b"\1" + text(b"\xff\xff")
        for identity in (name, certificate, unknown, broken):
            client = self.connection().open().create_session()
            answer = client.ask(wire.ACTIVATE_SESSION, empty + identity + text(None) + text(None))
            self.assert_fault(answer, "BadIdentityTokenInvalid", "BadIdentityTokenRejected", "BadDecodingError")
            answer = client.ask(wire.READ, wire.read_body([wire.read_value_id(IMAGE)]))
            self.assert_fault(answer, "BadSessionNotActivated", "BadSessionIdInvalid")

    def test_a_closed_session_is_closed(self):
        client = self.connection().log_in()
        encoding, status, _ = client.ask(wire.CLOSE_SESSION, u8(1))
        self.assertEqual((encoding, status), (wire.CLOSE_SESSION_RESPONSE, 0))
        self.assert_fault(client.ask(wire.CLOSE_SESSION, u8(1)), "BadSessionIdInvalid")

    def test_sessions_that_nobody_activates_lock_out_nobody(self):
        """More than the server has room for, from one channel: the oldest go."""
        client = self.connection().open()
        for _ in range(1100):
            client.session = wire.NULL_ID
            client.create_session()
        client.activate_session()
        self.assert_served(client)


class Mutations(HostileCase):
    """Right requests with a few bytes changed, always the same ones."""

    def test_changed_bytes(self):
        dice = random.Random(20240229)
        bodies = [
            (wire.READ, wire.read_body([wire.read_value_id(MODEL), wire.read_value_id(IMAGE, index_range="0:5")], 1e9)),
            (wire.WRITE, write_body(u8(3) + u8(85))),
            (wire.WRITE, write_body(wire.nested_variants(5))),
            (wire.CALL, i32(1) + wire.named("Cameras/sim") + wire.named("Cameras/sim/Snapshot") + i32(0)),
            (wire.BROWSE, wire.NULL_ID + bytes(8) + u32(0) + u32(5) + i32(1) + numeric(85) + u32(0) + numeric(33) + b"\1" + u32(0) + u32(63)),
        ]
        client = wire.Connection(self.server.port).log_in()
        for i in range(1500):
            encoding, body = dice.choice(bodies)
            words = bytearray(client.service(encoding, body))
            for _ in range(dice.choice((1, 1, 2, 5))):
                words[dice.randrange(len(words))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
            try:
                client.send(client.message(bytes(words)))
                client.receive_body()
            except (wire.Refused, ConnectionError):
                client.socket.close()
                client = wire.Connection(self.server.port).log_in()
        client.socket.close()
