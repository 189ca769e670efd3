# SPDX-License-Identifier: Apache-2.0
"""Certificates, trust and users, prepared from outside: by files, and by the commands that people type."""

import datetime
import ipaddress
import pathlib
import shutil
import socket
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from server import PASSWORD, SANITIZER, UACAM, clean_environment

DAY = datetime.timedelta(days=1)
CLIENT_URI = "urn:test:client"


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def key_usage(**allowed):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})


APPLICATION = key_usage(
    digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True, key_cert_sign=True
)
SIGNING_ONLY = key_usage(digital_signature=True)
ISSUING = key_usage(key_cert_sign=True, crl_sign=True)


class Identity:
    """A key with its certificate, and the files of both."""

    def __init__(self, folder, name="client", *, uri=CLIENT_URI, bits=2048, begins=-DAY, ends=365 * DAY,
                 usage=APPLICATION, issuer=None, is_issuer=False):
        self.uri = uri
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now() + begins)
            .not_valid_after(now() + ends)
            .add_extension(x509.BasicConstraints(is_issuer, None), critical=True)
            .add_extension(usage, critical=True)
        )
        if not is_issuer:
            names = [x509.UniformResourceIdentifier(uri), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
            )
        self.certificate = builder.sign(issuer.key if issuer else self.key, hashes.SHA256())
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.thumbprint = self.certificate.fingerprint(hashes.SHA1()).hex()
        self.certificate_path = pathlib.Path(folder, f"{name}-{self.thumbprint[:8]}.der")
        self.certificate_path.write_bytes(self.der)
        self.key_path = self.certificate_path.with_suffix(".pem")
        self.key_path.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


class Authority(Identity):
    """Issues identities, and takes them back."""

    def __init__(self, folder, name="authority", **more):
        super().__init__(folder, name, usage=ISSUING, is_issuer=True, **more)
        self.folder = folder

    def issue(self, name="client", **more):
        return Identity(self.folder, name, issuer=self, **more)

    def revocation_list(self, *revoked):
        """Its list as a file."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now() - DAY)
            .next_update(now() + DAY)
        )
        for identity in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(identity.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(now()).build())
        path = pathlib.Path(self.folder, f"list-of-{len(revoked)}.crl")
        path.write_bytes(builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
        return path


class Home:
    """The home of a server, to be furnished before it starts or while it runs: `Server(home=home.path)`."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="uacam-interop-")
        self.state = pathlib.Path(self.path, "uacam")
        self.folder = pathlib.Path(self.path, "clients")
        self.folder.mkdir()
        self.state.mkdir(mode=0o700)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def identity(self, name="client", trusted=False, **more):
        made = Identity(self.folder, name, **more)
        if trusted:
            self.trust(made)
        return made

    def authority(self, name="authority", **more):
        return Authority(self.folder, name, **more)

    def command(self, *arguments, typed=""):
        """An uacam command that must succeed; what it printed."""
        done = subprocess.run(
            [UACAM, *arguments], env=clean_environment(self.path), input=typed, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0 and not SANITIZER.search(done.stderr), (arguments, done.stderr)
        return done.stdout

    def trust(self, identity):
        self.command("trust", "add", str(identity.certificate_path))

    def put(self, path, folder):
        """A file into a folder of the trust."""
        target = self.state / "pki" / folder
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(path, target)

    def add_user(self, name, role="observer", password=PASSWORD, certificate=None):
        if certificate:
            options = ["--certificate", str(certificate.certificate_path)]
            self.command("user", "add", name, "--role", role, *options)
        else:
            self.command("user", "add", name, "--role", role, typed=password + "\n")

    def rejected(self):
        """The thumbprints of those that were refused."""
        return {f.stem.lower() for f in (self.state / "pki/rejected/certs").iterdir()}

    def server_certificate(self):
        return (self.state / "own/certificate.der").read_bytes()


def network_address():
    """One of this machine that is not loopback: peers that come by it count as others."""
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    for address in addresses:
        with socket.socket() as s:
            try:
                s.bind((address, 0))
                return address
            except OSError:
                continue  # IPv6
    raise AssertionError("these tests need a network address besides loopback: ip link add d0 type dummy; ip address add 192.0.2.9/24 dev d0")
