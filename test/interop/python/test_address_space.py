# SPDX-License-Identifier: Apache-2.0
"""The address space as asyncua walks it: every node, every attribute, every value."""


import asyncio
import unittest

from asyncua import ua
from clients import NAMESPACE, AsyncTestCase, Camera, connected, make_client
from server import Server

POLICY_NONE = "http://opcfoundation.org/UA/SecurityPolicy#None"
POLICIES = ("Aes256_Sha256_RsaPss", "Aes128_Sha256_RsaOaep", "Basic256Sha256")  # the best first
TRANSPORT = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"

A = ua.AttributeIds
COMMON = [A.NodeId, A.NodeClass, A.BrowseName, A.DisplayName]
MANDATORY = {  # Part 3 §5
    ua.NodeClass.Object: [A.EventNotifier],
    ua.NodeClass.Variable: [A.Value, A.DataType, A.ValueRank, A.AccessLevel, A.UserAccessLevel, A.Historizing],
    ua.NodeClass.Method: [A.Executable, A.UserExecutable],
    ua.NodeClass.ObjectType: [A.IsAbstract],
    ua.NodeClass.VariableType: [A.DataType, A.ValueRank, A.IsAbstract],
    ua.NodeClass.DataType: [A.IsAbstract],
    ua.NodeClass.ReferenceType: [A.IsAbstract, A.Symmetric],
}
SCALAR, ANY_RANK, SCALAR_OR_ARRAY, ONE_OR_MORE = -1, -2, -3, 0


def ns0(number):
    return ua.NodeId(number, 0)


# For administrators alone
SECRET = (ns0(ua.ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionSecurityDiagnosticsArray), A.Value)


def browse_on(point, release=False):
    return ua.BrowseNextParameters(ReleaseContinuationPoints=release, ContinuationPoints=[point])


async def browse(client, node, reference=ua.ObjectIds.References, direction=ua.BrowseDirection.Both):
    description = ua.BrowseDescription(
        NodeId=node,
        BrowseDirection=direction,
        ReferenceTypeId=ns0(reference),
        IncludeSubtypes=True,
        NodeClassMask=0,
        ResultMask=ua.BrowseResultMask.All,
    )
    parameters = ua.BrowseParameters(
        View=ua.ViewDescription(), RequestedMaxReferencesPerNode=0, NodesToBrowse=[description]
    )
    result = (await client.uaclient.browse(parameters))[0]
    result.StatusCode.check()
    references = list(result.References)
    while result.ContinuationPoint:
        result = (await client.uaclient.browse_next(browse_on(result.ContinuationPoint)))[0]
        references += result.References
    return references


async def walk(client):
    """Everything that can be reached from Root: {NodeId: its references}."""
    seen, left = {}, [ns0(ua.ObjectIds.RootFolder)]
    while left:
        node = left.pop()
        if node in seen:
            continue
        seen[node] = await browse(client, node)
        left += [r.NodeId.to_nodeid() if hasattr(r.NodeId, "to_nodeid") else r.NodeId for r in seen[node]]
    return seen


class Endpoints(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    async def test_urls_are_those_the_client_came_by(self):
        for host in ("127.0.0.1", "localhost", "[::1]"):
            for path in ("", "/", "/opcfy/server/"):
                url = self.server.url(path, host)
                endpoints = await make_client(self.server, path=path, host=host).connect_and_get_server_endpoints()
                self.assertEqual({e.EndpointUrl for e in endpoints}, {url})
                self.assertEqual(endpoints[0].Server.DiscoveryUrls, [url])

    async def test_what_an_endpoint_says(self):
        *secured, none = await make_client(self.server).connect_and_get_server_endpoints()
        self.assertEqual((none.SecurityMode, none.SecurityPolicyUri), (ua.MessageSecurityMode.None_, POLICY_NONE))
        T, SIGNED, SEALED = ua.UserTokenType, ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt
        self.assertEqual([t.TokenType for t in none.UserIdentityTokens], [T.Anonymous, T.UserName])
        self.assertEqual(
            [(e.SecurityMode, e.SecurityPolicyUri.split("#")[1]) for e in secured], [(m, p) for m in (SEALED, SIGNED) for p in POLICIES]
        )
        for endpoint in (*secured, none):
            self.assertEqual(endpoint.TransportProfileUri, TRANSPORT)
            self.assertEqual(endpoint.ServerCertificate, none.ServerCertificate)
            self.assertEqual(endpoint.Server.ApplicationType, ua.ApplicationType.Server)
            self.assertRegex(endpoint.Server.ApplicationUri, r"^urn:.+:uacam$")
        for endpoint in secured:
            self.assertEqual([t.TokenType for t in endpoint.UserIdentityTokens], [T.Anonymous, T.UserName, T.Certificate])

    async def test_find_servers_names_this_one(self):
        servers = await make_client(self.server).connect_and_find_servers()
        endpoint = (await make_client(self.server).connect_and_get_server_endpoints())[0]
        self.assertEqual(servers, [endpoint.Server])

    async def test_session_over_any_path_and_host(self):
        for host, path in (("localhost", "/opcfy/server/"), ("[::1]", "/a/b?c=d"), ("127.0.0.1", "/UA/Cameras")):
            async with connected(self.server, host=host, path=path) as (client, namespace):
                image = await Camera(client, namespace).value("CameraImage")
                self.assertEqual(image[:2], b"\xff\xd8")


class Paths(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:?id=left", "sim:?id=right&seed=2"))

    async def test_walk_by_what_people_see(self):
        async with connected(self.server) as (client, namespace):
            node = client.nodes.root
            for name in ("Objects", "Camera Device", "Camera Image"):
                children = {(await c.read_display_name()).Text: c for c in await node.get_children()}
                self.assertIn(name, children)
                node = children[name]
            self.assertEqual(node.nodeid, Camera(client, namespace, "left").id("CameraImage"))

    async def test_translate_paths(self):
        async with connected(self.server) as (client, n):
            objects, left = client.nodes.objects, Camera(client, n, "left")
            paths = {
                (f"{n}:CameraDevice", f"{n}:CameraImage"): left.id("CameraImage"),
                (f"{n}:Cameras", f"{n}:left", f"{n}:CameraImage"): left.id("CameraImage"),
                (f"{n}:Cameras", f"{n}:right", f"{n}:Status", f"{n}:State"): Camera(client, n, "right").id("Status/State"),
                ("0:Server", "0:ServerStatus", "0:CurrentTime"): ns0(ua.ObjectIds.Server_ServerStatus_CurrentTime),
            }
            for path, expected in paths.items():
                self.assertEqual((await objects.get_child(list(path))).nodeid, expected)
            with self.assert_fault("BadNoMatch"):
                await objects.get_child([f"{n}:Cameras", f"{n}:middle"])

    async def test_the_default_camera_is_configured(self):
        with Server("sim:?id=left", "sim:?id=right", config="server: {default_camera: right}\n") as server:
            async with connected(server) as (client, n):
                node = await client.nodes.objects.get_child([f"{n}:CameraDevice", f"{n}:CameraImage"])
                self.assertEqual(node.nodeid, Camera(client, n, "right").id("CameraImage"))

    async def test_browse_in_pieces(self):
        async with connected(self.server) as (client, namespace):
            camera = Camera(client, namespace, "left")
            whole = await browse(client, camera.id(), direction=ua.BrowseDirection.Forward)
            description = ua.BrowseDescription(
                NodeId=camera.id(),
                BrowseDirection=ua.BrowseDirection.Forward,
                ReferenceTypeId=ns0(ua.ObjectIds.References),
                IncludeSubtypes=True,
                ResultMask=ua.BrowseResultMask.All,
            )
            parameters = ua.BrowseParameters(
                View=ua.ViewDescription(), RequestedMaxReferencesPerNode=3, NodesToBrowse=[description]
            )
            result = (await client.uaclient.browse(parameters))[0]
            pieces = []
            while True:
                self.assertLessEqual(len(result.References), 3)
                pieces += result.References
                if not result.ContinuationPoint:
                    break
                last = result.ContinuationPoint
                result = (await client.uaclient.browse_next(browse_on(last)))[0]
            self.assertEqual(pieces, whole)
            gone = (await client.uaclient.browse_next(browse_on(last)))[0]
            self.assertEqual(gone.StatusCode.name, "BadContinuationPointInvalid")

    async def test_continuation_points_can_be_let_go(self):
        async with connected(self.server) as (client, namespace):
            description = ua.BrowseDescription(
                NodeId=Camera(client, namespace, "left").id(),
                ReferenceTypeId=ns0(ua.ObjectIds.References),
                IncludeSubtypes=True,
            )
            parameters = ua.BrowseParameters(
                View=ua.ViewDescription(), RequestedMaxReferencesPerNode=1, NodesToBrowse=[description]
            )
            statuses = []
            for _ in range(200):
                result = (await client.uaclient.browse(parameters))[0]
                statuses.append(result.StatusCode.name)
                if result.ContinuationPoint:
                    await client.uaclient.browse_next(browse_on(result.ContinuationPoint, release=True))
            self.assertEqual(set(statuses), {"Good"})

    async def test_browse_by_class_type_and_direction(self):
        async with connected(self.server) as (client, namespace):
            camera = Camera(client, namespace, "left")
            methods = await camera.node().get_children(nodeclassmask=ua.NodeClass.Method)
            self.assertEqual([m.nodeid for m in methods], [camera.id("Snapshot")])
            parents = await camera.node("CameraImage").get_referenced_nodes(
                refs=ua.ObjectIds.HierarchicalReferences, direction=ua.BrowseDirection.Inverse
            )
            self.assertEqual(
                {p.nodeid for p in parents}, {camera.id(), ua.NodeId("CameraDevice", namespace)}
            )
            properties = await camera.node("CameraImage").get_properties()
            self.assertEqual(
                {(await p.read_browse_name()).Name for p in properties}, {"MimeType", "MaxByteStringLength"}
            )

    async def test_registered_nodes_can_be_read(self):
        async with connected(self.server) as (client, namespace):
            ids = [Camera(client, namespace, "left").id("CameraImage"), ns0(ua.ObjectIds.Server_ServiceLevel)]
            registered = await client.uaclient.register_nodes(ids)
            values = await client.read_values([client.get_node(n) for n in registered])
            self.assertEqual(values[0][:2], b"\xff\xd8")
            self.assertEqual(values[1], 255)
            await client.uaclient.unregister_nodes(registered)

    async def test_what_is_not_there(self):
        async with connected(self.server) as (client, namespace):
            image = Camera(client, namespace, "left").id("CameraImage")
            cases = [
                (ua.NodeId("Cameras/left/Nothing", namespace), A.Value, None, "BadNodeIdUnknown"),
                (ua.NodeId(4000000000, 0), A.Value, None, "BadNodeIdUnknown"),
                (ua.NodeId("Cameras/left/CameraImage", 77), A.Value, None, "BadNodeIdUnknown"),
                (image, A.EventNotifier, None, "BadAttributeIdInvalid"),
                (image, 0, None, "BadAttributeIdInvalid"),
                (image, 4711, None, "BadAttributeIdInvalid"),
                (image, A.Value, "Default XML", "BadDataEncodingUnsupported"),
                (image, A.DataType, "Default Binary", "BadDataEncodingInvalid"),
            ]
            for node, attribute, encoding, expected in cases:
                what = ua.ReadValueId(NodeId=node, AttributeId=attribute)
                if encoding:
                    what.DataEncoding = ua.QualifiedName(encoding, 0)
                result = (await client.uaclient.read(ua.ReadParameters(NodesToRead=[what])))[0]
                self.assertEqual(result.StatusCode.name, expected, (node, attribute))
            unknown = await client.uaclient.browse(
                ua.BrowseParameters(NodesToBrowse=[ua.BrowseDescription(NodeId=cases[0][0])])
            )
            self.assertEqual(unknown[0].StatusCode.name, "BadNodeIdUnknown")


class Facts(AsyncTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("sim:"))

    async def test_attributes_of_pictures(self):
        types = {
            "CameraImage": (ua.ObjectIds.ImageJPG, "image/jpeg"),
            "CameraImagePng": (ua.ObjectIds.ImagePNG, "image/png"),
            "CameraImageBmp": (ua.ObjectIds.ImageBMP, "image/bmp"),
            "Thumbnail": (ua.ObjectIds.ImageJPG, "image/jpeg"),
        }
        async with connected(self.server) as (client, namespace):
            camera = Camera(client, namespace)
            for path, (data_type, mime) in types.items():
                node = camera.node(path)
                self.assertEqual(await node.read_data_type(), ns0(data_type))
                self.assertEqual(await node.read_value_rank(), ua.ValueRank.Scalar)
                self.assertEqual(await node.get_access_level(), {ua.AccessLevel.CurrentRead})
                self.assertEqual(await node.get_user_access_level(), {ua.AccessLevel.CurrentRead})
                self.assertEqual(await camera.value(f"{path}/MimeType"), mime)
                self.assertGreaterEqual(
                    await camera.value(f"{path}/MaxByteStringLength"), len(await camera.value(path))
                )
                interval = (await node.read_attribute(A.MinimumSamplingInterval)).Value.Value
                self.assertGreaterEqual(interval, 0)

    async def test_types_of_facts(self):
        V, I = ua.VariantType, ua.ObjectIds
        types = {
            "FrameNumber": (V.UInt64, I.UInt64),
            "FrameTime": (V.DateTime, I.UtcTime),
            "Width": (V.UInt32, I.UInt32),
            "Height": (V.UInt32, I.UInt32),
            "Identification/Manufacturer": (V.String, I.String),
            "Identification/Model": (V.String, I.String),
            "Identification/SerialNumber": (V.String, I.String),
            "Identification/ProductInstanceUri": (V.String, I.String),
            "Identification/Driver": (V.String, I.String),
            "Identification/Address": (V.String, I.String),
            "Status/Connected": (V.Boolean, I.Boolean),
            "Status/InUse": (V.Boolean, I.Boolean),
            "Status/InUseBy": (V.String, I.String),
            "Status/Consumers": (V.UInt32, I.UInt32),
            "Status/LastError": (V.String, I.String),
            "Status/LastErrorTime": (V.DateTime, I.UtcTime),
            "Status/FramesCaptured": (V.UInt64, I.UInt64),
            "Status/FramesLost": (V.UInt64, I.UInt64),
            "Status/ActualFrameRate": (V.Double, I.Double),
            "Status/ReopenCount": (V.UInt32, I.UInt32),
            "Status/LastImageSize": (V.UInt64, I.UInt64),
            "Settings/JpegQuality": (V.Byte, I.Byte),
        }
        async with connected(self.server) as (client, namespace):
            camera = Camera(client, namespace)
            await camera.value("CameraImage")
            for path, (variant, data_type) in types.items():
                self.assertEqual((await camera.read(path)).Value.VariantType, variant, path)
                self.assertEqual(await camera.node(path).read_data_type(), ns0(data_type), path)

    async def test_camera_is_of_its_type(self):
        async with connected(self.server) as (client, namespace):
            camera = Camera(client, namespace)
            camera_type = await camera.node().read_type_definition()
            self.assertEqual(camera_type, ua.NodeId("CameraType", namespace))

            async def names(node, rule=None):
                """Browse paths of all that is below, or of what has this modelling rule and what it hangs on."""
                found = set()
                for child in await node.get_children():
                    rules = await child.get_referenced_nodes(ua.ObjectIds.HasModellingRule)
                    if rule and any(r.nodeid != ns0(rule) for r in rules):
                        continue
                    name = (await child.read_browse_name()).Name
                    found |= {name} | {f"{name}/{rest}" for rest in await names(child, rule)}
                return found

            own = await names(camera.node())
            everything = await names(client.get_node(camera_type))
            mandatory = await names(client.get_node(camera_type), ua.ObjectIds.ModellingRule_Mandatory)
            self.assertEqual(mandatory - own, set())
            self.assertIn("Settings/ExposureTime", everything - mandatory)
            self.assertTrue(all(name.startswith("Settings/") for name in own - everything), own - everything)

    async def test_state_is_an_enumeration(self):
        async with connected(self.server) as (client, namespace):
            camera = Camera(client, namespace)
            await camera.value("CameraImage")
            data_type = client.get_node(await camera.node("Status/State").read_data_type())
            strings = await (await data_type.get_child("0:EnumStrings")).read_value()
            names = [s.Text for s in strings]
            self.assertEqual(
                names, ["Unplugged", "Idle", "Starting", "Streaming", "Busy", "Denied", "Failed"]
            )
            value = await camera.read("Status/State")
            self.assertEqual(value.Value.VariantType, ua.VariantType.Int32)
            self.assertEqual(names[value.Value.Value], "Streaming")

    async def test_server_object(self):
        async with connected(self.server) as (client, _):
            self.assertEqual((await client.get_namespace_array())[0], "http://opcfoundation.org/UA/")
            servers = await client.get_node(ns0(ua.ObjectIds.Server_ServerArray)).read_value()
            self.assertEqual((await client.get_namespace_array())[1], servers[0])
            self.assertIn(NAMESPACE, await client.get_namespace_array())
            status = await client.get_node(ns0(ua.ObjectIds.Server_ServerStatus)).read_value()
            self.assertEqual(status.State, ua.ServerState.Running)
            self.assertEqual(status.BuildInfo.ProductName, "uacam")
            self.assertLess(status.StartTime, status.CurrentTime)
            self.assertEqual(status.SecondsTillShutdown, 0)
            build = await client.get_node(ns0(ua.ObjectIds.Server_ServerStatus_BuildInfo)).read_value()
            self.assertEqual(build, status.BuildInfo)

    async def test_stated_limits_are_kept(self):
        async with connected(self.server) as (client, _):
            most = await client.get_node(
                ns0(ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead)
            ).read_value()
            what = ua.ReadValueId(NodeId=ns0(ua.ObjectIds.Server_ServiceLevel), AttributeId=A.Value)
            results = await client.uaclient.read(ua.ReadParameters(NodesToRead=[what] * most))
            self.assertEqual({r.Value.Value for r in results}, {255})
            with self.assert_fault("BadTooManyOperations"):
                await client.uaclient.read(ua.ReadParameters(NodesToRead=[what] * (most + 1)))
            with self.assert_fault("BadNothingToDo"):
                await client.uaclient.read(ua.ReadParameters(NodesToRead=[]))


async def read_attributes(client, what):
    """{(NodeId, attribute): DataValue} of many at once."""
    values = []
    for at in range(0, len(what), 1000):
        nodes = [ua.ReadValueId(NodeId=n, AttributeId=a) for n, a in what[at : at + 1000]]
        values += await client.uaclient.read(ua.ReadParameters(NodesToRead=nodes))
    return dict(zip(what, values))


async def survey(server):
    """All references and the DataValues of all attributes there could be."""
    async with connected(server) as (client, namespace):
        for name in ("one", "two"):
            await Camera(client, namespace, name).value("CameraImage")
        references = await walk(client)
        return references, await read_attributes(client, [(n, a) for n in references for a in range(1, 28)])


class Everything(unittest.TestCase):
    """Checks that hold for every node there is."""

    @classmethod
    def setUpClass(cls):
        server = cls.enterClassContext(Server("sim:?id=one", "sim:?id=two"))
        cls.references, cls.values = asyncio.run(survey(server))

    def attribute(self, node, attribute):
        return self.values[node, attribute].Value.Value

    def of_class(self, *classes):
        return [n for n in self.references if self.attribute(n, A.NodeClass) in classes]

    def test_mandatory_attributes_are_there(self):
        self.assertGreater(len(self.references), 1000)
        for node in self.references:
            node_class = ua.NodeClass(self.attribute(node, A.NodeClass))
            for attribute in COMMON + MANDATORY[node_class]:
                if (node, attribute) != SECRET:
                    self.assertFalse(self.values[node, attribute].StatusCode.is_bad(), (node, attribute))
            self.assertEqual(self.attribute(node, A.NodeId), node)
            self.assertTrue(self.attribute(node, A.BrowseName).Name, node)
            self.assertTrue(self.attribute(node, A.DisplayName).Text, node)

    def test_references_are_told_from_both_ends(self):
        forward = {(n, r.ReferenceTypeId, r.NodeId) for n in self.references for r in self.references[n] if r.IsForward}
        inverse = {(r.NodeId, r.ReferenceTypeId, n) for n in self.references for r in self.references[n] if not r.IsForward}
        typing = {ns0(ua.ObjectIds.HasTypeDefinition), ns0(ua.ObjectIds.HasModellingRule)}  # one way, Part 3 §7
        self.assertEqual({r for r in forward - inverse if r[1] not in typing}, set())
        self.assertEqual(inverse - forward, set())

    def test_references_say_what_their_targets_say(self):
        for node, references in self.references.items():
            for r in references:
                self.assertEqual(r.NodeClass, self.attribute(r.NodeId, A.NodeClass))
                self.assertEqual(r.BrowseName, self.attribute(r.NodeId, A.BrowseName))
                self.assertEqual(r.DisplayName, self.attribute(r.NodeId, A.DisplayName))
            self.assertEqual(len(references), len({(r.ReferenceTypeId, r.IsForward, r.NodeId) for r in references}), node)

    def test_instances_have_one_type(self):
        kinds = {ua.NodeClass.Object: ua.NodeClass.ObjectType, ua.NodeClass.Variable: ua.NodeClass.VariableType}
        for node in self.of_class(*kinds):
            types = [r.NodeId for r in self.references[node] if r.ReferenceTypeId == ns0(ua.ObjectIds.HasTypeDefinition) and r.IsForward]
            self.assertEqual(len(types), 1, node)
            self.assertEqual(self.attribute(types[0], A.NodeClass), kinds[self.attribute(node, A.NodeClass)], node)

    def test_types_have_one_supertype(self):
        roots = {ua.ObjectIds.BaseObjectType, ua.ObjectIds.BaseVariableType, ua.ObjectIds.BaseDataType, ua.ObjectIds.References}
        types = self.of_class(
            ua.NodeClass.ObjectType, ua.NodeClass.VariableType, ua.NodeClass.DataType, ua.NodeClass.ReferenceType
        )
        for node in types:
            above = self.supertypes(node)
            self.assertEqual(len(above), 0 if node in {ns0(r) for r in roots} else 1, node)

    def supertypes(self, node):
        return [r.NodeId for r in self.references[node] if r.ReferenceTypeId == ns0(ua.ObjectIds.HasSubtype) and not r.IsForward]

    def lineage(self, data_type):
        """Numbers of a DataType and its supertypes in namespace 0."""
        line = []
        while True:
            if data_type.NamespaceIndex == 0:
                line.append(data_type.Identifier)
            above = self.supertypes(data_type)
            if not above:
                return line
            data_type = above[0]

    def fits(self, value, data_type, rank):
        line = self.lineage(data_type)
        variant = value.Value
        if variant.VariantType == ua.VariantType.Null:
            return True
        if rank == SCALAR and variant.is_array or rank >= 1 and not variant.is_array:
            return False
        kind = variant.VariantType.value
        if ua.ObjectIds.Enumeration in line:
            return kind == ua.VariantType.Int32.value
        if ua.ObjectIds.Structure in line:
            return kind == ua.VariantType.ExtensionObject.value
        if ua.ObjectIds.Integer in line or ua.ObjectIds.UInteger in line or ua.ObjectIds.Number in line:
            return kind in line or line[0] in (26, 27, 28)
        return kind in line or line == [ua.ObjectIds.BaseDataType]

    def test_values_are_of_their_data_type(self):
        for node in self.of_class(ua.NodeClass.Variable):
            data_type, rank = self.attribute(node, A.DataType), self.attribute(node, A.ValueRank)
            self.assertIn(data_type, self.references, node)
            self.assertTrue(self.fits(self.values[node, A.Value], data_type, rank), (node, data_type, rank))

    def test_structures_are_of_their_data_type(self):
        structures = 0
        for node in self.of_class(ua.NodeClass.Variable):
            variant = self.values[node, A.Value].Value
            if variant.VariantType != ua.VariantType.ExtensionObject:
                continue
            name = self.attribute(self.attribute(node, A.DataType), A.BrowseName).Name
            for value in variant.Value if variant.is_array else [variant.Value]:
                self.assertEqual(type(value).__name__, name, node)
                structures += 1
        self.assertGreater(structures, 10)

    def test_every_attribute_number_is_answered(self):
        """Each exists or does not; nothing else may become of it."""
        self.assertEqual(self.values[SECRET].StatusCode.name, "BadUserAccessDenied")
        for (node, attribute), value in self.values.items():
            if (node, attribute) != SECRET and value.StatusCode.is_bad():
                self.assertEqual(value.StatusCode.name, "BadAttributeIdInvalid", (node, attribute))

    def test_node_ids_survive_the_text_of_nodes_files(self):
        for node in self.references:
            self.assertEqual(ua.NodeId.from_string(node.to_string()), node)
