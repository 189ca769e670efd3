# SPDX-License-Identifier: Apache-2.0
"""The memory of the running server, read from outside: no password stays in it."""

import re

from clients import AsyncTestCase, make_client
from security import Home
from server import Server
from test_security_matrix import secured

USER = "anna-of-the-quarry"
RIGHT = "Quench-7731-anvil-Bellows"
WRONG = "Tongs-5520-hammer-Slag"
CHUNK, BEHIND = 160, 3000  # bytes of a piece, of what follows a password
SHADOW = 1 << 30  # larger mappings are the sanitizer's own


def memory_of(process):
    """Each piece that can be written."""
    with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb", 0) as memory:
        for line in maps:
            begin, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            begin, size = int(begin, 16), int(end, 16) - int(begin, 16)
            if not rights.startswith("rw") or size > SHADOW:
                continue
            memory.seek(begin)
            try:
                content = bytearray()
                while len(content) < size and (piece := memory.read(size - len(content))):
                    content += piece
            except OSError:
                continue  # the kernel's
            yield line.strip(), content


def places_of(process, words):
    return [(word, place, hex(content.find(word.encode())))
            for place, content in memory_of(process) for word in words if word.encode() in content]


class Passwords(AsyncTestCase):
    def setUp(self):
        self.home = self.enterContext(Home())
        self.identity = self.home.identity(trusted=True)
        self.home.add_user(USER, "operator", RIGHT)

    def cut_small(self, client):
        """Its log-in comes in many chunks, with the password in the middle."""
        activate = client.uaclient.activate_session

        async def activate_in_pieces(parameters):
            parameters.UserTokenSignature.Algorithm = "of no matter".ljust(BEHIND)
            client.uaclient.protocol._connection._limits.max_send_buffer = CHUNK
            return await activate(parameters)

        client.uaclient.activate_session = activate_in_pieces
        return client

    async def log_in(self, client, password, clear=False):
        client.set_user(USER)
        client.set_password(password)
        if clear:
            client._encrypt_password = lambda word, _: (word.encode(), None)
        if password == WRONG:
            with self.assert_fault("BadUserAccessDenied"):
                await client.connect()
        else:
            async with client:
                await client.nodes.server_state.read_value()

    async def test_none_stays(self):
        with Server(home=self.home.path, users=()) as server:
            for password in (RIGHT, WRONG):
                await self.log_in(make_client(server), password)
                await self.log_in(await secured(server, self.identity), password)
                await self.log_in(await secured(server, self.identity), password, clear=True)
                await self.log_in(self.cut_small(await secured(server, self.identity)), password, clear=True)
            self.assertNotEqual(places_of(server.process, [USER]), [], "the search finds nothing at all")
            self.assertEqual(places_of(server.process, [RIGHT, WRONG]), [])
