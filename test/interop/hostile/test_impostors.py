# SPDX-License-Identifier: Apache-2.0
"""Sessions, users and passwords in the wrong hands: each gets its exact status, the log says why."""

import re
import subprocess

import wire
from hostile_case import IMAGE, MODEL
from sealed import RSA_OAEP, SIGN, USER_NAME, anonymous, encrypt_for, identity_token
from server import PASSWORD, UACAM, clean_environment
from test_sealing import SealedCase
from wire import text, u32

READ_MODEL = wire.read_body([wire.read_value_id(MODEL)])


class ImpostorCase(SealedCase):
    @classmethod
    def furnish(cls):
        cls.person = cls.home.identity("person")
        cls.home.add_user("alice", "operator")
        cls.home.add_user("bob", "observer")
        cls.home.add_user("person", "operator", certificate=cls.person)

    def assert_fault(self, answer, status):
        encoding, result, _ = answer
        self.assertEqual((encoding, wire.name(result)), (wire.SERVICE_FAULT, status))

    def refused(self, act, status, reason):
        with self.logged(reason):
            self.assert_fault(act(), status)


class Sessions(ImpostorCase):
    def test_token_on_another_channel(self):
        """Whoever has seen the session's token cannot use it, or bring the session over."""
        owner = self.connection().log_in()
        wrong = "it comes with another client certificate than it was created with"
        thieves = {
            "another client": self.connection(self.other).open(),
            "without security": self.enterContext(wire.Connection(self.server.port)).open(),
        }
        for name, thief in thieves.items():
            with self.subTest(name):
                thief.session = owner.session
                for service, body in (
                    (wire.READ, READ_MODEL),
                    (wire.READ, wire.read_body([wire.read_value_id(IMAGE)])),
                    (wire.CLOSE_SESSION, b"\1"),
                ):
                    self.assert_fault(thief.ask(service, body), "BadSecureChannelIdInvalid")
        thief = thieves["another client"].take_session(owner)
        self.refused(lambda: thief.activate(anonymous()), "BadSecurityChecksFailed", wrong)
        thief = thieves["without security"]
        body = (text(None) * 2) + wire.i32(-1) * 2 + anonymous() + text(None) * 2
        self.refused(lambda: thief.ask(wire.ACTIVATE_SESSION, body), "BadSecurityChecksFailed", wrong)
        self.assertEqual(owner.read(MODEL)[0], 0)

    def test_created_on_another_channel(self):
        """Before the first activation it cannot be brought anywhere, even by its client."""
        owner = self.connection().open().create_session()
        elsewhere = self.connection().open().take_session(owner)
        reason = "it was created on another channel"
        self.refused(lambda: elsewhere.activate(anonymous()), "BadSecureChannelIdInvalid", reason)
        owner.activate_session()

    def test_transfer(self):
        """The same client with the same user may; the channel that it came from has lost it."""
        old = self.connection().open().create_session()
        old.activate_session(old.password("alice"))
        new = self.connection().open().take_session(old)
        self.assert_fault(new.ask(wire.READ, READ_MODEL), "BadSecureChannelIdInvalid")
        reason = "another user than before wants it on another channel"
        for token in (new.password("bob"), anonymous()):
            self.refused(lambda token=token: new.activate(token), "BadIdentityChangeNotSupported", reason)
        new.activate_session(new.password("alice"))
        self.assertEqual(new.read(MODEL)[0], 0)
        self.assert_fault(old.ask(wire.READ, READ_MODEL), "BadSecureChannelIdInvalid")

    def test_not_a_picture_before_the_activation(self):
        """Whoever tries loses the session."""
        for node in (IMAGE, MODEL):
            connection = self.connection().open().create_session()
            for status in ("BadSessionNotActivated", "BadSessionIdInvalid"):
                answer = connection.ask(wire.READ, wire.read_body([wire.read_value_id(node)]))
                self.assert_fault(answer, status)

    def test_proof_of_the_client(self):
        """By another key; over a nonce that was used up."""
        reason = "its signature is not of its certificate's key over our last nonce"
        connection = self.connection().open().create_session()
        act = lambda: connection.activate(anonymous(), key=self.other.key)
        self.refused(act, "BadApplicationSignatureInvalid", reason)
        used = connection.server_nonce
        connection.activate_session()
        self.assertNotEqual(connection.server_nonce, used)
        connection.server_nonce = used
        self.refused(lambda: connection.activate(anonymous()), "BadApplicationSignatureInvalid", reason)

    def test_another_application(self):
        cases = {
            "BadCertificateUriInvalid": ({"uri": "urn:another"}, "its ApplicationUri is not that of its certificate"),
            "BadSecurityChecksFailed": (
                {"certificate": self.other.der},
                "it shows another certificate than that of its channel",
            ),
        }
        for status, (claim, reason) in cases.items():
            connection = self.connection().open()
            with self.subTest(status), self.logged(reason), self.assertRaises(wire.Refused) as caught:
                connection.create_session(**claim)
            self.assertEqual(wire.name(caught.exception.status), status)


class Certificates(ImpostorCase):
    def test_of_a_user(self):
        connection = self.connection().open().create_session()
        answer = connection.activate(*connection.certificate(self.person))
        self.assertEqual(answer[:2], (wire.ACTIVATE_SESSION_RESPONSE, 0))

    def test_without_its_key(self):
        connection = self.connection().open().create_session()
        token, _ = connection.certificate(self.person)
        _, signature = connection.certificate(self.identity)
        reason = "the user has not signed with the key of the certificate"
        for proof in (signature, None, b"\0" * 256):
            self.refused(lambda proof=proof: connection.activate(token, proof), "BadUserSignatureInvalid", reason)

    def test_of_nobody(self):
        """The log has the line that makes it somebody's; the same certificate is let in then."""
        stranger = self.home.identity("stranger")
        connection = self.connection().open().create_session()
        self.refused(
            lambda: connection.activate(*connection.certificate(stranger)),
            "BadUserAccessDenied",
            "a certificate of no user; to let it in: uacam user add NAME --certificate",
        )
        line = next(line for line in self.server.lines if "certificate of no user" in line)
        command = re.search(r"uacam (user add NAME --certificate \S+)", line)[1].replace("NAME", "carol")
        subprocess.run([UACAM, *command.split()], env=clean_environment(self.home.path), check=True, capture_output=True)
        answer = connection.activate(*connection.certificate(stranger))
        self.assertEqual(answer[:2], (wire.ACTIVATE_SESSION_RESPONSE, 0))


class Passwords(ImpostorCase):
    def open(self, **more):
        return self.connection(**more).open().create_session()

    def test_secrets_that_are_none(self):
        """Too long, stale, in clear on a channel that only signs, for another server, broken."""
        person = self.person.der

        def encrypted(connection, plain, algorithm=RSA_OAEP, certificate=None):
            secret = encrypt_for(certificate or connection.server, plain)
            policy = text("username_basic256sha256")
            return identity_token(USER_NAME, policy + text("alice") + text(secret) + text(algorithm))

        def clear(connection):
            return identity_token(
                USER_NAME, text("username_basic256sha256") + text("alice") + text(PASSWORD) + text(None)
            )

        odd = "the password is not encrypted for us, altered, too long, or not fresh"
        cases = {
            "too long": (lambda c: c.password("alice", "x" * 513), odd),
            "much too long": (lambda c: c.password("alice", "x" * 10000), odd),
            "stale": (lambda c: c.password("alice", nonce=b"\0" * 32), odd),
            "without nonce": (lambda c: c.password("alice", nonce=b""), odd),
            "length beyond the end": (lambda c: encrypted(c, u32(2**31) + b"x" * 40), odd),
            "negative length": (lambda c: encrypted(c, u32(2**32 - 1) + c.server_nonce), odd),
            "too short": (lambda c: encrypted(c, b"xy"), odd),
            "for another server": (lambda c: encrypted(c, u32(32) + c.server_nonce, certificate=person), odd),
            "another algorithm": (
                lambda c: encrypted(c, u32(32) + c.server_nonce, "http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
                "the password is encrypted in another way than its policy says",
            ),
            "in clear": (clear, "the password came without encryption"),
        }
        for name, (make, reason) in cases.items():
            connection = self.open(mode=SIGN)
            with self.subTest(name):
                self.refused(lambda: connection.activate(make(connection)), "BadIdentityTokenInvalid", reason)
                connection.activate_session(connection.password("alice"))

    def test_unknown_user_and_wrong_password_have_one_answer(self):
        """Byte by byte, but for the time; the log does not tell either."""
        answers = set()
        for name, password in (("alice", "wrong"), ("nobody", PASSWORD), ("alice", ""), ("no\xfcbody", "x" * 500)):
            connection = self.open()
            connection.request = 100  # and with it the handles
            connection.send(connection.message(self.activation(connection, name, password)))
            _, body = connection.receive_body()
            answers.add(body[:4] + body[12:])
        self.assertEqual(len(answers), 1)
        self.assertEqual(wire.name(wire.Reader(answers.pop()[8:]).u32()), "BadUserAccessDenied")
        lines = [line for line in self.server.lines if "login refused" in line and "127.0.0.1" in line]
        told = {re.sub('".*"', '""', line) for line in lines}
        self.assertEqual(len(told), 1, told)
        self.assertNotIn("wrong\"", self.server.text())

    def activation(self, connection, name, password):
        proof = connection.prove()
        return connection.service(
            wire.ACTIVATE_SESSION, proof + connection.password(name, password) + text(None) + text(None)
        )

    def test_guessing_on_one_session(self):
        """Five wrong ones in a row end it."""
        connection = self.open()
        for _ in range(5):
            self.assert_fault(connection.activate(connection.password("bob", "wrong")), "BadUserAccessDenied")
        self.server.wait_for_line("is closed: 5 activations in a row failed", 20)
        self.assert_fault(connection.activate(connection.password("bob")), "BadSessionIdInvalid")

    def test_guessing_from_one_address_waits_behind_others(self):
        """An address that guessed wrongly waits; somebody who comes later from another one is let in before."""
        guesser = "127.0.0.9"
        for _ in range(6):
            connection = self.open(source=guesser)
            self.assert_fault(connection.activate(connection.password("mallory", "guess")), "BadUserAccessDenied")
        slow, quick = self.open(source=guesser), self.open()
        slow.send(slow.message(self.activation(slow, "eve", "guess")))
        before = len([line for line in self.server.lines if 'user "eve"' in line])
        answer = quick.activate(quick.password("alice"))
        self.assertEqual(answer[:2], (wire.ACTIVATE_SESSION_RESPONSE, 0))
        self.assertEqual(before, 0)
        self.assertFalse([line for line in self.server.lines if 'user "eve"' in line])
        self.assert_fault(slow.answer(), "BadUserAccessDenied")
        self.server.wait_for_line('user "eve"', 20)
        refusals = [line for line in self.server.lines if f"from {guesser}" in line and "login refused" in line]
        self.assertEqual(len(refusals), 7)
