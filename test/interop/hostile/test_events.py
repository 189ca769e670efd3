# SPDX-License-Identifier: Apache-2.0
"""Absurd filters, more of them than anybody needs, and refusals that would fill the log."""

import os
import random
import time

import wire
from hostile_case import IMAGE, HostileCase
from server import Server
from wire import array, f64, i32, numeric, text, u8, u16, u32

CREATE_SUBSCRIPTION, CREATE_ITEMS, CREATE_ITEMS_RESPONSE = 787, 751, 754
EVENT_FILTER = 727
SERVER, BASE_EVENT = numeric(2253), numeric(2041)
EVENT_NOTIFIER, VALUE = 12, 13
EQUALS, LIKE, NOT, IN_LIST, AND, OF_TYPE = 0, 6, 7, 9, 10, 14
BUDGET_KB = 4096  # of one subscription's filters and events

STATUS = {
    "BadTooManyOperations": 0x80100000,
    "BadEventFilterInvalid": 0x80470000,
    "BadTooManyMonitoredItems": 0x80DB0000,
    "Good": 0,
}
NAMES = {value: name for name, value in STATUS.items()}


def setUpModule():
    # Freed memory must be seen as freed.
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=1:allocator_release_to_os_interval_ms=0"


def field(*path, of_type=BASE_EVENT, attribute=VALUE, index_range=None):
    """SimpleAttributeOperand"""
    return of_type + array([u16(0) + text(name) for name in path]) + u32(attribute) + text(index_range)


def extension(encoding, body):
    return numeric(encoding) + u8(1) + text(body)


def operand(*path, **more):
    return extension(603, field(*path, **more))


def element_at(index):
    return extension(594, u32(index))


def literal(variant):
    return extension(597, variant)


def string(value):
    return literal(u8(12) + text(value))


def element(operator, *operands):
    return u32(operator & 0xFFFFFFFF) + array(list(operands))


def event_filter(fields, elements=()):
    return array(fields) + array(list(elements))


MESSAGE = field("Message")


def item(filter_body, queue=10):
    return SERVER + u32(EVENT_NOTIFIER) + text(None) + u16(0) + text(None) + u32(2) + u32(7) + f64(0.0) + extension(EVENT_FILTER, filter_body) + u32(queue) + u8(1)


class Events(HostileCase):
    def setUp(self):
        self.client = self.connection().log_in()
        self.subscription = self.subscribe()

    def subscribe(self):
        body = f64(100.0) + u32(1000) + u32(10) + u32(0) + u8(1) + u8(0)
        _, status, reader = self.client.ask(CREATE_SUBSCRIPTION, body)
        self.assertEqual(status, 0)
        return reader.u32()

    def create(self, *items):
        """The status of the first, or of the service."""
        encoding, status, reader = self.client.ask(CREATE_ITEMS, u32(self.subscription) + u32(3) + array(list(items)))
        if encoding != CREATE_ITEMS_RESPONSE:
            return wire.name(status)
        self.assertEqual((status, reader.i32()), (0, len(items)))
        first = reader.u32()
        return NAMES.get(first, hex(first))

    def test_absurd_where_clauses(self):
        deep = [element(AND, element_at(i + 1), element_at(i + 1)) for i in range(330)] + [element(NOT, literal(u8(1) + u8(1)))]
        greedy = element(LIKE, string("a" * 60_000), string("%a" * 127 + "b"))
        for elements, status in (
            ([element(NOT, element_at(0))], "BadEventFilterInvalid"),
            ([element(NOT, element_at(1)), element(NOT, element_at(0))], "BadEventFilterInvalid"),
            ([element(NOT, element_at(2**32 - 1))], "BadEventFilterInvalid"),
            ([element(NOT)], "BadEventFilterInvalid"),
            ([element(99, string("x"))], "BadEventFilterInvalid"),
            ([element(-1, string("x"))], "BadEventFilterInvalid"),
            ([element(OF_TYPE, string("x"))], "BadEventFilterInvalid"),
            ([element(NOT, extension(721, b""))], "BadEventFilterInvalid"),
            ([element(NOT, operand("Severty"))], "BadEventFilterInvalid"),
            (deep, "Good"),
            (deep * 2, "BadTooManyOperations"),
            ([element(IN_LIST, *[string("x")] * 998)], "Good"),
            ([element(IN_LIST, *[string("x")] * 1000)], "BadTooManyOperations"),
            ([element(EQUALS, literal(wire.nested_variants(90)), string("x"))], "Good"),
            ([greedy], "Good"),
        ):
            self.assertEqual(self.create(item(event_filter([MESSAGE], elements))), status)
        self.assert_served(self.client)

    def test_absurd_fields(self):
        for fields, status in (
            ([], "BadEventFilterInvalid"),
            ([field()], "BadEventFilterInvalid"),
            ([field(None)], "BadEventFilterInvalid"),
            ([field("x" * 60_000)], "BadEventFilterInvalid"),
            ([field(*["Message"] * 5000)], "BadEventFilterInvalid"),
            ([field("Message", of_type=SERVER)], "BadEventFilterInvalid"),
            ([field("Message", of_type=wire.named("Cameras/sim"))], "BadEventFilterInvalid"),
            ([field("Message", attribute=2**32 - 1)], "BadEventFilterInvalid"),
            ([field("Message", index_range="9" * 1000)], "BadEventFilterInvalid"),
            ([MESSAGE] * 1000, "Good"),
            ([MESSAGE] * 1001, "BadTooManyOperations"),
        ):
            self.assertEqual(self.create(item(event_filter(fields))), status)
        self.assert_served(self.client)

    def test_arrays_that_are_not_there(self):
        for body in (i32(2**31 - 1), i32(1000) + MESSAGE, event_filter([MESSAGE])[:-4] + i32(2**31 - 1)):
            self.assertIn(self.create(item(body)), ("BadDecodingError", "BadEncodingLimitsExceeded"))
        self.assert_served(self.client)

    def test_filters_and_queues_have_a_ceiling(self):
        large = item(event_filter([MESSAGE] * 900, [element(EQUALS, operand("Message"), string("x" * 10_000))]), 2**32 - 1)
        before = self.server.memory_kb()
        statuses = [self.create(large) for _ in range(200)]
        self.assertIn("Good", statuses)
        self.assertEqual(statuses[-1], "BadTooManyMonitoredItems")
        self.assertLess(self.server.memory_kb(), before + 8 * BUDGET_KB)

    def test_changed_bytes(self):
        dice = random.Random(20240301)
        whole = event_filter(
            [MESSAGE, field("Time", index_range="0:5"), field("ClientUserId", of_type=numeric(2052))],
            [element(AND, element_at(1), element_at(2)), element(OF_TYPE, literal(u8(17) + BASE_EVENT)), element(LIKE, operand("Message"), string("%[a-z]_\\%"))],
        )
        client = self.client
        for _ in range(1000):
            body = bytearray(whole)
            for _ in range(dice.choice((1, 1, 2, 5))):
                body[dice.randrange(len(body))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
            encoding, _, _ = client.ask(CREATE_ITEMS, u32(self.subscription) + u32(3) + array([item(bytes(body))]))
            self.assertIn(encoding, (CREATE_ITEMS_RESPONSE, wire.SERVICE_FAULT))


class Refusals(HostileCase):
    """Everybody may look, nobody may write."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:", options=["--open"]))
        cls.bystander = cls.enterClassContext(wire.Connection(cls.server.port)).log_in()

    def test_they_do_not_fill_the_log(self):
        client = self.connection().log_in()
        write = wire.named("Cameras/sim/Settings/JpegQuality") + u32(VALUE) + text(None) + u8(1) + u8(3) + u8(50)
        end = time.monotonic() + 2.5
        count = 0
        while time.monotonic() < end:
            encoding, status, reader = client.ask(wire.WRITE, array([write] * 1000))
            self.assertEqual((encoding, status, reader.i32()), (wire.WRITE_RESPONSE, 0, 1000))
            self.assertEqual(reader.u32(), 0x801F0000)  # Bad_UserAccessDenied
            count += 1000
        lines = [line for line in self.server.lines if "result=Bad_UserAccessDenied" in line]
        self.assertGreater(len(lines), 0)
        self.assertLess(len(lines), 100)
        self.assertGreater(count, 1000)
        self.server.wait_for_line("refusals were not listed", 5)
        self.assertEqual(client.read(IMAGE)[0], 0)
