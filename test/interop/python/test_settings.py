# SPDX-License-Identifier: Apache-2.0
"""What cameras can be set to, as asyncua sees it: the nodes, and what writing them does to the pictures."""

import asyncio
import contextlib
import tempfile

import numpy
import sim_picture
from asyncua import ua
from clients import ANY_AGE, AsyncTestCase, operator_of, eventually
from server import Server
from test_subscriptions import Watch

I = ua.ObjectIds
V = ua.VariantType


def write_value(camera, path, value, variant_type):
    return ua.WriteValue(
        NodeId=camera.id(path),
        AttributeId=ua.AttributeIds.Value,
        Value=ua.DataValue(ua.Variant(value, variant_type)),
    )


async def write_all(camera, *writes):
    """The names of the statuses of one Write request."""
    values = [write_value(camera, *write) for write in writes]
    return [s.name for s in await camera.client.uaclient.write(ua.WriteParameters(NodesToWrite=values))]


@contextlib.asynccontextmanager
async def settings_of(server, name="sim"):
    """The camera, once the device was asked what it can be set to."""
    async with operator_of(server, name) as camera:

        async def listed():
            return (await camera.read("Settings/Gain", ANY_AGE)).StatusCode.is_good()

        await eventually(listed)
        yield camera


async def set_to(camera, path, value, variant_type):
    """The name of the status."""
    (name,) = await write_all(camera, (f"Settings/{path}", value, variant_type))
    return name


async def pixels(camera):
    return sim_picture.decode(await camera.value("CameraImageBmp"), "BMP").astype(int)


class Nodes(AsyncTestCase):
    async def test_each_kind_has_its_node(self):
        kinds = {
            "Width": (I.AnalogItemType, I.UInt32),
            "AcquisitionFrameRate": (I.AnalogItemType, I.Double),
            "Brightness": (I.AnalogItemType, I.Int32),
            "PixelFormat": (I.MultiStateDiscreteType, I.UInt32),
            "ExposureAuto": (I.MultiStateDiscreteType, I.UInt32),
            "ReverseX": (I.BaseDataVariableType, I.Boolean),
            "Device/DeviceControl/DeviceUserID": (I.BaseDataVariableType, I.String),
        }
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                both = {ua.AccessLevel.CurrentRead, ua.AccessLevel.CurrentWrite}
                for path, (kind, data_type) in kinds.items():
                    node = camera.node(f"Settings/{path}")
                    self.assertEqual(await node.read_type_definition(), ua.NodeId(kind), path)
                    self.assertEqual(await node.read_data_type(), ua.NodeId(data_type), path)
                    self.assertEqual(await node.read_value_rank(), ua.ValueRank.Scalar, path)
                    self.assertEqual(await node.get_access_level(), both, path)
                heat = camera.node("Settings/DeviceTemperature")
                self.assertEqual(await heat.get_access_level(), {ua.AccessLevel.CurrentRead})
                reset = camera.node("Settings/DeviceReset")
                self.assertEqual(await reset.read_node_class(), ua.NodeClass.Method)
                self.assertEqual(await reset.get_children(), [])

    async def test_ranges_units_menus(self):
        with Server("sim:?size=320x240") as server:
            async with settings_of(server) as camera:
                limits = await camera.value("Settings/Width/EURange")
                self.assertEqual((limits.Low, limits.High), (1, 16384))
                unit = await camera.value("Settings/ExposureTime/EngineeringUnits")
                self.assertEqual((unit.DisplayName.Text, unit.UnitId), ("µs", 0x423938))
                strings = [s.Text for s in await camera.value("Settings/ExposureAuto/EnumStrings")]
                self.assertEqual(strings, ["Off", "Once", "Continuous"])
                formats = [s.Text for s in await camera.value("Settings/PixelFormat/EnumStrings")]
                self.assertEqual(formats[await camera.value("Settings/PixelFormat")], "RGB8")
                self.assertEqual(await camera.value("Settings/Width"), 320)

    async def test_walking_there(self):
        """Folders of the device are found by their BrowseNames."""
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                ns = camera.namespace
                path = [f"{ns}:Device", f"{ns}:DeviceControl", f"{ns}:DeviceUserID"]
                node = await camera.node("Settings").get_child(path)
                self.assertEqual(node.nodeid, camera.id("Settings/Device/DeviceControl/DeviceUserID"))
                folder = await node.get_parent()
                self.assertEqual(await folder.read_type_definition(), ua.NodeId(I.FolderType))


class Writing(AsyncTestCase):
    async def test_brightness_changes_the_pixels(self):
        with Server("sim:?scene=still&size=160x120") as server:
            async with settings_of(server) as camera:
                before = await pixels(camera)
                self.assertEqual(await set_to(camera, "Brightness", 40, V.Int32), "Good")
                self.assertEqual(await camera.value("Settings/Brightness"), 40)

                async def brighter():
                    return numpy.abs(await pixels(camera) - numpy.minimum(before + 40, 255)).mean() < 2

                await eventually(brighter)

    async def test_another_size_on_the_same_subscription(self):
        with Server("sim:?size=160x120&fps=20") as server:
            async with settings_of(server) as camera:
                watch = await Watch(camera.client).open()
                item = await watch.item(camera.id("CameraImagePng"))
                await watch.wait_for(item, 1)
                size = ("Settings/Width", 320, V.UInt32), ("Settings/Height", 200, V.UInt32)
                self.assertEqual(await write_all(camera, *size), ["Good", "Good"])

                async def has_size():
                    last = watch.values(item)[-1]
                    last.StatusCode.check()
                    return sim_picture.decode(last.Value.Value, "PNG").shape[:2] == (200, 320)

                await eventually(has_size)
                self.assertTrue(all(v.StatusCode.is_good() for v in watch.values(item)))
                self.assertEqual((await camera.value("Width"), await camera.value("Height")), (320, 200))

    async def test_a_picture_of_the_old_size_answers_no_more(self):
        with Server("sim:?size=160x120") as server:
            async with settings_of(server) as camera:
                for width in (320, 200):
                    self.assertEqual(await set_to(camera, "Width", width, V.UInt32), "Good")
                    picture = await camera.value("CameraImageBmp", max_age=ANY_AGE)
                    self.assertEqual(sim_picture.decode(picture, "BMP").shape[1], width)
                    self.assertEqual(await camera.value("CameraImageBmp", max_age=ANY_AGE), picture)

    async def test_what_is_refused(self):
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                cases = [
                    ("Width", 16385, V.UInt32, "BadOutOfRange"),
                    ("Width", 0, V.UInt32, "BadOutOfRange"),
                    ("Width", 320, V.Int32, "BadTypeMismatch"),
                    ("Width", [320], V.UInt32, "BadTypeMismatch"),
                    ("Brightness", -256, V.Int32, "BadOutOfRange"),
                    ("ExposureTime", 5.0, V.Double, "BadOutOfRange"),
                    ("ExposureTime", float("nan"), V.Double, "BadOutOfRange"),
                    ("ExposureAuto", 3, V.UInt32, "BadOutOfRange"),
                    ("ReverseX", 1, V.UInt32, "BadTypeMismatch"),
                    ("DeviceTemperature", 20.0, V.Double, "BadNotWritable"),
                    ("Width/EURange", ua.Range(0, 1), V.ExtensionObject, "BadNotWritable"),
                    ("Device/DeviceControl/DeviceUserID", "x" * 200, V.String, "BadOutOfRange"),
                ]
                for path, value, variant_type, expected in cases:
                    self.assertEqual(await set_to(camera, path, value, variant_type), expected, (path, value))
                self.assertEqual(await camera.value("Settings/Width"), 640)
            server.wait_for_line("16384", 10)  # the log tells the range

    async def test_one_setting_rules_another(self):
        """Writes of one request are carried out in order."""
        automatic = "Settings/ExposureAuto"
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                exposure = ("Settings/ExposureTime", 5000.0, V.Double)
                self.assertEqual(await write_all(camera, (automatic, 2, V.UInt32)), ["Good"])
                self.assertEqual(await write_all(camera, exposure), ["BadInvalidState"])
                level = await camera.node("Settings/ExposureTime").get_access_level()
                self.assertIn(ua.AccessLevel.CurrentWrite, level)
                off = (automatic, 0, V.UInt32)
                self.assertEqual(await write_all(camera, exposure, off), ["BadInvalidState", "Good"])
                self.assertEqual(await write_all(camera, (automatic, 2, V.UInt32), off, exposure), ["Good"] * 3)
                self.assertEqual(await camera.value("Settings/ExposureTime"), 5000)

    async def test_results_stand_where_their_writes_do(self):
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                statuses = await write_all(
                    camera,
                    ("Settings/Gain", 6.0, V.Double),
                    ("Settings/JpegQuality", 50, V.Byte),
                    ("Settings/Gain", 600.0, V.Double),
                    ("Settings/Nothing", 1, V.UInt32),
                    ("Settings/Device/DeviceControl/DeviceUserID", "Gate 5", V.String),
                )
                self.assertEqual(statuses, ["Good", "Good", "BadOutOfRange", "BadNodeIdUnknown", "Good"])
                self.assertEqual(await camera.value("Settings/Device/DeviceControl/DeviceUserID"), "Gate 5")
                self.assertEqual(await camera.value("Settings/JpegQuality"), 50)
                self.assertEqual(await camera.value("Settings/Gain"), 6)

    async def test_a_command_is_called(self):
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                self.assertEqual(await set_to(camera, "Gain", 6.0, V.Double), "Good")
                self.assertEqual(await camera.node("Settings").call_method(camera.id("Settings/DeviceReset")), None)
                self.assertEqual(await camera.value("Settings/Gain"), 0)
                request = ua.CallMethodRequest(
                    ObjectId=camera.id("Settings"),
                    MethodId=camera.id("Settings/DeviceReset"),
                    InputArguments=[ua.Variant(1)],
                )
                (result,) = await camera.client.uaclient.call([request])
                self.assertEqual(result.StatusCode.name, "BadTooManyArguments")


class Watching(AsyncTestCase):
    async def test_others_hear_of_a_change(self):
        with Server("sim:") as server:
            async with settings_of(server) as writer, settings_of(server) as listener:
                watch = await Watch(listener.client).open()
                gain = await watch.item(listener.id("Settings/Gain"))
                menu = await watch.item(listener.id("Settings/ExposureAuto"))
                (first,) = await watch.wait_for(gain, 1)
                self.assertEqual(first.Value.Value, 0)
                for value in (3.0, -3.0):
                    self.assertEqual(await set_to(writer, "Gain", value, V.Double), "Good")
                    await eventually(lambda: self.is_last(watch, gain, value))
                self.assertEqual(len(watch.values(menu)), 1)

    async def is_last(self, watch, item, value):
        values = watch.values(item)
        return values and values[-1].Value.Value == value

    async def test_what_changes_by_itself_is_sampled(self):
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                watch = await Watch(camera.client).open()
                heat = await watch.item(camera.id("Settings/DeviceTemperature"), interval=100)
                values = await watch.wait_for(heat, 3)
                self.assertEqual(len({v.Value.Value for v in values[:3]}), 3)

    async def test_watching_does_not_open_the_camera(self):
        with Server("sim:") as server:
            async with settings_of(server) as camera:
                watch = await Watch(camera.client).open()
                await watch.wait_for(await watch.item(camera.id("Settings/Gain")), 1)
                self.assertEqual(await set_to(camera, "Gain", 1.0, V.Double), "Good")
                self.assertEqual(await camera.value("Status/FramesCaptured"), 0)
                self.assertEqual(await camera.value("Status/State"), 1)


class Keeping(AsyncTestCase):
    async def test_settings_outlive_the_server(self):
        with tempfile.TemporaryDirectory(prefix="uacam-interop-") as home:
            with Server("sim:?scene=still&size=160x120", home=home) as server:
                async with settings_of(server) as camera:
                    writes = ("Settings/Gain", 6.0, V.Double), ("Settings/Width", 320, V.UInt32)
                    self.assertEqual(await write_all(camera, *writes), ["Good", "Good"])
                    bright = await pixels(camera)
            with Server("sim:?scene=still&size=160x120", home=home) as server:
                async with settings_of(server) as camera:
                    self.assertEqual((await pixels(camera)).shape, (120, 320, 3))
                    self.assertEqual(await camera.value("Settings/Gain"), 6)
                    self.assertLess(numpy.abs(await pixels(camera) - bright).mean(), 2)


class Hanging(AsyncTestCase):
    """A device that never ends what it is told to do."""

    CAMERAS = ("sim:?id=stuck&hang=set", "sim:?id=well")

    async def test_a_write_times_out_while_others_go_on(self):
        with Server(*self.CAMERAS, config="camera: {capture_timeout: 2}\n") as server:
            async with settings_of(server, "stuck") as stuck, settings_of(server, "well") as well:
                stuck_write = asyncio.create_task(set_to(stuck, "Gain", 1.0, V.Double))
                for gain in (1.0, 2.0):
                    self.assertEqual(await set_to(well, "Gain", gain, V.Double), "Good")
                self.assertIsNotNone(await well.value("CameraImage"))
                self.assertFalse(stuck_write.done())
                self.assertEqual(await stuck_write, "BadTimeout")
                self.assertEqual(await stuck.value("Settings/Gain", ANY_AGE), 0)

    async def test_a_parked_write_is_cancelled(self):
        with Server(*self.CAMERAS, config="camera: {capture_timeout: 60}\n") as server:
            async with settings_of(server, "stuck") as camera:
                request = ua.WriteRequest()
                request.Parameters.NodesToWrite = [write_value(camera, "Settings/Gain", 1.0, V.Double)]
                protocol = camera.client.uaclient.protocol
                parked = protocol._send_request(request, 30)
                cancel = ua.CancelRequest()
                cancel.Parameters.RequestHandle = request.RequestHeader.RequestHandle
                data = await protocol.send_request(cancel)
                response = ua.ua_binary.struct_from_binary(ua.CancelResponse, data)
                self.assertEqual(response.Parameters.CancelCount, 1)
                fault = (await parked).copy()
                ua.ua_binary.nodeid_from_binary(fault)
                header = ua.ua_binary.struct_from_binary(ua.ResponseHeader, fault)
                self.assertEqual(header.ServiceResult.name, "BadRequestCancelledByClient")
