#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the standard's Opc.Ua.NodeSet2.xml and writes the part that uacam loads, schema/model/ns0.txt.

    tools/import_nodeset.py Opc.Ua.NodeSet2.xml schema/model/ns0.txt

Only facts are taken over: NodeIds, names, classes, types, references, values, DataTypeDefinitions. The npm
package node-opcua-nodesets carries the file. Run it when the standard moves on, then tools/gen_space.py.

What is taken: every node that can be reached from Root, but
- what LEFT_OUT names, with everything below it: subtypes, members, components;
- encodings other than "Default Binary";
- optional members of the well-known Roles.
Every ReferenceType and every DataType stays, whatever it is for: clients look them up by NodeId.
References to nodes that are left out are dropped.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree

UA = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
TYPES = "{http://opcfoundation.org/UA/2008/02/Types.xsd}"

ROOT = 84
MODELLING_RULES_FOLDER = 2996
MODELLING_RULES = (78, 80, 83, 11508, 11510)
REF = {"Organizes": 35, "HasEncoding": 38, "HasSubtype": 45}
HIERARCHICAL = 33

LEFT_OUT = {
    "Alarms and conditions": """
        ConditionType AuditConditionEventType RefreshStartEventType RefreshEndEventType
        RefreshRequiredEventType BaseConditionClassType ShelvedStateMachineType
        ExclusiveLimitStateMachineType AlarmMetricsType AlarmGroupType TwoStateVariableType
        ConditionVariableType AlarmRateVariableType AlarmStateVariableType""",
    "PubSub": """
        PublishSubscribe PubSubKeyServiceType SecurityGroupType SecurityGroupFolderType
        PubSubKeyPushTargetType PubSubKeyPushTargetFolderType DataSetFolderType
        SubscribedDataSetFolderType PublishedDataSetType ExtensionFieldsType PubSubConnectionType
        ConnectionTransportType PubSubGroupType WriterGroupTransportType WriterGroupMessageType
        ReaderGroupTransportType ReaderGroupMessageType DataSetWriterType DataSetWriterTransportType
        DataSetWriterMessageType DataSetReaderType DataSetReaderTransportType DataSetReaderMessageType
        SubscribedDataSetType StandaloneSubscribedDataSetType PubSubStatusType PubSubDiagnosticsType
        PubSubCapabilitiesType NetworkAddressType PubSubStatusEventType PubSubConfigurationType
        PubSubDiagnosticsCounterType WellKnownRole_SecurityKeyServerAdmin
        WellKnownRole_SecurityKeyServerAccess WellKnownRole_SecurityKeyServerPush""",
    "Certificates and configuration by a Global Discovery Server": """
        ServerConfiguration ServerConfigurationType CertificateGroupFolderType CertificateGroupType
        CertificateType TrustListType TransactionDiagnosticsType ApplicationConfigurationFolderType
        ConfigurationFileType KeyCredentialConfigurationFolderType KeyCredentialConfigurationType
        ProvisionableDeviceType AuthorizationServicesConfigurationFolderType
        AuthorizationServiceConfigurationType UserManagementType TrustListUpdateRequestedAuditEventType
        CertificateUpdatedAuditEventType CertificateUpdateRequestedAuditEventType
        KeyCredentialAuditEventType ConfigurationUpdatedAuditEventType""",
    "Programs": """
        ProgramStateMachineType ProgramTransitionEventType ProgramTransitionAuditEventType
        AuditProgramTransitionEventType ProgramDiagnosticType ProgramDiagnostic2Type""",
    "History": """
        HistoricalDataConfigurationType HistoricalEventConfigurationType
        HistoricalExternalEventSourceType HistoryServerCapabilitiesType HistoryServerCapabilities
        AggregateConfigurationType DefaultHAConfiguration DefaultHEConfiguration
        AuditHistoryConfigurationChangeEventType AuditHistoryBulkInsertEventType""",
    "Dictionaries, units, aliases, locations, logs": """
        Dictionaries DictionaryEntryType DictionaryFolderType MultiStateDictionaryEntryDiscreteBaseType
        Quantities UnitType QuantityType AliasNameType AliasNameCategoryType Aliases Locations
        LogObjectType ServerLog BaseLogEventType LogOverflowEventType SerializationEntityType
        DataTypeRefinementType SubtypeRestrictionType ReferenceDescriptionVariableType""",
    "Networks": """
        Resources IIetfBaseNetworkInterfaceType IIeeeBaseEthernetPortType IIeeeAutoNegotiationStatusType
        IBaseEthernetCapabilitiesType IVlanIdType ISrClassType IIeeeBaseTsnStreamType
        IIeeeBaseTsnTrafficSpecificationType IIeeeBaseTsnStatusStreamType
        IIeeeTsnInterfaceConfigurationType IIeeeTsnMacAddressType IIeeeTsnVlanTagType
        IPriorityMappingEntryType IetfBaseNetworkInterfaceType PriorityMappingTableType
        LldpInformationType LldpRemoteStatisticsType LldpLocalSystemType LldpPortInformationType
        LldpRemoteSystemType""",
    "File systems, beyond FileType": """
        FileDirectoryType TemporaryFileTransferType FileTransferStateMachineType""",
    "Geometry, sound, guards, lists": """
        RationalNumberType VectorType CartesianCoordinatesType OrientationType FrameType
        AudioVariableType GuardVariableType OrderedListType IOrderedObjectType""",
    "Contents of the schema dictionaries, which DataTypeDefinition replaced": """
        OpcUa_BinarySchema OpcUa_XmlSchema""",
    "Parts of the Server that uacam does not have": """
        Server_SetSubscriptionDurable Server_RequestServerStateChange Server_UrisVersion
        Server_EstimatedReturnTime Server_ServerRedundancy_RedundantServerArray""",
}

ROLE_MEMBERS_KEPT = ("Identities",)

# What is true of the whole namespace, and not of the part that is loaded.
VALUES = {"OPCUANamespaceMetadata_IsNamespaceSubset": {"Boolean": True}}


class Node:
    def __init__(self, element, aliases):
        self.id = number(element.get("NodeId"))
        self.node_class = element.tag[len(UA) + 2 :]
        self.browse_name = element.get("BrowseName").removeprefix("0:")
        self.own_name = element.get("SymbolicName") or self.browse_name
        parent = element.get("ParentNodeId")
        self.parent = number(parent) if parent else None
        self.element = element
        self.references = []  # (type, target), forward
        self.inverse = []  # (type, source)
        for r in element.iterfind(f"{UA}References/{UA}Reference"):
            kind = resolve(r.get("ReferenceType"), aliases)
            ends = self.inverse if r.get("IsForward") == "false" else self.references
            ends.append((kind, number(r.text)))


def number(text):
    assert text.startswith("i="), text
    return int(text[2:])


def resolve(text, aliases):
    return number(aliases.get(text, text))


class NodeSet:
    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        self.aliases = {a.get("Alias"): a.text for a in root.find(UA + "Aliases")}
        elements = [e for e in root if e.tag.startswith(UA + "UA")]
        self.nodes = {n.id: n for n in (Node(e, self.aliases) for e in elements)}
        self.version = root.find(f"{UA}Models/{UA}Model").get("Version")
        self.references = {(n.id, t, o) for n in self.nodes.values() for t, o in n.references}
        self.references |= {(o, t, n.id) for n in self.nodes.values() for t, o in n.inverse}
        # Part 5 §6.3.10: the rules can be browsed from here; the file leaves that to the server.
        self.references |= {(MODELLING_RULES_FOLDER, REF["Organizes"], r) for r in MODELLING_RULES}
        self.hierarchical = self.below(HIERARCHICAL)

    def below(self, top):
        found, todo = set(), [top]
        while todo:
            at = todo.pop()
            found.add(at)
            todo += [o for s, t, o in self.references if s == at and t == REF["HasSubtype"]]
        return found

    def symbolic_name(self, node):
        """The name in the standard's own list of NodeIds, such as Server_ServerStatus_CurrentTime."""
        if node.parent in self.nodes:
            return self.symbolic_name(self.nodes[node.parent]) + "_" + node.own_name
        encoded = [o for t, o in node.inverse if t == REF["HasEncoding"]]
        if encoded:
            return self.symbolic_name(self.nodes[encoded[0]]) + "_Encoding_" + node.own_name
        return node.own_name


def choose(nodeset):
    """The ids of the nodes to take."""
    left_out = {name for names in LEFT_OUT.values() for name in names.split()}
    seen_names = set()
    children = {}
    for s, t, o in nodeset.references:
        if t in nodeset.hierarchical or t == REF["HasEncoding"]:
            children.setdefault(s, []).append(o)
    taken, todo = {ROOT}, [ROOT]
    while todo:
        for child in children.get(todo.pop(), []):
            node = nodeset.nodes[child]
            name = nodeset.symbolic_name(node)
            seen_names.add(name)
            if child in taken or name in left_out or not is_wanted(node, name):
                continue
            taken.add(child)
            todo.append(child)
    if left_out - seen_names:
        sys.exit(f"LEFT_OUT names what is not met on the way: {sorted(left_out - seen_names)}")
    return taken


def is_wanted(node, name):
    if name.endswith(("_Encoding_DefaultXml", "_Encoding_DefaultJson")):
        return False
    if name.startswith("WellKnownRole_") and name.count("_") > 1:
        return name.endswith(ROLE_MEMBERS_KEPT)
    return True


def text_of(element, name):
    return element.findtext(TYPES + name) or ""


def localized(element):
    return text_of(element, "Text")


def argument(element):
    body = element.find(f"{TYPES}Body/{TYPES}Argument")
    return [
        text_of(body, "Name"),
        number(body.findtext(f"{TYPES}DataType/{TYPES}Identifier")),
        int(text_of(body, "ValueRank") or -1),
    ]


def enum_value(element):
    body = element.find(f"{TYPES}Body/{TYPES}EnumValueType")
    return [int(text_of(body, "Value")), localized(body.find(TYPES + "DisplayName"))]


def list_of_structures(elements):
    types = {e.findtext(f"{TYPES}TypeId/{TYPES}Identifier") for e in elements}
    if types == {"i=297"}:
        return {"Argument[]": [argument(e) for e in elements]}
    if types == {"i=7616"}:
        return {"EnumValueType[]": [enum_value(e) for e in elements]}
    raise ValueError(f"a list of {types} is not known")


READ_SCALAR = {
    "String": lambda e: e.text or "",
    "DateTime": lambda e: e.text,
    "Boolean": lambda e: e.text == "true",
    "Int32": lambda e: int(e.text),
    "UInt32": lambda e: int(e.text),
    "LocalizedText": localized,
}


def value_of(node, nodeset):
    """{"UInt32": 1}, {"LocalizedText[]": [..]}, {"Argument[]": [[name, type, rank], ..]}... or None."""
    name = nodeset.symbolic_name(node)
    if name in VALUES:
        return VALUES[name]
    holder = node.element.find(UA + "Value")
    if holder is None:
        return None
    kind = holder[0].tag.removeprefix(TYPES)
    if kind == "ListOfExtensionObject":
        return list_of_structures(list(holder[0]))
    if kind.startswith("ListOf"):
        kind = kind.removeprefix("ListOf")
        return {kind + "[]": [READ_SCALAR[kind](e) for e in holder[0]]}
    return {kind: READ_SCALAR[kind](holder[0])}


def field_of(element, aliases):
    field = [element.get("Name"), resolve(element.get("DataType", "i=24"), aliases)]
    rank = int(element.get("ValueRank", -1))
    loose = element.get("IsOptional") == "true" or element.get("AllowSubTypes") == "true"
    if rank != -1 or loose:
        field.append(rank)
    if loose:
        field.append("optional" if element.get("IsOptional") == "true" else "subtypes")
    return field


def definition_of(node, nodeset):
    """{"Enum": [[name, value], ..]}, {"Bits": [[name, bit], ..]}, {"Fields": [[name, type, rank, how], ..]}
    or None. Own fields only; how: "optional" or "subtypes"."""
    holder = node.element.find(UA + "Definition")
    fields = [] if holder is None else list(holder.iterfind(UA + "Field"))
    if not fields:
        return None
    if holder.get("IsOptionSet") == "true":
        return {"Bits": [[f.get("Name"), int(f.get("Value"))] for f in fields]}
    if fields[0].get("Value") is not None:
        return {"Enum": [[f.get("Name"), int(f.get("Value"))] for f in fields]}
    return {"Fields": [field_of(f, nodeset.aliases) for f in fields]}


def attributes(node, nodeset):
    """What differs from the defaults, as (key, value) pairs."""
    assert node.element.findtext(UA + "DisplayName") == node.browse_name, "another display name has no place"
    get = node.element.get
    if get("DataType") and node.node_class in ("Variable", "VariableType"):
        yield "data", resolve(get("DataType"), nodeset.aliases)
    if get("ValueRank", "-1") != "-1":
        yield "rank", get("ValueRank")
    if get("ArrayDimensions"):
        yield "dims", get("ArrayDimensions")
    if get("AccessLevel", "1") != "1":
        yield "access", int(get("AccessLevel")) & 3
    if get("EventNotifier"):
        yield "notifier", get("EventNotifier")
    if get("IsAbstract") == "true":
        yield "abstract", 1
    if get("Symmetric") == "true":
        yield "symmetric", 1
    if node.element.findtext(UA + "InverseName"):
        yield "inverse", node.element.findtext(UA + "InverseName")
    values = {"value": value_of(node, nodeset), "definition": definition_of(node, nodeset)}
    for key, json_value in values.items():
        if json_value is not None:
            yield key, json_value


def references(node, nodeset, index):
    """Hierarchical ones and HasEncoding stand at the child, as "<TYPE:PARENT", the others at their source."""
    for kind, source in sorted(index["in"].get(node.id, [])):
        if kind in nodeset.hierarchical or kind == REF["HasEncoding"]:
            yield f"<{nodeset.nodes[kind].browse_name}:{source}"
    for kind, target in sorted(index["out"].get(node.id, [])):
        if kind not in nodeset.hierarchical and kind != REF["HasEncoding"]:
            yield f">{nodeset.nodes[kind].browse_name}:{target}"


def plain(value):
    """A word as it is, anything else as JSON."""
    if isinstance(value, str) and value and not set(value) & set(' "{['):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def line_of(node, nodeset, index):
    words = [str(node.id), node.node_class, plain(node.browse_name)]
    name = nodeset.symbolic_name(node)
    if name != node.browse_name:
        words.append("name=" + name)
    words += references(node, nodeset, index)
    words += [f"{key}={plain(value)}" for key, value in attributes(node, nodeset)]
    return " ".join(words)


HEAD = """\
# SPDX-License-Identifier: Apache-2.0
# The standard nodes of namespace 0 that uacam loads: facts of the OPC UA nodeset {version}.
# Written by tools/import_nodeset.py, read by tools/gen_space.py.
#
# id class browse-name [name=IN_THE_LIST_OF_NODEIDS] [<REFERENCE:from] [>REFERENCE:to] [key=value]...
"""


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    nodeset = NodeSet(sys.argv[1])
    taken = choose(nodeset)
    index = {"in": {}, "out": {}}
    for source, kind, target in nodeset.references:
        if source in taken and target in taken:
            index["in"].setdefault(target, []).append((kind, source))
            index["out"].setdefault(source, []).append((kind, target))
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(HEAD.format(version=nodeset.version))
        for i in sorted(taken):
            out.write(line_of(nodeset.nodes[i], nodeset, index) + "\n")


if __name__ == "__main__":
    main()
