# SPDX-License-Identifier: Apache-2.0
"""OPC UA binary by hand, from Part 6 alone: enough to speak rightly, and wrongly, to a server."""

import socket
import struct
import time

EPOCH = 116444736000000000  # 1970 in DateTime

# Binary encoding ids (Part 6 §A)
SERVICE_FAULT = 397
GET_ENDPOINTS = 428
OPEN_CHANNEL, OPEN_CHANNEL_RESPONSE = 446, 449
CLOSE_CHANNEL = 452
CREATE_SESSION, CREATE_SESSION_RESPONSE = 461, 464
ACTIVATE_SESSION, ACTIVATE_SESSION_RESPONSE = 467, 470
CLOSE_SESSION, CLOSE_SESSION_RESPONSE = 473, 476
BROWSE, BROWSE_RESPONSE = 527, 530
READ, READ_RESPONSE = 631, 634
WRITE, WRITE_RESPONSE = 673, 676
CALL, CALL_RESPONSE = 712, 715

STATUS = {
    "BadDecodingError": 0x80070000,
    "BadEncodingLimitsExceeded": 0x80080000,
    "BadServiceUnsupported": 0x800B0000,
    "BadNothingToDo": 0x800F0000,
    "BadTooManyOperations": 0x80100000,
    "BadTimeout": 0x800A0000,
    "BadSecureChannelClosed": 0x80860000,
    "BadSecureChannelIdInvalid": 0x80220000,
    "BadSecureChannelTokenUnknown": 0x80870000,
    "BadSecurityChecksFailed": 0x80130000,
    "BadSecurityPolicyRejected": 0x80550000,
    "BadSecurityModeRejected": 0x80540000,
    "BadSequenceNumberInvalid": 0x80880000,
    "BadSessionIdInvalid": 0x80250000,
    "BadSessionNotActivated": 0x80270000,
    "BadIdentityTokenInvalid": 0x80200000,
    "BadIdentityTokenRejected": 0x80210000,
    "BadNodeIdUnknown": 0x80340000,
    "BadProtocolVersionUnsupported": 0x80BE0000,
    "BadTcpMessageTypeInvalid": 0x807E0000,
    "BadTcpSecureChannelUnknown": 0x807F0000,
    "BadTcpMessageTooLarge": 0x80800000,
    "BadTcpNotEnoughResources": 0x80810000,
    "BadTcpEndpointUrlInvalid": 0x80830000,
    "BadTypeMismatch": 0x80740000,
    "BadRequestTypeInvalid": 0x80530000,
    "BadTimestampsToReturnInvalid": 0x802B0000,
    "BadMaxAgeInvalid": 0x80700000,
    "BadTooManySessions": 0x80560000,
    "BadIndexRangeInvalid": 0x80360000,
    "BadAttributeIdInvalid": 0x80350000,
    "BadNotWritable": 0x803B0000,
    "BadContinuationPointInvalid": 0x804A0000,
    "BadMethodInvalid": 0x80750000,
    "BadWriteNotSupported": 0x80730000,
    "BadResponseTooLarge": 0x80B90000,
    "BadApplicationSignatureInvalid": 0x80580000,
    "BadUserSignatureInvalid": 0x80570000,
    "BadUserAccessDenied": 0x801F0000,
    "BadNonceInvalid": 0x80240000,
    "BadCertificateUriInvalid": 0x80170000,
    "BadIdentityChangeNotSupported": 0x80C60000,
    "BadSessionClosed": 0x80260000,
}
NAMES = {value: name for name, value in STATUS.items()}


def name(status):
    return NAMES.get(status, f"{status:#010x}")


# ---- writing ----


def u8(n):
    return struct.pack("<B", n)


def u16(n):
    return struct.pack("<H", n)


def u32(n):
    return struct.pack("<I", n)


def i32(n):
    return struct.pack("<i", n)


def f64(n):
    return struct.pack("<d", n)


def text(value):
    """String or ByteString; None is null."""
    if value is None:
        return i32(-1)
    data = value.encode() if isinstance(value, str) else value
    return i32(len(data)) + data


def array(items):
    return i32(len(items)) + b"".join(items)


def numeric(number, namespace=0):
    """NodeId"""
    if namespace == 0 and number < 256:
        return b"\0" + u8(number)
    if namespace < 256 and number < 65536:
        return b"\1" + u8(namespace) + u16(number)
    return b"\2" + u16(namespace) + u32(number)


def named(identifier, namespace=2):
    """String NodeId"""
    return b"\3" + u16(namespace) + text(identifier)


NULL_ID = b"\0\0"
NO_OBJECT = NULL_ID + b"\0"  # null ExtensionObject
ANONYMOUS = numeric(321)


def request_header(token=NULL_ID, handle=1, timeout_ms=10000):
    now = EPOCH + int(time.time() * 1e7)
    return token + struct.pack("<q", now) + u32(handle) + u32(0) + text(None) + u32(timeout_ms) + NO_OBJECT


def hello(url="opc.tcp://localhost:4840", receive=65536, send=65536, message=0, chunks=0, version=0):
    return frame(b"HELF", struct.pack("<5I", version, receive, send, message, chunks) + text(url))


def frame(kind, body, length=None):
    """A transport message: its type with chunk letter, its length as it is or as told."""
    return kind + u32(8 + len(body) if length is None else length) + body


def read_value_id(node, attribute=13, index_range=None):
    return node + u32(attribute) + text(index_range) + u16(0) + text(None)


def read_body(nodes, max_age=0.0):
    return f64(max_age) + u32(2) + array(nodes)


# ---- reading ----


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise EOFError(f"{count} bytes at {self.at} of {len(self.data)}")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]

    def u8(self):
        return self.number("B")

    def u32(self):
        return self.number("I")

    def i32(self):
        return self.number("i")

    def text(self):
        count = self.i32()
        return None if count < 0 else self.take(count)

    def node_id(self):
        """Its bytes, to be given back."""
        start = self.at
        kind = self.u8() & 0x3F
        sizes = {0: 1, 1: 3, 2: 6, 4: 18}
        if kind in sizes:
            self.take(sizes[kind])
        else:
            self.take(2)
            self.text()
        return self.data[start : self.at]

    def encoding_id(self):
        kind = self.u8()
        if kind == 1:
            self.u8()
            return self.number("H")
        return self.u8() if kind == 0 else self.number("HI"[kind == 2])

    def response_header(self):
        """The service result."""
        self.take(12)
        status = self.u32()
        self.diagnostics()
        for _ in range(max(0, self.i32())):
            self.text()
        self.node_id()
        assert self.u8() == 0
        return status

    def diagnostics(self):
        assert self.u8() == 0

    def data_value(self):
        """(status, bytes): only Variants that hold a scalar ByteString or String are read to their end."""
        mask = self.u8()
        value, status = None, 0
        if mask & 1:
            kind = self.u8()
            assert kind in (12, 15), kind
            value = self.text()
        if mask & 2:
            status = self.u32()
        for bit, size in ((4, 8), (16, 2), (8, 8), (32, 2)):
            if mask & bit:
                self.take(size)
        return status, value


# ---- speaking ----


class Refused(Exception):
    """An ERR message."""

    def __init__(self, status, reason):
        super().__init__(f"{name(status)}: {reason}")
        self.status = status


class Connection:
    """A TCP connection with what one must count to be believed."""

    def __init__(self, port, seconds=20, host="127.0.0.1", receive_buffer=None, source=None):
        self.socket = socket.socket()
        if source:
            self.socket.bind((source, 0))
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(seconds)
        self.socket.connect((host, port))
        self.channel = self.token = self.sequence = self.request = 0
        self.session = NULL_ID

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive_exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise ConnectionResetError(f"closed with {len(data)} of {count} bytes")
            data += more
        return data

    def receive_frame(self):
        """(type with chunk letter, body); ERR is raised as Refused."""
        head = self.receive_exactly(8)
        kind, length = head[:4], struct.unpack("<I", head[4:])[0]
        body = self.receive_exactly(length - 8)
        if kind == b"ERRF":
            reader = Reader(body)
            raise Refused(reader.u32(), (reader.text() or b"").decode())
        return kind, body

    def receive_body(self):
        """(request id, body) of the next whole message."""
        whole = b""
        while True:
            kind, body = self.receive_frame()
            reader = Reader(body)
            reader.u32()
            if kind.startswith(b"OPN"):
                for _ in range(3):
                    reader.text()
            else:
                reader.u32()
            reader.u32()
            request = reader.u32()
            whole += body[reader.at :]
            if kind[3:] == b"A":
                raise Refused(Reader(whole).u32(), "aborted")
            if kind[3:] == b"F":
                return request, whole

    def is_closed(self):
        """Waits until the server closes: whatever comes before is read away."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionError:
            pass
        return True

    # ---- rightly ----

    def open(self, **limits):
        self.send(hello(**limits))
        kind, body = self.receive_frame()
        assert kind == b"ACKF", kind
        self.acknowledge = struct.unpack("<5I", body)
        self.send(self.open_channel())
        _, body = self.receive_body()
        reader = Reader(body)
        assert reader.encoding_id() == OPEN_CHANNEL_RESPONSE
        assert reader.response_header() == 0
        reader.u32()
        self.channel, self.token = reader.u32(), reader.u32()
        return self

    def count_up(self):
        self.sequence += 1
        self.request += 1
        return u32(self.sequence) + u32(self.request)

    def open_channel(self, policy="http://opcfoundation.org/UA/SecurityPolicy#None", mode=1, kind=0, lifetime=600000):
        body = numeric(OPEN_CHANNEL) + request_header() + u32(0) + u32(kind) + u32(mode) + text(None) + u32(lifetime)
        head = u32(self.channel) + text(policy) + text(None) + text(None)
        return frame(b"OPNF", head + self.count_up() + body)

    def message(self, body, letter=b"F", channel=None, token=None, sequence=None, kind=b"MSG"):
        """One chunk, right unless told otherwise."""
        counted = self.count_up()
        if sequence is not None:
            counted = u32(sequence) + counted[4:]
        head = u32(self.channel if channel is None else channel) + u32(self.token if token is None else token)
        return frame(kind + letter, head + counted + body)

    def service(self, encoding, body=b"", **header):
        return numeric(encoding) + request_header(self.session, **header) + body

    def ask(self, encoding, body=b"", **header):
        """(encoding id of the answer, its service result, Reader of the rest)."""
        self.send(self.message(self.service(encoding, body, **header)))
        return self.answer()

    def answer(self):
        _, received = self.receive_body()
        reader = Reader(received)
        encoding = reader.encoding_id()
        return encoding, reader.response_header(), reader

    def create_session(self, timeout_ms=60000.0):
        description = text("urn:test") + text(None) + b"\0" + u32(1) + text(None) + text(None) + i32(-1)
        body = description + text(None) + text("opc.tcp://localhost") + text("raw") + text(b"\0" * 32) + text(None)
        encoding, status, reader = self.ask(CREATE_SESSION, body + f64(timeout_ms) + u32(0))
        assert (encoding, status) == (CREATE_SESSION_RESPONSE, 0), (encoding, name(status))
        reader.node_id()
        self.session = reader.node_id()
        return self

    def activate_session(self):
        token = ANONYMOUS + b"\1" + text(text("anonymous"))
        encoding, status, _ = self.ask(ACTIVATE_SESSION, text(None) + text(None) + i32(-1) + i32(-1) + token + text(None) + text(None))
        assert (encoding, status) == (ACTIVATE_SESSION_RESPONSE, 0), (encoding, name(status))
        return self

    def log_in(self, **limits):
        return self.open(**limits).create_session().activate_session()

    def read(self, node, max_age=0.0, index_range=None):
        """(status, bytes) of a Value."""
        encoding, status, reader = self.ask(READ, read_body([read_value_id(node, index_range=index_range)], max_age))
        if encoding != READ_RESPONSE or status:
            raise Refused(status, "service fault")
        assert reader.i32() == 1
        return reader.data_value()


def nested_variants(depth):
    """A Variant that holds an array of one Variant that holds…; the innermost is a Byte."""
    return (u8(24 | 0x80) + i32(1)) * depth + u8(3) + u8(7)

