#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns schema/model/ns0.txt into src/space/ids_gen.h and src/space/ns0_gen.[ch], which space/ns0.h explains.

    tools/gen_space.py           writes the files
    tools/gen_space.py --check   exits 1 when they differ from what it would write
"""

import datetime
import json
import re
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "schema" / "model" / "ns0.txt"
OUT = ROOT / "src" / "space"

CLASSES = ["Object", "Variable", "Method", "ObjectType", "VariableType", "ReferenceType", "DataType"]

HAS_ENCODING, HAS_TYPE_DEFINITION, HAS_SUBTYPE = 38, 40, 45
HIERARCHICAL = 33
STRUCTURE = 22
UNION = 12756
STRUCTURE_DEFINITION_ENCODING, ENUM_DEFINITION_ENCODING = 122, 123
# enum ua_type has these numbers: UA_STRING, never UA_ID_STRING.
BUILT_IN_TYPES = set(range(1, 22)) | {23, 25}
BUILT_IN = {"Boolean": 1, "Int32": 6, "UInt32": 7, "String": 12, "DateTime": 13, "LocalizedText": 21}
STRUCTURES = {"Argument": 298, "EnumValueType": 8251}
EXTENSION_OBJECT = 22
IS_ARRAY = 0x80


# ---- reading the model ----


class Node:
    def __init__(self, line):
        words = split_line(line)
        self.id, self.node_class, self.browse_name = int(words[0]), words[1], words[2]
        self.references, self.inverse, self.keys = [], [], {}
        for word in words[3:]:
            if isinstance(word, tuple):
                self.keys[word[0]] = word[1]
            else:
                ends = self.inverse if word[0] == "<" else self.references
                kind, other = word[1:].split(":")
                ends.append((kind, int(other)))
        self.name = self.keys.get("name", self.browse_name)

    def number(self, key, default):
        return int(self.keys.get(key, default))


def split_line(line):
    """Words, JSON strings, and (key, value) pairs whose value may be JSON."""
    words, at, decoder = [], 0, json.JSONDecoder()
    while at < len(line):
        key = re.match(r"[a-z]+=", line[at:])
        start = at + (key.end() if key else 0)
        if line[start] in '"{[':
            value, at = decoder.raw_decode(line, start)
        else:
            at = (line + " ").index(" ", start)
            value = line[start:at]
        words.append((key[0][:-1], value) if key else value)
        at += 1
    return words


class Model:
    def __init__(self, path):
        lines = path.read_text(encoding="utf-8").splitlines()
        self.nodes = {n.id: n for n in (Node(line) for line in lines if not line.startswith("#"))}
        types = {n.browse_name: n.id for n in self.nodes.values() if n.node_class == "ReferenceType"}
        self.references = set()
        for n in self.nodes.values():
            self.references |= {(n.id, types[kind], other) for kind, other in n.references}
            self.references |= {(other, types[kind], n.id) for kind, other in n.inverse}
        self.out = {}
        for source, kind, target in sorted(self.references):
            self.out.setdefault((source, kind), []).append(target)
        self.super = {t: s for s, kind, t in self.references if kind == HAS_SUBTYPE}
        self.check()

    def check(self):
        for ends in self.references:
            missing = [i for i in ends if i not in self.nodes]
            assert not missing, f"reference {ends} dangles"
        hierarchical = {t for t in self.nodes if self.is_below(t, HIERARCHICAL)}
        children = {t for s, kind, t in self.references if kind in hierarchical or kind == HAS_ENCODING}
        for n in self.nodes.values():
            assert n.id in children or n.name == "RootFolder", f"{n.name} has no parent"
            if n.node_class in ("Object", "Variable"):
                assert len(self.out.get((n.id, HAS_TYPE_DEFINITION), [])) == 1, f"{n.name} has no type"
            assert n.number("data", 24) in self.nodes, f"{n.name}: unknown data type"

    def is_below(self, node, top):
        while node is not None and node != top:
            node = self.super.get(node)
        return node == top


# ---- OPC UA Binary (Part 6 §5.2) ----


def string(text):
    raw = text.encode()
    return struct.pack("<i", len(raw)) + raw


def node_id(number):
    if number < 256:
        return struct.pack("<BB", 0, number)
    return struct.pack("<BBH", 1, 0, number)


def localized_text(text):
    return b"\x02" + string(text)


NO_TEXT = b"\x00"


def array(items):
    return struct.pack("<i", len(items)) + b"".join(items)


def extension_object(encoding, body):
    return node_id(encoding) + b"\x01" + struct.pack("<i", len(body)) + body


def argument(fields):
    name, data_type, rank = fields
    return string(name) + node_id(data_type) + struct.pack("<i", rank) + dimensions(rank) + NO_TEXT


def dimensions(rank):
    return array([struct.pack("<I", 0)] * max(rank, 0))


def enum_value_type(fields):
    value, name = fields
    return struct.pack("<q", value) + localized_text(name) + NO_TEXT


def date_time(text):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    since = at - datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
    return struct.pack("<q", (since.days * 86400 + since.seconds) * 10_000_000)


ENCODE = {
    "Boolean": lambda v: struct.pack("<?", v),
    "Int32": lambda v: struct.pack("<i", v),
    "UInt32": lambda v: struct.pack("<I", v),
    "String": string,
    "DateTime": date_time,
    "LocalizedText": localized_text,
    "Argument": lambda v: extension_object(STRUCTURES["Argument"], argument(v)),
    "EnumValueType": lambda v: extension_object(STRUCTURES["EnumValueType"], enum_value_type(v)),
}


def variant(value):
    ((kind, content),) = value.items()
    name = kind.removesuffix("[]")
    number = BUILT_IN.get(name, EXTENSION_OBJECT)
    if name != kind:
        return bytes([number | IS_ARRAY]) + array([ENCODE[name](item) for item in content])
    return bytes([number]) + ENCODE[name](content)


# ---- DataTypeDefinition (Part 3 §8.47) ----


def enum_definition(fields):
    body = [
        struct.pack("<q", value) + localized_text(name) + NO_TEXT + string(name) for name, value in fields
    ]
    return extension_object(ENUM_DEFINITION_ENCODING, array(body))


def structure_field(field):
    name, data_type = field[:2]
    rank = field[2] if len(field) > 2 else -1
    head = string(name) + NO_TEXT + node_id(data_type) + struct.pack("<i", rank)
    return head + dimensions(rank) + struct.pack("<I?", 0, len(field) > 3)


def all_fields(model, node):
    """Part 3 §8.48: the fields of the base type stand before the own ones."""
    base = model.super.get(node.id)
    inherited = all_fields(model, model.nodes[base]) if base else []
    return inherited + node.keys.get("definition", {}).get("Fields", [])


def structure_type(model, node, fields):
    """0 plain, 1 with optional fields, 2 union; 3, 4: plain, union with fields that allow subtypes."""
    loose = {field[3] for field in fields if len(field) > 3}
    assert len(loose) <= 1, f"{node.name}: both optional fields and ones that allow subtypes"
    if model.is_below(node.id, UNION):
        return 4 if "subtypes" in loose else 2
    return {"optional": 1, "subtypes": 3}[loose.pop()] if loose else 0


def structure_definition(model, node):
    fields = all_fields(model, node)
    encoding = model.out.get((node.id, HAS_ENCODING), [0])[0]
    body = node_id(encoding) + node_id(model.super[node.id])
    body += struct.pack("<i", structure_type(model, node, fields))
    return extension_object(STRUCTURE_DEFINITION_ENCODING, body + array([structure_field(f) for f in fields]))


def definition(model, node):
    if node.id != STRUCTURE and model.is_below(node.id, STRUCTURE):
        return structure_definition(model, node)
    form = node.keys.get("definition", {})
    names = form.get("Enum") or form.get("Bits")
    return enum_definition(names) if names else None


# ---- writing C ----


class Pool:
    """Byte strings behind their lengths, equal ones once. Offset 0 is "none"."""

    def __init__(self):
        self.places, self.size, self.lines = {}, 1, ['    "\\000"']

    def add(self, content):
        if content is None:
            return 0
        if content not in self.places:
            raw = struct.pack("<H", len(content)) + content
            self.places[content] = self.size
            self.size += len(raw)
            self.lines += literals(raw)
        return self.places[content]


def literals(raw):
    def shown(byte):
        if chr(byte) in '"\\':
            return "\\" + chr(byte)
        # '?' would make trigraphs.
        return chr(byte) if 32 <= byte < 127 and byte != 63 else f"\\{byte:03o}"

    line, lines = "", []
    for byte in raw:
        if len(line) > 98:
            lines.append(f'    "{line}"')
            line = ""
        line += shown(byte)
    return lines + [f'    "{line}"']


HEAD = """\
/* SPDX-License-Identifier: Apache-2.0
 * Generated by tools/gen_space.py from schema/model/ns0.txt: change that, not this.{more} */
/* clang-format off */
"""

IDS_MORE = """
 *
 * The numeric NodeIds of the standard nodes in namespace 0. The DataTypes of the built-in types are not among
 * them: their numbers are those of enum ua_type (UA_STRING; UA_ID_STRING is a kind of NodeId)."""


def ids_file(model):
    lines = [HEAD.format(more=IDS_MORE) + "#ifndef UACAM_SPACE_IDS_GEN_H\n#define UACAM_SPACE_IDS_GEN_H\n"]
    lines.append("enum ua_ns0_id {")
    names = set()
    for n in sorted(model.nodes.values(), key=lambda n: n.id):
        if n.id in BUILT_IN_TYPES:
            continue
        name = "UA_ID_" + re.sub(r"[^A-Z0-9]", "_", n.name.upper())
        assert name not in names, f"{name} twice"
        names.add(name)
        lines.append(f"    {name} = {n.id},")
    assert not names & {"UA_ID_NUMERIC", "UA_ID_STRING", "UA_ID_GUID", "UA_ID_OPAQUE"}
    return "\n".join(lines + ["};", "", "#endif", ""])


def more_of(model, node):
    """The one long attribute that a class has."""
    if node.node_class == "ReferenceType":
        return node.keys.get("inverse", "").encode() or None
    if node.node_class == "DataType":
        return definition(model, node)
    return variant(node.keys["value"]) if "value" in node.keys else None


def dimensions_of(node):
    return [int(d) for d in node.keys["dims"].split(",")] if "dims" in node.keys else []


def row_of(model, node, pool):
    dims = dimensions_of(node)
    assert not dims or len(dims) == max(node.number("rank", -1), 0), f"{node.name}: rank and dims disagree"
    assert len(dims) < 2 or not any(dims), f"{node.name}: no place for these dims"
    return [
        node.id,
        1 << CLASSES.index(node.node_class),
        node.number("abstract", 0),
        node.number("symmetric", 0),
        node.number("notifier", 0),
        node.number("access", 1),
        node.number("rank", -1),
        len(dims),
        dims[0] if dims else 0,
        node.number("data", 24) if node.node_class in ("Variable", "VariableType") else 0,
        pool.add(node.browse_name.encode()),
        pool.add(more_of(model, node)),
    ]


def packed(cells):
    lines, line = [], "   "
    for cell in cells:
        if len(line) + len(cell) > 108:
            lines.append(line)
            line = "   "
        line += " " + cell
    return lines + [line]


def counts_file(model):
    counts = {
        "NS0_NODE_COUNT": len(model.nodes),
        "NS0_REFERENCE_COUNT": len(model.references),
        "NS0_DIMENSION_COUNT": sum(len(dimensions_of(n)) for n in model.nodes.values()),
    }
    lines = [HEAD.format(more="") + "#ifndef UACAM_SPACE_NS0_GEN_H\n#define UACAM_SPACE_NS0_GEN_H\n"]
    lines.append("enum {")
    lines += [f"    {name} = {count}," for name, count in counts.items()]
    return "\n".join(lines + ["};", "", "#endif", ""])


def table_file(model):
    pool = Pool()
    nodes = sorted(model.nodes.values(), key=lambda n: n.id)
    place = {n.id: i for i, n in enumerate(nodes)}
    rows = [row_of(model, n, pool) for n in nodes]
    references = sorted((place[s], place[kind], place[t]) for s, kind, t in model.references)
    lines = [HEAD.format(more="") + '#include "space/ns0.h"\n']
    lines += ["const struct ns0_node ns0_nodes[] = {"]
    lines += packed(["{" + ",".join(map(str, row)) + "}," for row in rows])
    lines += ["};", "", "const struct ns0_reference ns0_references[] = {"]
    lines += packed(["{%d,%d,%d}," % r for r in references])
    lines += ["};", "", "const char ns0_pool[] ="] + pool.lines
    return "\n".join(lines) + ";\n"


def main():
    model = Model(MODEL)
    files = {
        OUT / "ids_gen.h": ids_file(model),
        OUT / "ns0_gen.h": counts_file(model),
        OUT / "ns0_gen.c": table_file(model),
    }
    if sys.argv[1:] == ["--check"]:
        stale = [p.name for p, text in files.items() if not p.exists() or p.read_text() != text]
        sys.exit(f"stale: {', '.join(stale)}; run tools/gen_space.py" if stale else 0)
    if sys.argv[1:]:
        sys.exit(__doc__)
    for path, text in files.items():
        path.write_text(text)


if __name__ == "__main__":
    main()
