# SPDX-License-Identifier: Apache-2.0
"""Requests that wait for a picture that does not come, and what ends them."""

import time
import unittest

import wire
from hostile_case import IMAGE
from server import Server

CANCEL, CANCEL_RESPONSE = 479, 482
CANCELLED, TIMEOUT = 0x802C0000, 0x800A0000


class Waiting(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:?hang=1", config="camera:\n  capture_timeout: 30\n"))

    def setUp(self):
        self.client = self.enterContext(wire.Connection(self.server.port)).log_in()

    def tearDown(self):
        with wire.Connection(self.server.port) as another:
            status, model = another.log_in().read(wire.named("Cameras/sim/Identification/Model"))
            self.assertEqual((status, bool(model)), (0, True))

    def begin_read(self, **header):
        body = self.client.service(wire.READ, wire.read_body([wire.read_value_id(IMAGE)]), **header)
        self.client.send(self.client.message(body))

    def test_timeout_hint(self):
        start = time.monotonic()
        self.begin_read(timeout_ms=700)
        encoding, status, reader = self.client.answer()
        self.assertEqual((encoding, status, reader.i32()), (wire.READ_RESPONSE, 0, 1))
        self.assertEqual(reader.data_value()[0], TIMEOUT)
        self.assertGreater(time.monotonic() - start, 0.5)
        self.assertLess(time.monotonic() - start, 5)

    def test_cancel(self):
        self.begin_read(handle=77)
        self.begin_read(handle=77)
        self.begin_read(handle=78)
        self.client.send(self.client.message(self.client.service(CANCEL, wire.u32(77))))
        answers = [self.client.answer() for _ in range(3)]
        faults = [(encoding, status) for encoding, status, _ in answers if encoding == wire.SERVICE_FAULT]
        self.assertEqual(faults, [(wire.SERVICE_FAULT, CANCELLED)] * 2)
        (cancelled,) = [reader.u32() for encoding, _, reader in answers if encoding == CANCEL_RESPONSE]
        self.assertEqual(cancelled, 2)

    def test_the_end_of_the_session(self):
        self.begin_read()
        self.client.send(self.client.message(self.client.service(wire.CLOSE_SESSION, b"\1")))
        answers = {encoding: status for encoding, status, _ in (self.client.answer(), self.client.answer())}
        self.assertEqual(answers[wire.CLOSE_SESSION_RESPONSE], 0)
        self.assertIn(wire.SERVICE_FAULT, answers)

    def test_the_end_of_the_connection(self):
        for _ in range(50):
            self.begin_read()
        self.client.socket.close()

    def test_the_end_of_the_channel(self):
        for _ in range(5):
            self.begin_read()
        self.client.send(self.client.message(wire.numeric(wire.CLOSE_CHANNEL) + wire.request_header(), kind=b"CLO"))
        self.assertTrue(self.client.is_closed())

    def test_more_than_may_wait(self):
        """Some wait, the rest is refused, nobody else is held up."""
        for _ in range(400):
            self.begin_read()
        encoding, status, _ = self.client.answer()
        self.assertEqual((encoding, status), (wire.SERVICE_FAULT, 0x80100000))  # BadTooManyOperations


if __name__ == "__main__":
    unittest.main()
