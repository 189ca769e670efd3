# SPDX-License-Identifier: Apache-2.0
"""What the commands keep in the state folder: users, trust, certificates."""

import datetime
import os
import re
import stat
import subprocess
import tempfile
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from server import SANITIZER, UACAM, Server, clean_environment

DONE, FAILED = 0, 1


def make_certificate(name):
    """A certificate that signs itself: (certificate, key)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime(2020, 1, 1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=20000))
    return builder.sign(key, hashes.SHA256()), key


def make_revocation_list(name, key):
    now = datetime.datetime(2020, 1, 1)
    builder = x509.CertificateRevocationListBuilder().issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    return builder.last_update(now).next_update(now + datetime.timedelta(days=20000)).sign(key, hashes.SHA256())


class StateTestCase(unittest.TestCase):
    def setUp(self):
        self.home = self.enterContext(tempfile.TemporaryDirectory(prefix="uacam-interop-"))
        self.state = os.path.join(self.home, "uacam")

    def file(self, name, content):
        path = os.path.join(self.home, name)
        with open(path, "wb") as f:
            f.write(content)
        return path

    def run_with(self, *arguments, typed="", code=DONE):
        """(stdout, stderr) of one command that ends with `code`."""
        done = subprocess.run(
            [UACAM, *arguments], env=clean_environment(self.home), input=typed, capture_output=True, text=True, timeout=60
        )
        self.assertNotRegex(done.stderr, SANITIZER)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout, done.stderr


class Users(StateTestCase):
    def test_from_first_to_last(self):
        self.run_with("user", "add", "anna", "--role", "operator", typed="anna's word\n")
        self.run_with("user", "add", "bob", typed="bob's password\nnot read\n")
        out, _ = self.run_with("user", "list")
        self.assertRegex(out, r"^anna +operator +password\nbob +observer +password\n$")
        _, err = self.run_with("user", "add", "anna", typed="another word\n", code=FAILED)
        self.assertIn("uacam user passwd anna", err)
        self.run_with("user", "role", "bob", "administrator")
        self.run_with("user", "remove", "anna")
        out, _ = self.run_with("user", "list")
        self.assertRegex(out, r"^bob +administrator +password\n$")
        _, err = self.run_with("user", "remove", "anna", code=FAILED)
        self.assertIn("uacam user list", err)

    def test_passwords_are_hashed_and_private(self):
        self.run_with("user", "add", "anna", typed="a good password\n")
        path = os.path.join(self.state, "users")
        with open(path) as f:
            before = f.read()
        self.assertIn("anna:observer:$y$", before)
        self.assertNotIn("password", before.splitlines()[1])
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(self.state).st_mode), 0o700)
        self.run_with("user", "passwd", "anna", typed="a good password\n")
        with open(path) as f:
            self.assertNotEqual(f.read(), before)

    def test_passwords_that_are_none(self):
        for typed, words in (("", "no password"), ("short\n", "at least 8"), ("x" * 300 + "\n", "at most 256")):
            _, err = self.run_with("user", "add", "anna", typed=typed, code=FAILED)
            self.assertIn(words, err)
        out, _ = self.run_with("user", "list")
        self.assertEqual(out, "")

    def test_certificates(self):
        certificate, _ = make_certificate("bob")
        thumbprint = certificate.fingerprint(hashes.SHA1()).hex()
        pem = self.file("bob.pem", certificate.public_bytes(serialization.Encoding.PEM))
        self.run_with("user", "add", "bob", "--certificate", pem, "--role", "operator")
        out, _ = self.run_with("user", "list")
        self.assertRegex(out, rf"^bob +operator +certificate {thumbprint}\n$")
        _, err = self.run_with("user", "add", "eve", "--certificate", pem, code=FAILED)
        self.assertIn("'bob'", err)
        self.run_with("user", "passwd", "bob", typed="bob's password\n")
        out, _ = self.run_with("user", "list")
        self.assertRegex(out, rf"^bob +operator +password certificate {thumbprint}\n$")
        kept = os.path.join(self.state, "user-pki/trusted/certs")
        self.assertEqual(os.listdir(kept), [thumbprint + ".der"])
        self.run_with("user", "remove", "bob")
        self.assertEqual(os.listdir(kept), [])
        self.run_with("user", "add", "bob", "--certificate", self.file("no.pem", b"nothing"), code=FAILED)

    def test_a_file_that_others_can_read_is_not_used(self):
        self.run_with("user", "add", "anna", typed="a good password\n")
        path = os.path.join(self.state, "users")
        os.chmod(path, 0o644)
        _, err = self.run_with("user", "list", code=FAILED)
        self.assertIn(f"chmod 600 {path}", err)
        os.chmod(path, 0o600)
        os.chmod(self.state, 0o750)
        _, err = self.run_with("user", "list", code=FAILED)
        self.assertIn(f"chmod 700 {self.state}", err)

    def test_the_configuration_names_the_folder(self):
        elsewhere = os.path.join(self.home, "else/where")
        config = self.file("a.yaml", f"state:\n  folder: {elsewhere}\n".encode())
        self.run_with("user", "add", "anna", "-c", config, typed="a good password\n")
        self.assertEqual(stat.S_IMODE(os.stat(elsewhere).st_mode), 0o700)
        self.assertFalse(os.path.exists(self.state))
        out, _ = self.run_with("user", "list")
        self.assertEqual(out, "")


class Trust(StateTestCase):
    def test_files(self):
        certificate, key = make_certificate("client")
        thumbprint = certificate.fingerprint(hashes.SHA1()).hex()
        der = self.file("client.der", certificate.public_bytes(serialization.Encoding.DER))
        self.run_with("trust", "add", der)
        out, _ = self.run_with("trust", "list")
        self.assertRegex(out, rf"^{thumbprint}  trusted .*client")
        self.assertEqual(self.run_with("trust", "list", "--server")[0], "")
        self.run_with("trust", "remove", thumbprint[:10].upper())
        self.assertEqual(self.run_with("trust", "list")[0], "")
        self.run_with("trust", "add", "--issuer", der)
        self.assertRegex(self.run_with("trust", "list")[0], rf"^{thumbprint}  issuer ")
        self.run_with("trust", "remove", der)
        self.run_with("trust", "add", "--server", der)
        self.assertEqual(self.run_with("trust", "list")[0], "")
        self.assertIn(thumbprint, self.run_with("trust", "list", "--server")[0])
        crl = make_revocation_list("client", key).public_bytes(serialization.Encoding.PEM)
        self.run_with("trust", "add", self.file("client.crl", crl))
        self.assertEqual(len(os.listdir(os.path.join(self.state, "pki/trusted/crl"))), 1)

    def test_what_cannot_be_trusted(self):
        for name, words in (("nonsense", "neither a file"), ("abc", "neither a file"), ("3f2a91", "rejected")):
            _, err = self.run_with("trust", "add", name, code=FAILED)
            self.assertIn(words, err)
        _, err = self.run_with("trust", "add", self.file("x.der", b"nothing"), code=FAILED)
        self.assertIn("neither a certificate nor a revocation list", err)
        self.run_with("trust", "remove", "3f2a91", code=FAILED)


class Certificate(StateTestCase):
    def serve(self, config="", options=()):
        """What the server tells from start to end."""
        with Server("sim:", config=config + f"\nstate:\n  folder: {self.state}\n", options=options) as server:
            pass
        return server.text()

    def show(self, *options):
        """The certificate that `uacam cert show` gives."""
        config = self.file("show.yaml", f"state:\n  folder: {self.state}\n".encode())
        return x509.load_pem_x509_certificate(self.run_with("cert", "show", "-c", config, "--pem", *options)[0].encode())

    def test_made_once(self):
        _, err = self.run_with("cert", "show", code=FAILED)
        self.assertIn("uacam serve", err)
        self.assertIn("first start", self.serve())
        first = self.show()
        self.assertNotIn("first start", self.serve())
        self.assertEqual(self.show(), first)
        names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        self.assertLessEqual({"localhost", os.uname().nodename}, set(names.get_values_for_type(x509.DNSName)))
        (uri,) = names.get_values_for_type(x509.UniformResourceIdentifier)
        self.assertEqual(uri, f"urn:{os.uname().nodename}:uacam")
        self.assertEqual(first.public_key().key_size, 2048)
        for folder, _, files in os.walk(self.state):
            self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700, folder)
            for name in files:
                self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600, name)
        out, _ = self.run_with("cert", "show")
        self.assertIn(first.fingerprint(hashes.SHA1()).hex(), out)
        self.assertIn(uri, out)

    def test_new_names_do_not_change_it(self):
        """A next certificate of the same key has them; the first goes on."""
        self.serve()
        first = self.show()
        self.assertIn("new names", self.serve("security:\n  host_names: cam7.example.org, 203.0.113.7\n"))
        self.assertEqual(self.show(), first)
        following = self.show("--next")
        self.assertEqual(following.public_key(), first.public_key())
        names = following.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        self.assertIn("cam7.example.org", names.get_values_for_type(x509.DNSName))
        self.assertIn("203.0.113.7", map(str, names.get_values_for_type(x509.IPAddress)))
        self.assertNotIn("new names", self.serve("security:\n  host_names: cam7.example.org, 203.0.113.7\n"))

    def test_keys_that_others_can_read(self):
        self.serve()
        path = os.path.join(self.state, "own/key.pem")
        os.chmod(path, 0o644)
        config = self.file("a.yaml", f"state:\n  folder: {self.state}\n".encode())
        _, err = self.run_with("serve", "-c", config, "--camera", "sim:", code=FAILED)
        self.assertRegex(err, rf"chmod 600 {re.escape(path)}\n$")

    def test_a_certificate_of_ones_own(self):
        self.serve()
        own = {name: os.path.join(self.state, "own", name) for name in ("certificate.der", "key.pem")}
        text = f"security:\n  certificate: {own['certificate.der']}\n  key: {own['key.pem']}\n"
        self.assertNotIn("first start", self.serve(text))
        certificate, _ = make_certificate("stranger")
        strange = self.file("strange.der", certificate.public_bytes(serialization.Encoding.DER))
        for certificate, words in ((strange, "not that of the certificate"), (strange + "x", "No such file")):
            text = f"security:\n  certificate: {certificate}\n  key: {own['key.pem']}\nstate: {{folder: {self.state}}}\n"
            _, err = self.run_with("serve", "-c", self.file("b.yaml", text.encode()), "--camera", "sim:", code=FAILED)
            self.assertIn(words, err)
