# SPDX-License-Identifier: Apache-2.0
"""asyncua's server with pictures of these sizes. When its certificate lies in FOLDER and all is ready it prints
"ready", its version and the pictures' NodeIds in one line.

usage: asyncua_server.py PORT FOLDER SIZE...
"""
import asyncio
import importlib.metadata
import logging
import os
import sys
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from cryptography.x509.oid import ExtendedKeyUsageOID

URI = "urn:uacam:bench:asyncua"


async def main(port, folder, sizes):
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    key, certificate = folder / "key.pem", folder / "certificate.der"
    await setup_self_signed_certificate(key, certificate, URI, "localhost", [ExtendedKeyUsageOID.SERVER_AUTH], {})
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    await server.set_application_uri(URI)
    await server.load_certificate(certificate)
    await server.load_private_key(key)
    namespace = await server.register_namespace(URI)
    pictures = []
    for size in sizes:
        value = ua.Variant(os.urandom(size), ua.VariantType.ByteString)
        node = ua.NodeId(f"Picture{size}", namespace)
        await server.nodes.objects.add_variable(node, f"Picture{size}", value, datatype=ua.NodeId(ua.ObjectIds.ImageJPG))
        pictures.append(node.to_string())
    async with server:
        print("ready", importlib.metadata.version("asyncua"), *pictures, flush=True)
        await asyncio.Event().wait()


asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), [int(size) for size in sys.argv[3:]]))
