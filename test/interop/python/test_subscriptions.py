# SPDX-License-Identifier: Apache-2.0
"""Subscriptions as asyncua sees them. Counts are compared with each other, never with the wall clock."""

import asyncio
import contextlib
import itertools

import sim_picture
from asyncua import ua
from clients import AsyncTestCase, Camera, camera_of, connected, eventually, make_client
from server import Server

CURRENT_TIME = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)
Mode = ua.MonitoringMode
handles = itertools.count(1)


class Watch:
    """One subscription: what came, as it came."""

    def __init__(self, client):
        self.client = client.uaclient
        self.messages = []  # every PublishResult, keep-alives too
        self.items = {}  # client handle -> MonitoredItemCreateResult

    async def open(self, interval=50, keep_alive=10, lifetime=1000, enabled=True, most=0):
        parameters = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=interval,
            RequestedLifetimeCount=lifetime,
            RequestedMaxKeepAliveCount=keep_alive,
            MaxNotificationsPerPublish=most,
            PublishingEnabled=enabled,
        )
        self.revised = await self.client.create_subscription(parameters, self.messages.append)
        self.id = self.revised.SubscriptionId
        return self

    async def try_item(self, node, interval=0, mode=Mode.Reporting, queue=1, item_filter=None, discard_oldest=True,
                       attribute=ua.AttributeIds.Value, index_range=None):
        handle = next(handles)
        request = ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=node, AttributeId=attribute, IndexRange=index_range),
            MonitoringMode=mode,
            RequestedParameters=ua.MonitoringParameters(
                ClientHandle=handle,
                SamplingInterval=interval,
                Filter=item_filter,
                QueueSize=queue,
                DiscardOldest=discard_oldest,
            ),
        )
        parameters = ua.CreateMonitoredItemsParameters(
            SubscriptionId=self.id, TimestampsToReturn=ua.TimestampsToReturn.Both, ItemsToCreate=[request]
        )
        self.items[handle] = (await self.client.create_monitored_items(parameters))[0]
        return handle

    async def item(self, node, *rest, **more):
        handle = await self.try_item(node, *rest, **more)
        self.items[handle].StatusCode.check()
        return handle

    def item_id(self, handle):
        return self.items[handle].MonitoredItemId

    def values(self, handle):
        """The DataValues that came for an item."""
        notifications = [n for m in self.messages for n in m.NotificationMessage.NotificationData or []]
        changes = [i for n in notifications if isinstance(n, ua.DataChangeNotification) for i in n.MonitoredItems]
        return [i.Value for i in changes if i.ClientHandle == handle]

    def status_changes(self):
        notifications = [n for m in self.messages for n in m.NotificationMessage.NotificationData or []]
        return [n.Status.name for n in notifications if isinstance(n, ua.StatusChangeNotification)]

    def keep_alives(self):
        return [m for m in self.messages if not m.NotificationMessage.NotificationData]

    async def wait_for(self, handle, count, seconds=60):
        async def enough():
            return len(self.values(handle)) >= count

        await eventually(enough, seconds)
        return self.values(handle)

    async def close(self):
        return await self.client.delete_subscriptions([self.id])


def numbers_of(values, kind="JPEG"):
    for value in values:
        value.StatusCode.check()
    return [sim_picture.frame_number(sim_picture.decode(v.Value.Value, kind)) for v in values]


class SubscriptionTestCase(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:?fps=30", config="camera:\n  linger: 1\n"))

    async def asyncSetUp(self):
        self.client, namespace = await self.enterAsyncContext(connected(self.server, user="operator"))
        self.camera = Camera(self.client, namespace)

    async def watch(self, **more):
        return await Watch(self.client).open(**more)


class Pictures(SubscriptionTestCase):
    async def test_faster_intervals_bring_more_pictures(self):
        intervals = (50, 250, 1000)
        watches = [await self.watch(interval=i) for i in intervals]
        items = [await w.item(self.camera.id("CameraImage"), interval=i) for w, i in zip(watches, intervals)]
        await watches[-1].wait_for(items[-1], 4)
        counts = [len(w.values(i)) for w, i in zip(watches, items)]
        self.assertGreater(counts[0], 1.5 * counts[1])
        self.assertGreater(counts[1], 1.5 * counts[2])
        for watch, item in zip(watches, items):
            numbers = numbers_of(watch.values(item))
            self.assertEqual(numbers, sorted(set(numbers)))
            times = [v.SourceTimestamp for v in watch.values(item)]
            self.assertEqual(times, sorted(set(times)))
            await watch.close()

    async def test_pictures_are_no_closer_than_the_revised_interval(self):
        watch = await self.watch(interval=20)
        item = await watch.item(self.camera.id("CameraImage"), interval=200)
        revised = watch.items[item].RevisedSamplingInterval
        self.assertGreaterEqual(revised, 200)
        times = [v.SourceTimestamp.timestamp() for v in await watch.wait_for(item, 8)]
        mean = (times[-1] - times[1]) / (len(times) - 2)
        self.assertGreater(mean, 0.9 * revised / 1000)

    async def test_interval_zero_is_every_frame(self):
        watch = await self.watch(interval=20)
        item = await watch.item(self.camera.id("Thumbnail"), interval=0, queue=10)
        numbers = numbers_of(await watch.wait_for(item, 20))
        steps = [b - a for a, b in zip(numbers[2:], numbers[3:])]
        self.assertLess(sum(steps) / len(steps), 3)

    async def test_negative_interval_is_that_of_publishing(self):
        watch = await self.watch(interval=300)
        item = await watch.item(self.camera.id("CameraImage"), interval=-1)
        self.assertEqual(watch.items[item].RevisedSamplingInterval, watch.revised.RevisedPublishingInterval)

    async def test_pixels_of_what_is_reported(self):
        watch = await self.watch(interval=50)
        png = await watch.item(self.camera.id("CameraImagePng"), interval=100)
        bmp = await watch.item(self.camera.id("CameraImageBmp"), interval=100)
        for item, kind in ((png, "PNG"), (bmp, "BMP")):
            for value in (await watch.wait_for(item, 2))[:2]:
                pixels = sim_picture.decode(value.Value.Value, kind)
                expected = sim_picture.picture(sim_picture.frame_number(pixels), 640, 480)
                self.assertTrue((pixels == expected).all())

    async def test_only_the_newest_is_kept_for_who_is_late(self):
        """Published once a second, sampled at 50 ms, a queue of 1: one picture, the newest of its second."""
        watch = await self.watch(interval=1000)
        item = await watch.item(self.camera.id("CameraImage"), interval=50, queue=1)
        values = await watch.wait_for(item, 3)
        for message in watch.messages:
            changes = [i for n in message.NotificationMessage.NotificationData or [] for i in n.MonitoredItems]
            self.assertLessEqual(len(changes), 1)
        value, published = values[-1], watch.messages[-1].NotificationMessage.PublishTime
        self.assertLess((published - value.SourceTimestamp).total_seconds(), 0.8)

    async def test_a_queue_keeps_several(self):
        watch = await self.watch(interval=1000)
        item = await watch.item(self.camera.id("Thumbnail"), interval=100, queue=4)
        await watch.wait_for(item, 8)
        message = watch.messages[-1].NotificationMessage.NotificationData[0].MonitoredItems
        self.assertEqual(len(message), 4)
        numbers = numbers_of([i.Value for i in message])
        self.assertEqual(numbers, sorted(set(numbers)))
        overflown = [i.Value.StatusCode.value & 0x480 == 0x480 for i in message]
        self.assertEqual(overflown, [True, False, False, False])

    async def test_a_part_of_a_picture(self):
        watch = await self.watch(interval=50)
        item = await watch.item(self.camera.id("CameraImage"), interval=100, index_range="0:1")
        self.assertEqual((await watch.wait_for(item, 1))[0].Value.Value, b"\xff\xd8")

    async def test_a_picture_asks_no_more_of_the_camera_when_nobody_looks(self):
        watch = await self.watch(interval=50)
        item = await watch.item(self.camera.id("CameraImage"), interval=50)
        await watch.wait_for(item, 2)
        self.assertTrue(await self.camera.value("Status/InUse"))
        self.assertEqual(await self.camera.value("Status/Consumers"), 1)
        await watch.close()
        self.assertEqual(await self.camera.value("Status/Consumers"), 0)

        async def idle():
            return not await self.camera.value("Status/InUse")

        await eventually(idle)
        self.assertEqual(await self.camera.value("Status/State"), 1)
        captured = await self.camera.value("Status/FramesCaptured")
        await asyncio.sleep(0.3)
        self.assertEqual(await self.camera.value("Status/FramesCaptured"), captured)


class Publishing(SubscriptionTestCase):
    async def test_time_goes_on(self):
        watch = await self.watch(interval=50)
        item = await watch.item(CURRENT_TIME, interval=50)
        times = [v.Value.Value for v in await watch.wait_for(item, 5)]
        self.assertEqual(times, sorted(set(times)))

    async def test_unchanging_values_come_once_then_keep_alives(self):
        watch = await self.watch(interval=50, keep_alive=2)
        item = await watch.item(self.camera.id("Identification/Model"), interval=50)

        async def kept_alive():
            return len(watch.keep_alives()) >= 3

        await eventually(kept_alive)
        self.assertEqual(len(watch.values(item)), 1)
        first = next(m for m in watch.messages if m.NotificationMessage.NotificationData)
        next_number = first.NotificationMessage.SequenceNumber + 1
        self.assertEqual({m.NotificationMessage.SequenceNumber for m in watch.keep_alives()}, {next_number})

    async def test_first_message_of_an_empty_subscription_is_a_keep_alive(self):
        watch = await self.watch(interval=50, keep_alive=1000)

        async def heard():
            return watch.messages

        await eventually(heard)
        self.assertEqual(len(watch.keep_alives()), 1)
        self.assertEqual(watch.messages[0].NotificationMessage.SequenceNumber, 1)

    async def test_sequence_numbers_have_no_gaps(self):
        watch = await self.watch(interval=50)
        item = await watch.item(CURRENT_TIME, interval=50)
        await watch.wait_for(item, 5)
        numbers = [
            m.NotificationMessage.SequenceNumber for m in watch.messages if m.NotificationMessage.NotificationData
        ]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    async def test_settings_are_revised(self):
        watch = await self.watch(interval=0, keep_alive=10, lifetime=1)
        self.assertGreater(watch.revised.RevisedPublishingInterval, 0)
        self.assertGreaterEqual(watch.revised.RevisedLifetimeCount, 3 * watch.revised.RevisedMaxKeepAliveCount)
        other = await self.watch(interval=float("nan"), keep_alive=0, lifetime=0)
        self.assertGreater(other.revised.RevisedPublishingInterval, 0)
        self.assertGreater(other.revised.RevisedMaxKeepAliveCount, 0)

    async def test_modify_makes_it_slower(self):
        watch = await self.watch(interval=50)
        item = await watch.item(CURRENT_TIME, interval=50)
        await watch.wait_for(item, 3)
        revised = await watch.client.update_subscription(
            ua.ModifySubscriptionParameters(
                SubscriptionId=watch.id,
                RequestedPublishingInterval=700,
                RequestedLifetimeCount=1000,
                RequestedMaxKeepAliveCount=10,
            )
        )
        self.assertEqual(revised.RevisedPublishingInterval, 700)
        seen = len(watch.messages)
        quick = await self.watch(interval=50)
        quick_item = await quick.item(CURRENT_TIME, interval=50)
        await watch.wait_for(item, len(watch.values(item)) + 2)
        self.assertGreater(len(quick.values(quick_item)), 3 * (len(watch.messages) - seen - 1))

    async def test_publishing_mode(self):
        watch = await self.watch(interval=50, keep_alive=3, enabled=False)
        item = await watch.item(CURRENT_TIME, interval=50)

        async def kept_alive():
            return len(watch.keep_alives()) >= 2

        await eventually(kept_alive)
        self.assertEqual(watch.values(item), [])
        mode = ua.SetPublishingModeParameters(PublishingEnabled=True, SubscriptionIds=[watch.id, 99999])
        results = await watch.client.set_publishing_mode(mode)
        self.assertEqual([r.name for r in results], ["Good", "BadSubscriptionIdInvalid"])
        await watch.wait_for(item, 2)

    async def test_monitoring_mode(self):
        watch = await self.watch(interval=50, keep_alive=2)
        item = await watch.item(CURRENT_TIME, interval=50, mode=Mode.Disabled)
        sampled = await watch.item(CURRENT_TIME, interval=50, mode=Mode.Sampling)
        keeps = len(watch.keep_alives())

        async def kept_alive():
            return len(watch.keep_alives()) >= keeps + 2

        await eventually(kept_alive)
        self.assertEqual(watch.values(item) + watch.values(sampled), [])
        parameters = ua.SetMonitoringModeParameters(
            SubscriptionId=watch.id,
            MonitoringMode=Mode.Reporting,
            MonitoredItemIds=[watch.item_id(item), watch.item_id(sampled), 4711],
        )
        results = await watch.client.set_monitoring_mode(parameters)
        self.assertEqual([r.name for r in results], ["Good", "Good", "BadMonitoredItemIdInvalid"])
        await watch.wait_for(item, 2)
        await watch.wait_for(sampled, 2)
        parameters.MonitoringMode = Mode.Disabled
        parameters.MonitoredItemIds = [watch.item_id(item)]
        await watch.client.set_monitoring_mode(parameters)
        count, others = len(watch.values(item)), len(watch.values(sampled))
        await watch.wait_for(sampled, others + 3)
        self.assertLessEqual(len(watch.values(item)), count + 1)

    async def test_modify_and_delete_items(self):
        watch = await self.watch(interval=50)
        item = await watch.item(CURRENT_TIME, interval=50)
        await watch.wait_for(item, 2)
        change = ua.MonitoredItemModifyRequest(
            MonitoredItemId=watch.item_id(item),
            RequestedParameters=ua.MonitoringParameters(ClientHandle=777, SamplingInterval=500, QueueSize=5),
        )
        results = await watch.client.modify_monitored_items(
            ua.ModifyMonitoredItemsParameters(SubscriptionId=watch.id, ItemsToModify=[change])
        )
        self.assertEqual(results[0].StatusCode.name, "Good")
        self.assertEqual(results[0].RevisedSamplingInterval, 500)
        await watch.wait_for(777, 2)
        deletion = ua.DeleteMonitoredItemsParameters(
            SubscriptionId=watch.id, MonitoredItemIds=[watch.item_id(item), watch.item_id(item) + 1000]
        )
        results = await watch.client.delete_monitored_items(deletion)
        self.assertEqual([r.name for r in results], ["Good", "BadMonitoredItemIdInvalid"])
        count = len(watch.values(777))
        await asyncio.sleep(0.7)
        self.assertLessEqual(len(watch.values(777)), count + 1)

    async def test_republish_until_acknowledged(self):
        watch = await self.watch(interval=50)
        session = watch.client.session
        session._publish_task.cancel()
        await watch.item(CURRENT_TIME, interval=50)
        while True:
            published = (await session.publish([])).Parameters
            if published.NotificationMessage.NotificationData:
                break
        number = published.NotificationMessage.SequenceNumber
        self.assertIn(number, published.AvailableSequenceNumbers)
        for _ in range(2):
            self.assertEqual(await session.republish(watch.id, number), published.NotificationMessage)
        acks = [
            ua.SubscriptionAcknowledgement(SubscriptionId=watch.id, SequenceNumber=number),
            ua.SubscriptionAcknowledgement(SubscriptionId=watch.id, SequenceNumber=number + 1000),
            ua.SubscriptionAcknowledgement(SubscriptionId=watch.id + 1000, SequenceNumber=number),
        ]
        acknowledged = (await session.publish(acks)).Parameters
        self.assertEqual(
            [r.name for r in acknowledged.Results],
            ["Good", "BadSequenceNumberUnknown", "BadSubscriptionIdInvalid"],
        )
        self.assertNotIn(number, acknowledged.AvailableSequenceNumbers)
        with self.assert_fault("BadMessageNotAvailable"):
            await session.republish(watch.id, number)
        with self.assert_fault("BadSubscriptionIdInvalid"):
            await session.republish(watch.id + 1000, number)

    async def test_delete(self):
        watch = await self.watch(interval=50)
        item = await watch.item(CURRENT_TIME, interval=50)
        await watch.wait_for(item, 1)
        self.assertEqual([r.name for r in await watch.close()], ["Good"])
        count = len(watch.messages)
        await asyncio.sleep(0.3)
        self.assertEqual(len(watch.messages), count)
        self.assertEqual([r.name for r in await watch.close()], ["BadSubscriptionIdInvalid"])

    async def test_one_session_cannot_touch_what_is_of_another(self):
        watch = await self.watch(interval=50)
        async with connected(self.server) as (other, _):
            results = await other.uaclient.delete_subscriptions([watch.id])
            self.assertEqual([r.name for r in results], ["BadSubscriptionIdInvalid"])
        item = await watch.item(CURRENT_TIME, interval=50)
        await watch.wait_for(item, 1)


class Items(SubscriptionTestCase):
    async def test_wrong_items(self):
        watch = await self.watch()
        image = self.camera.id("CameraImage")
        unknown = ua.NodeId("Cameras/sim/Nothing", self.camera.namespace)
        absolute = ua.DataChangeFilter(
            Trigger=ua.DataChangeTrigger.StatusValue, DeadbandType=ua.DeadbandType.Absolute, DeadbandValue=1
        )
        percent = ua.DataChangeFilter(
            Trigger=ua.DataChangeTrigger.StatusValue, DeadbandType=ua.DeadbandType.Percent, DeadbandValue=101
        )
        cases = [
            (dict(node=unknown), "BadNodeIdUnknown"),
            (dict(node=image, attribute=ua.AttributeIds.EventNotifier), "BadAttributeIdInvalid"),
            (dict(node=image, index_range="5:5"), "BadIndexRangeInvalid"),
            (dict(node=image, item_filter=absolute), "BadFilterNotAllowed"),
            (dict(node=self.camera.id("Settings/JpegQuality"), item_filter=percent), "BadDeadbandFilterInvalid"),
            (dict(node=image, item_filter=ua.EventFilter()), "BadFilterNotAllowed"),
        ]
        for wish, expected in cases:
            handle = await watch.try_item(**wish)
            self.assertEqual(watch.items[handle].StatusCode.name, expected, wish)
        watch.id += 1000
        with self.assert_fault("BadSubscriptionIdInvalid"):
            await watch.try_item(image)

    async def test_values_that_are_not_there_yet_are_told_when_they_come(self):
        with Server("sim:?open_delay=700") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open()
                item = await watch.item(camera.id("FrameNumber"), interval=50)
                await watch.wait_for(item, 1)
                self.assertFalse(watch.values(item)[0].StatusCode.is_good())
                await camera.value("CameraImage")

                async def good():
                    return watch.values(item)[-1].StatusCode.is_good()

                await eventually(good)

    async def test_deadband_on_a_number(self):
        watch = await self.watch()
        deadband = ua.DataChangeFilter(
            Trigger=ua.DataChangeTrigger.StatusValue, DeadbandType=ua.DeadbandType.Absolute, DeadbandValue=10
        )
        quality = self.camera.id("Settings/JpegQuality")
        banded = await watch.item(quality, interval=20, queue=10, item_filter=deadband)
        every = await watch.item(quality, interval=20, queue=10)
        await watch.wait_for(banded, 1)
        for value in (80, 75, 70, 65, 60):
            count = len(watch.values(every))
            await self.camera.write("Settings/JpegQuality", value, ua.VariantType.Byte)
            await watch.wait_for(every, count + 1)
        self.assertEqual([v.Value.Value for v in watch.values(every)], [85, 80, 75, 70, 65, 60])
        self.assertEqual([v.Value.Value for v in watch.values(banded)], [85, 70])
        await self.camera.write("Settings/JpegQuality", 85, ua.VariantType.Byte)

    async def test_triggering(self):
        watch = await self.watch(interval=50, keep_alive=2)
        trigger = await watch.item(self.camera.id("Settings/JpegQuality"), interval=20)
        image = await watch.item(self.camera.id("CameraImage"), interval=50, mode=Mode.Sampling)
        await watch.wait_for(trigger, 1)
        request = ua.SetTriggeringRequest()
        request.Parameters = ua.SetTriggeringParameters(
            SubscriptionId=watch.id,
            TriggeringItemId=watch.item_id(trigger),
            LinksToAdd=[watch.item_id(image)],
            LinksToRemove=[],
        )
        data = await watch.client._send_request(request)
        response = ua.ua_binary.struct_from_binary(ua.SetTriggeringResponse, data)
        self.assertEqual([r.name for r in response.Parameters.AddResults], ["Good"])
        keeps = len(watch.keep_alives())

        async def kept_alive():
            return len(watch.keep_alives()) >= keeps + 2

        await eventually(kept_alive)
        self.assertEqual(watch.values(image), [])
        await self.camera.write("Settings/JpegQuality", 84, ua.VariantType.Byte)
        values = await watch.wait_for(image, 1)
        self.assertEqual(len(numbers_of(values)), 1)
        await self.camera.write("Settings/JpegQuality", 85, ua.VariantType.Byte)


class Failures(AsyncTestCase):
    async def test_a_camera_that_fails_is_told_and_resumes(self):
        with Server("sim:?fail_after=4&fps=50") as server:
            async with camera_of(server) as camera:
                watch = await Watch(camera.client).open(interval=20)
                item = await watch.item(camera.id("CameraImage"), interval=0, queue=10)

                async def again():
                    names = [v.StatusCode.name for v in watch.values(item)]
                    bad = names.index("BadDeviceFailure") if "BadDeviceFailure" in names else None
                    return bad is not None and "Good" in names[bad:]

                await eventually(again)
                self.assertEqual({v.StatusCode.name for v in watch.values(item)}, {"Good", "BadDeviceFailure"})

    async def test_lifetime_ends_without_publishes(self):
        """A client that has a session and asks for nothing more loses the subscription, not the session."""
        with Server("sim:") as server:
            client = make_client(server)
            async with client:
                watch = await Watch(client).open(interval=50, keep_alive=1, lifetime=3)
                session = client.uaclient.session
                session._publish_task.cancel()
                count = ua.NodeId(
                    ua.ObjectIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSubscriptionCount
                )

                async def gone():
                    return await client.get_node(count).read_value() == 0

                await eventually(gone)
                session._publish_task = asyncio.create_task(session._publish_loop())

                async def told():
                    return watch.status_changes()

                await eventually(told)
                self.assertEqual(watch.status_changes(), ["BadTimeout"])
                with contextlib.suppress(ua.UaStatusCodeError):
                    await watch.close()
