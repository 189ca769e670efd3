#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Carries facts of the standard (names, numbers, types) over into schema/.

    tools/import_schema.py Opc.Ua.Types.bsd NodeIds.csv StatusCode.csv

The three files are published with the OPC UA specification. Run it by hand when SECTIONS changes or a new version
of the standard is taken over; the build needs only what it wrote.
"""
import csv
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

SCHEMA = Path(__file__).resolve().parent.parent / "schema"
BSD = "{http://opcfoundation.org/BinarySchema/}"

# What we speak. Whatever these are made of comes along, in the section that needs it first.
SECTIONS = {
    "common": "RequestHeader ResponseHeader ServiceFault SignatureData",
    "discovery": """
        FindServersRequest FindServersResponse FindServersOnNetworkRequest FindServersOnNetworkResponse
        GetEndpointsRequest GetEndpointsResponse RegisterServerRequest RegisterServerResponse
        RegisterServer2Request RegisterServer2Response MdnsDiscoveryConfiguration""",
    "session": """
        OpenSecureChannelRequest OpenSecureChannelResponse CloseSecureChannelRequest CloseSecureChannelResponse
        CreateSessionRequest CreateSessionResponse ActivateSessionRequest ActivateSessionResponse
        CloseSessionRequest CloseSessionResponse CancelRequest CancelResponse
        AnonymousIdentityToken UserNameIdentityToken X509IdentityToken IssuedIdentityToken""",
    "view": """
        BrowseRequest BrowseResponse BrowseNextRequest BrowseNextResponse
        TranslateBrowsePathsToNodeIdsRequest TranslateBrowsePathsToNodeIdsResponse
        RegisterNodesRequest RegisterNodesResponse UnregisterNodesRequest UnregisterNodesResponse
        BrowseResultMask""",
    "attribute": """
        ReadRequest ReadResponse WriteRequest WriteResponse CallRequest CallResponse
        HistoryReadRequest HistoryReadResponse ReadRawModifiedDetails HistoryData""",
    "monitored": """
        CreateMonitoredItemsRequest CreateMonitoredItemsResponse ModifyMonitoredItemsRequest
        ModifyMonitoredItemsResponse SetMonitoringModeRequest SetMonitoringModeResponse SetTriggeringRequest
        SetTriggeringResponse DeleteMonitoredItemsRequest DeleteMonitoredItemsResponse
        DataChangeFilter EventFilter EventFilterResult AggregateFilter AggregateFilterResult DeadbandType
        LiteralOperand ElementOperand AttributeOperand SimpleAttributeOperand""",
    "subscription": """
        CreateSubscriptionRequest CreateSubscriptionResponse ModifySubscriptionRequest ModifySubscriptionResponse
        SetPublishingModeRequest SetPublishingModeResponse PublishRequest PublishResponse RepublishRequest
        RepublishResponse TransferSubscriptionsRequest TransferSubscriptionsResponse DeleteSubscriptionsRequest
        DeleteSubscriptionsResponse DataChangeNotification EventNotificationList StatusChangeNotification""",
    "data": """
        ServerStatusDataType ServerState RedundancySupport RedundantServerDataType NetworkGroupDataType
        ServerDiagnosticsSummaryDataType SamplingIntervalDiagnosticsDataType SubscriptionDiagnosticsDataType
        SessionDiagnosticsDataType SessionSecurityDiagnosticsDataType
        ModelChangeStructureDataType ModelChangeStructureVerbMask SemanticChangeStructureDataType
        Argument EnumValueType EnumDefinition StructureDefinition RolePermissionType PermissionType
        IdentityMappingRuleType Range EUInformation AxisInformation TimeZoneDataType
        NodeClass AccessLevelType AccessLevelExType AccessRestrictionType EventNotifierType AttributeWriteMask
        NamingRuleType IdType OpenFileMode""",
}

BUILT_IN = set("""Boolean SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Float Double String DateTime Guid ByteString
    XmlElement NodeId ExpandedNodeId StatusCode QualifiedName LocalizedText ExtensionObject DataValue Variant
    DiagnosticInfo""".split())


class Importer:
    def __init__(self, types, ids):
        self.types = {e.get("Name"): e for e in types if e.get("Name")}
        self.ids = ids
        self.taken = set()
        self.lines = []

    def take(self, name):
        if name in BUILT_IN or name in self.taken:
            return
        self.taken.add(name)
        element = self.types[name]
        self.lines += self.enum(element) if element.tag == BSD + "EnumeratedType" else self.struct(element)

    def enum(self, element):
        name, bits = element.get("Name"), element.get("LengthInBits")
        if element.get("IsOptionSet"):
            head = f"options {name} {self.ids[name]} {'Byte' if bits == '8' else 'UInt' + bits}"
        else:
            head = f"enum {name} {self.ids[name]}"
        values = [f"    {v.get('Value')} {v.get('Name')}" for v in element.findall(BSD + "EnumeratedValue")]
        return ["", head, *values]

    def struct(self, element):
        name = element.get("Name")
        lengths = {f.get("LengthField") for f in element.findall(BSD + "Field")}
        lines = ["", f"struct {name} {self.ids[name]} {self.ids[name + '_Encoding_DefaultBinary']}"]
        for field in element.findall(BSD + "Field"):
            if field.get("Name") in lengths:
                continue
            if field.get("SwitchField"):
                sys.exit(f"{name}: optional fields are not supported")
            kind = field.get("TypeName").split(":")[1].replace("CharArray", "String")
            self.take(kind)
            lines.append(f"    {kind}{'[]' if field.get('LengthField') else ''} {field.get('Name')}")
        return lines


def read_ids(path):
    return {row[0]: int(row[1]) for row in csv.reader(path.open())}


def messages(bsd_path, ids_path):
    importer = Importer(xml.parse(bsd_path).getroot(), read_ids(ids_path))
    for section, names in SECTIONS.items():
        importer.lines += ["", f"section {section}"]
        for name in names.split():
            importer.take(name)
    return importer.lines


def statuses(path):
    rows = [(int(row[1], 16), row[0]) for row in csv.reader(path.open())]
    names = {name: re.sub("^(Good|Uncertain|Bad)(?=.)", r"\1_", name) for _, name in rows}
    return [f"0x{code:08X} {names[name]}" for code, name in sorted(rows)]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    bsd, ids, codes = map(Path, sys.argv[1:])
    (SCHEMA / "messages.txt").write_text("\n".join([
        "# SPDX-License-Identifier: Apache-2.0",
        "# The structures and enumerations that we speak, by section; tools/gen_wire.py turns them into C.",
        "#",
        "#   struct NAME DATA-TYPE-ID BINARY-ENCODING-ID, then its fields in wire order",
        "#   enum NAME DATA-TYPE-ID and options NAME DATA-TYPE-ID BUILT-IN-TYPE, then the values",
        *messages(bsd, ids)]) + "\n")
    (SCHEMA / "status.txt").write_text("\n".join([
        "# SPDX-License-Identifier: Apache-2.0",
        "# The StatusCodes of the standard; tools/gen_wire.py turns them into C.",
        *statuses(codes)]) + "\n")


if __name__ == "__main__":
    main()
