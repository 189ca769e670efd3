# SPDX-License-Identifier: Apache-2.0
"""Events as asyncua hears them: of the server's end, and for administrators of what others do."""

import asyncio
import contextlib

from asyncua import ua
from clients import AsyncTestCase, connected, eventually, operator_of
from security import Home
from server import PASSWORD, Server
from test_security_matrix import secured

O = ua.ObjectIds
Operator = ua.FilterOperator
TRUST_LIST_UPDATED = 12561  # TrustListUpdatedAuditEventType
QUALITY = "Settings/JpegQuality"


def field(name, of_type=O.BaseEventType):
    return ua.SimpleAttributeOperand(
        TypeDefinitionId=ua.NodeId(of_type), BrowsePath=[ua.QualifiedName(name)], AttributeId=ua.AttributeIds.Value
    )


def event_filter(names, *elements):
    where = ua.ContentFilter(Elements=[ua.ContentFilterElement() for _ in elements])
    for element, (operator, *operands) in zip(where.Elements, elements):
        element.FilterOperator, element.FilterOperands = operator, operands
    return ua.EventFilter(SelectClauses=[field(name) for name in names], WhereClause=where)


def literal(value, variant_type=None):
    return ua.LiteralOperand(Value=ua.Variant(value, variant_type))


class Listener:
    """The events of a subscription, as asyncua hands them out."""

    def __init__(self):
        self.events = []

    def event_notification(self, event):
        self.events.append(event)

    async def until(self, count, seconds=20):
        async def enough():
            return len(self.events) >= count

        await eventually(enough, seconds)
        return self.events


@contextlib.asynccontextmanager
async def subscription(client, interval=50):
    listener = Listener()
    made = await client.create_subscription(interval, listener)
    yield listener, made
    await made.delete()


class Shutdown(AsyncTestCase):
    async def test_it_is_told(self):
        with Server() as server:
            async with connected(server) as (client, _):
                async with subscription(client) as (listener, made):
                    await made.subscribe_events(evtypes=O.SystemStatusChangeEventType)
                    server.terminate()
                    (event,) = await listener.until(1)
                    self.assertEqual(event.EventType, ua.NodeId(O.SystemStatusChangeEventType))
                    self.assertEqual(event.SourceNode, ua.NodeId(O.Server))
                    self.assertEqual(event.SystemState, ua.ServerState.Shutdown)
                    self.assertIn("shut down", event.Message.Text)
                    self.assertEqual(len(event.EventId), 16)


class Audit(AsyncTestCase):
    """An administrator listens, on a channel of his own, while others write."""

    @classmethod
    def setUpClass(cls):
        cls.home = cls.enterClassContext(Home())
        cls.client = cls.home.identity(trusted=True)
        cls.home.add_user("alice", "administrator")
        cls.home.add_user("operator", "operator")
        cls.server = cls.enterClassContext(Server(home=cls.home.path))

    @contextlib.asynccontextmanager
    async def administrator(self):
        client = await secured(self.server, self.client)
        client.set_user("alice")
        client.set_password(PASSWORD)
        async with client:
            yield client
        await asyncio.sleep(0.01)  # until the socket is closed

    async def write(self, *values):
        async with operator_of(self.server) as camera:
            for value in values:
                self.assertEqual((await camera.write(QUALITY, value, ua.VariantType.Byte)).name, "Good")

    async def test_auditing_is_said(self):
        async with connected(self.server) as (client, _):
            self.assertTrue(await client.get_node(O.Server_Auditing).read_value())
            profiles = await client.get_node(O.Server_ServerCapabilities_ServerProfileArray).read_value()
            self.assertIn("http://opcfoundation.org/UA-Profile/Server/StandardEventSubscription", profiles)
            self.assertEqual(await client.nodes.server.read_event_notifier(), {ua.EventNotifier.SubscribeToEvents})

    async def test_what_is_written(self):
        async with self.administrator() as client, subscription(client) as (listener, made):
            await made.subscribe_events(evtypes=O.AuditWriteUpdateEventType)
            await self.write(71)
            (event,) = await listener.until(1)
            self.assertEqual(event.EventType, ua.NodeId(O.AuditWriteUpdateEventType))
            self.assertEqual(event.SourceNode.Identifier, "Cameras/sim/Settings/JpegQuality")
            self.assertEqual(event.SourceName, "Attribute/Write")
            self.assertEqual((event.NewValue, event.Status, event.ClientUserId), (71, True, "operator"))
            self.server.wait_for_line(
                'audit: event=Write user="operator" from=127.0.0.1 result=Good '
                'node="ns=2;s=Cameras/sim/Settings/JpegQuality" value="71"', 5)

    async def test_who_comes_and_goes(self):
        async with self.administrator() as client, subscription(client) as (listener, made):
            await made.subscribe_events(evtypes=O.AuditSessionEventType)
            async with connected(self.server):
                pass
            events = await listener.until(3)
            self.assertEqual([event.SourceName for event in events], [f"Session/{what}" for what in ("CreateSession", "ActivateSession", "CloseSession")])
            self.assertEqual(len({event.SessionId for event in events}), 1)
        self.server.wait_for_line('audit: event=ActivateSession user="alice" from=127.0.0.1 result=Good', 5)

    async def test_who_is_refused(self):
        name = 'eve" result=Good \\'
        async with self.administrator() as client, subscription(client) as (listener, made):
            await made.subscribe_events(evtypes=O.AuditActivateSessionEventType)
            stranger = await secured(self.server, self.client)
            stranger.set_user(name)
            stranger.set_password("some word")
            with self.assert_fault("BadUserAccessDenied"):
                await stranger.connect()
            (event,) = await listener.until(1)
            self.assertEqual((event.Status, event.ClientUserId), (False, name))
            self.assertEqual(event.StatusCodeId.name, "BadUserAccessDenied")
        self.server.wait_for_line('audit: event=ActivateSession user="eve\\" result=Good \\\\" from=127.0.0.1 result=Bad_UserAccessDenied', 5)

    async def test_a_certificate_that_is_not_trusted(self):
        eve = self.home.identity("eve")
        async with self.administrator() as client, subscription(client) as (listener, made):
            await made.subscribe_events(evtypes=O.AuditCertificateEventType)
            stranger = await secured(self.server, eve)
            with self.assertRaises(Exception):
                await stranger.connect()
            (event,) = await listener.until(1)
            self.assertEqual(event.EventType, ua.NodeId(O.AuditCertificateUntrustedEventType))
            self.assertEqual(event.Certificate, eve.der)
        self.server.wait_for_line(f'audit: event=Certificate user=- from=127.0.0.1 result=Bad_CertificateUntrusted certificate="{eve.thumbprint}" name="eve"', 5)

    async def told(self, listener, *changes):
        """What commands change, each with its line and its event."""
        for command, typed, event, detail, type_id in changes:
            lines, heard = len(self.server.lines), len(listener.events)
            self.home.command(*command, typed=typed)
            line = f"audit: event={event} user=- from=this-machine result=Good {detail}"
            self.server.wait_for_line_after(lines, line)
            told = (await listener.until(heard + 1))[heard:]
            self.assertEqual([(e.EventType.Identifier, e.Message.Text) for e in told],
                             [(type_id, f"{event} by - from this-machine: Good {detail}")])
    async def test_users_and_trust_that_commands_change(self):
        new, word = self.home.identity("new"), PASSWORD + "\n"
        issuer, person = self.home.authority("issuer"), self.home.identity("person")
        print_of = f'certificate="{new.thumbprint}" name="new" as="trusted"'
        user, trust = O.RoleMappingRuleChangedAuditEventType, TRUST_LIST_UPDATED
        async with self.administrator() as client, subscription(client) as (listener, made):
            # asyncua knows no field of its own for these.
            await made.subscribe_events(evfilter=event_filter(
                ["EventType", "Message"], (Operator.OfType, literal(ua.NodeId(O.AuditUpdateMethodEventType)))))
            await self.told(
                listener,
                (["user", "add", "bob"], word, "AddUser", 'name="bob" role="observer"', user),
                (["user", "role", "bob", "operator"], "", "ModifyUser", 'name="bob" role="operator"', user),
                (["user", "passwd", "bob"], "another word\n", "ModifyUser", 'name="bob" role="operator"', user),
                (["user", "add", "bob", "--certificate", str(person.certificate_path)], "", "ModifyUser", 'name="bob" role="operator"', user),
                (["user", "remove", "bob"], "", "RemoveUser", 'name="bob" role="operator"', user),
                (["trust", "add", str(new.certificate_path)], "", "AddCertificate", print_of, trust),
                (["trust", "remove", new.thumbprint], "", "RemoveCertificate", print_of, trust),
                (["trust", "add", "--issuer", str(issuer.certificate_path)], "", "AddCertificate",
                 f'certificate="{issuer.thumbprint}" name="issuer" as="issuer"', trust),
            )

    async def test_others_do_not_hear(self):
        async with connected(self.server) as (anonymous, _), self.administrator() as client:
            async with subscription(anonymous) as (deaf, first), subscription(client) as (listener, second):
                await first.subscribe_events()
                await second.subscribe_events(evtypes=O.AuditWriteUpdateEventType)
                await self.write(72)
                await listener.until(1)
                await asyncio.sleep(0.2)
                self.assertEqual(deaf.events, [])

    async def test_a_where_clause(self):
        """Severity <= 200 And (NewValue > 80 Or Message Like "%nobody%")"""
        wanted = event_filter(
            ["NewValue", "Message"],
            (Operator.And, ua.ElementOperand(1), ua.ElementOperand(2)),
            (Operator.LessThanOrEqual, field("Severity"), literal(200, ua.VariantType.Int32)),
            (Operator.Or, ua.ElementOperand(3), ua.ElementOperand(4)),
            (Operator.GreaterThan, field("NewValue"), literal(80.0)),
            (Operator.Like, field("Message"), literal("%nobody%")),
        )
        async with self.administrator() as client, subscription(client) as (listener, made):
            await made.subscribe_events(evfilter=wanted)
            await self.write(79, 81, 80, 90)
            events = await listener.until(2)
            await asyncio.sleep(0.2)
            self.assertEqual([event.NewValue for event in events], [81, 90])
            self.assertRegex(events[0].Message.Text, "^Write by operator from 127.0.0.1")

    async def test_an_overflow(self):
        async with self.administrator() as client, subscription(client, interval=1000) as (listener, made):
            await made.subscribe_events(evtypes=O.AuditWriteUpdateEventType, queuesize=3)
            await self.write(*range(50, 60))
            events = await listener.until(4)
            types = [event.EventType.Identifier for event in events]
            # The writes may straddle one publishing.
            self.assertIn(O.EventQueueOverflowEventType, types)
            self.assertEqual(events[-1].NewValue, 59)
            overflow = events[types.index(O.EventQueueOverflowEventType)]
            self.assertEqual(overflow.SourceName, "Internal/EventQueueOverflow")

    async def test_wishes_that_are_none(self):
        wishes = [
            (O.Server, event_filter([]), "BadEventFilterInvalid"),
            (O.Server, event_filter(["Nothing"]), "BadEventFilterInvalid"),
            (O.Server, event_filter(["Message"], (Operator.InView, literal(ua.NodeId(O.Server)))), "BadEventFilterInvalid"),
            (O.Server, ua.DataChangeFilter(), "BadFilterNotAllowed"),
            (O.ObjectsFolder, event_filter(["Message"]), "BadNotSupported"),
        ]
        async with connected(self.server) as (client, _), subscription(client) as (_, made):
            for node, wish, status in wishes:
                with self.assert_fault(status):
                    await made._subscribe(client.get_node(node), ua.AttributeIds.EventNotifier, wish)
            await made.subscribe_events(evfilter=event_filter(["Message", "Retain"]))
