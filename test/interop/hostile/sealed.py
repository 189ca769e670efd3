# SPDX-License-Identifier: Apache-2.0
"""Basic256Sha256 by hand, from Part 6 §6.7 and Part 7 alone: enough to seal rightly, and wrongly."""

import hashlib
import hmac
import os

import wire
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from security import CLIENT_URI, Identity
from server import PASSWORD
from wire import Reader, f64, frame, i32, numeric, text, u8, u32

POLICY = "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_OAEP = "http://www.w3.org/2001/04/xmlenc#rsa-oaep"
SIGN, SIGN_AND_ENCRYPT = 2, 3
USER_NAME, X509 = numeric(324), numeric(327)
BLOCK, MAC = 16, 32
OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)


def sign(key, data):
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def encrypt_for(certificate, data):
    public = x509.load_der_x509_certificate(certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    most = public.key_size // 8 - 42
    return b"".join(public.encrypt(data[i : i + most], OAEP) for i in range(0, len(data), most))


def decrypt(key, data):
    size = key.key_size // 8
    return b"".join(key.decrypt(data[i : i + size], OAEP) for i in range(0, len(data), size))


class Keys:
    """What one side signs and encrypts with."""

    def __init__(self, secret, seed):
        stream, a = b"", seed
        while len(stream) < MAC + 32 + BLOCK:
            a = hmac.digest(secret, a, "sha256")
            stream += hmac.digest(secret, a + seed, "sha256")
        self.signing, self.encryption, self.iv = stream[:MAC], stream[MAC : MAC + 32], stream[MAC + 32 :][:BLOCK]

    def mac(self, data):
        return hmac.digest(self.signing, data, "sha256")

    def cipher(self):
        return Cipher(algorithms.AES(self.encryption), modes.CBC(self.iv))


class Sealed(wire.Connection):
    """A connection that is secured, as its client wishes."""

    def __init__(self, port, identity: Identity, server_certificate, mode=SIGN_AND_ENCRYPT, **more):
        super().__init__(port, **more)
        self.identity = identity
        self.server = server_certificate
        self.mode = mode
        self.keys = {}  # token -> (ours, the server's)
        self.server_nonce = b""

    # ---- chunks ----

    def seal_open(self, body, sender=None, receiver=None, key=None):
        """An OPN; each of the three may be another one's."""
        sender = self.identity.der if sender is None else sender
        receiver = hashlib.sha1(self.server).digest() if receiver is None else receiver
        clear = u32(self.channel) + text(POLICY) + text(sender) + text(receiver)
        key = key or self.identity.key
        plain = self.count_up() + body
        public = x509.load_der_x509_certificate(self.server).public_key()
        block, signature = public.key_size // 8 - 42, key.key_size // 8
        fill = -(len(plain) + 1 + signature) % block
        plain += u8(fill) * (fill + 1)
        blocks = (len(plain) + signature) // block
        head = b"OPNF" + u32(8 + len(clear) + blocks * (public.key_size // 8)) + clear
        return head + encrypt_for(self.server, plain + sign(key, head + plain))

    def open_channel(self, kind=0, lifetime=600000, mode=None, **other):
        self.nonce = os.urandom(32)
        request = wire.request_header() + u32(0) + u32(kind) + u32(mode or self.mode) + text(self.nonce) + u32(lifetime)
        return self.seal_open(numeric(wire.OPEN_CHANNEL) + request, **other)

    def message(self, body, letter=b"F", channel=None, token=None, sequence=None, kind=b"MSG", bad=None):
        """One chunk; `bad`: "signature", or what stands in for the padding."""
        token = self.token if token is None else token
        ours = self.keys[token][0]
        counted = self.count_up()
        if sequence is not None:
            counted = u32(sequence) + counted[4:]
        plain = counted + body
        if self.mode == SIGN_AND_ENCRYPT:
            fill = -(len(plain) + 1 + MAC) % BLOCK
            plain += bad(fill) if callable(bad) else u8(fill) * (fill + 1)
        clear = u32(self.channel if channel is None else channel) + u32(token)
        head = kind + letter + u32(8 + len(clear) + len(plain) + MAC) + clear
        mac = os.urandom(MAC) if bad == "signature" else ours.mac(head + plain)
        sealed = plain + mac
        if self.mode == SIGN_AND_ENCRYPT:
            encryptor = ours.cipher().encryptor()
            sealed = encryptor.update(sealed) + encryptor.finalize()
        return head + sealed

    def receive_frame(self):
        kind, body = super().receive_frame()
        if kind[:3] == b"OPN":
            return kind, self.unseal_open(kind, body)
        return (kind, self.unseal(kind, body)) if kind[:3] == b"MSG" else (kind, body)

    def unseal_open(self, kind, body):
        reader = Reader(body)
        reader.u32()
        for _ in range(3):
            last = reader.text()
        assert last == hashlib.sha1(self.identity.der).digest()
        clear, plain = body[: reader.at], decrypt(self.identity.key, body[reader.at :])
        public = x509.load_der_x509_certificate(self.server).public_key()
        size = public.key_size // 8
        public.verify(
            plain[-size:], kind + u32(8 + len(body)) + clear + plain[:-size], padding.PKCS1v15(), hashes.SHA256()
        )
        plain = plain[:-size]
        assert set(plain[-1 - plain[-1] :]) == {plain[-1]}
        return clear + plain[: -1 - plain[-1]]

    def unseal(self, kind, body):
        clear, plain = body[:8], body[8:]
        theirs = self.keys[Reader(body[4:]).u32()][1]
        if self.mode == SIGN_AND_ENCRYPT:
            decryptor = theirs.cipher().decryptor()
            plain = decryptor.update(plain) + decryptor.finalize()
        assert theirs.mac(kind + u32(8 + len(body)) + clear + plain[:-MAC]) == plain[-MAC:]
        plain = plain[:-MAC]
        if self.mode == SIGN_AND_ENCRYPT:
            assert set(plain[-1 - plain[-1] :]) == {plain[-1]}
            plain = plain[: -1 - plain[-1]]
        return clear + plain

    # ---- the channel ----

    def greet(self):
        self.send(wire.hello())
        kind, _ = self.receive_frame()
        assert kind == b"ACKF", kind
        return self

    def open(self):
        self.greet()
        self.send(self.open_channel())
        return self.opened()

    def renew(self):
        """The server goes on with the old token until the new one is used."""
        self.send(self.open_channel(kind=1))
        return self.opened()

    def opened(self):
        _, body = self.receive_body()
        reader = Reader(body)
        assert reader.encoding_id() == wire.OPEN_CHANNEL_RESPONSE
        assert reader.response_header() == 0
        reader.u32()
        self.channel, self.token = reader.u32(), reader.u32()
        reader.take(8)
        reader.u32()
        nonce = reader.text()
        self.keys[self.token] = Keys(nonce, self.nonce), Keys(self.nonce, nonce)
        return self

    # ---- the session ----

    def create_session(self, certificate=None, uri=CLIENT_URI):
        description = text(uri) + text(None) + b"\0" + u32(1) + text(None) + text(None) + i32(-1)
        nonce = os.urandom(32)
        own = self.identity.der if certificate is None else certificate
        body = description + text(None) + text("opc.tcp://localhost") + text("sealed") + text(nonce) + text(own)
        encoding, status, reader = self.ask(wire.CREATE_SESSION, body + f64(60000.0) + u32(0))
        if encoding != wire.CREATE_SESSION_RESPONSE:
            raise wire.Refused(status, "no session")
        reader.node_id()
        self.session = reader.node_id()
        reader.take(8)
        self.server_nonce = reader.text()
        return self

    def take_session(self, other):
        """Steals the session of another connection, or takes its own along."""
        self.session, self.server_nonce = other.session, other.server_nonce
        return self

    def prove(self, key=None):
        """How an activation begins: with what the client's key signs."""
        signature = sign(key or self.identity.key, self.server + self.server_nonce)
        return text(RSA_SHA256) + text(signature) + i32(-1) + i32(-1)

    def activate(self, token, user_signature=None, key=None):
        """(encoding id, status, Reader); a new nonce is kept."""
        user_proof = text(RSA_SHA256) + text(user_signature) if user_signature else text(None) + text(None)
        encoding, status, reader = self.ask(wire.ACTIVATE_SESSION, self.prove(key) + token + user_proof)
        if encoding == wire.ACTIVATE_SESSION_RESPONSE:
            self.server_nonce = reader.text()
        return encoding, status, reader

    def activate_session(self, token=None):
        encoding, status, _ = self.activate(token or anonymous())
        if encoding != wire.ACTIVATE_SESSION_RESPONSE:
            raise wire.Refused(status, "not activated")
        return self

    def password(self, name, password=PASSWORD, nonce=None):
        """A UserNameIdentityToken."""
        secret = password.encode() + (self.server_nonce if nonce is None else nonce)
        encrypted = encrypt_for(self.server, u32(len(secret)) + secret)
        return identity_token(
            USER_NAME, text("username_basic256sha256") + text(name) + text(encrypted) + text(RSA_OAEP)
        )

    def certificate(self, person):
        """A X509IdentityToken, and what its key signs."""
        token = identity_token(X509, text("x509_basic256sha256") + text(person.der))
        return token, sign(person.key, self.server + self.server_nonce)


def identity_token(kind, body):
    return kind + b"\1" + text(body)


def anonymous():
    return identity_token(wire.ANONYMOUS, text("anonymous"))


