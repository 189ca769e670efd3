# SPDX-License-Identifier: Apache-2.0
"""What every hostile test ends with: the server lives and others have noticed nothing."""

import unittest

import wire
from server import Server

IMAGE = wire.named("Cameras/sim/CameraImage")
MODEL = wire.named("Cameras/sim/Identification/Model")


class HostileCase(unittest.TestCase):
    CAMERA = "sim:"

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(cls.CAMERA))
        cls.bystander = cls.enterClassContext(wire.Connection(cls.server.port)).log_in()

    def connection(self, **more):
        return self.enterContext(wire.Connection(self.server.port, **more))

    def tearDown(self):
        self.doCleanups()
        self.assert_served(self.bystander)
        with wire.Connection(self.server.port) as another:
            self.assert_served(another.log_in())

    def assert_served(self, connection):
        status, image = connection.read(IMAGE)
        self.assertEqual((status, image[:2]), (0, b"\xff\xd8"))

    def assert_refused(self, connection, *names):
        """An ERR with one of these statuses, then the end."""
        with self.assertRaises(wire.Refused) as caught:
            while True:
                connection.receive_frame()
        self.assertIn(wire.name(caught.exception.status), names)
        self.assertTrue(connection.is_closed())

    def assert_fault(self, answer, *names):
        """A ServiceFault; the channel lives."""
        encoding, status, _ = answer
        self.assertEqual(encoding, wire.SERVICE_FAULT)
        self.assertIn(wire.name(status), names)
