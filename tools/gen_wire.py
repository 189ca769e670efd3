#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns schema/status.txt and schema/messages.txt into the checked-in C of src/wire/*_gen.[ch].

    tools/gen_wire.py           writes the files
    tools/gen_wire.py --check   exits 1 when they differ from what it would write
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src" / "wire"
WIDTH = 110


class BuiltIn:
    """How a built-in type looks in C: its type, the verb of read_VERB() and write_VERB(), its least size on the wire."""

    def __init__(self, c_type, verb, min_wire):
        self.c_type, self.verb, self.min_wire = c_type, verb, min_wire
        self.by_pointer = c_type.startswith("struct ua_")


BUILT_IN = {
    "Boolean": BuiltIn("bool", "bool", 1),
    "SByte": BuiltIn("int8_t", "i8", 1),
    "Byte": BuiltIn("uint8_t", "u8", 1),
    "Int16": BuiltIn("int16_t", "i16", 2),
    "UInt16": BuiltIn("uint16_t", "u16", 2),
    "Int32": BuiltIn("int32_t", "i32", 4),
    "UInt32": BuiltIn("uint32_t", "u32", 4),
    "Int64": BuiltIn("int64_t", "i64", 8),
    "UInt64": BuiltIn("uint64_t", "u64", 8),
    "Float": BuiltIn("float", "float", 4),
    "Double": BuiltIn("double", "double", 8),
    "String": BuiltIn("struct slice", "string", 4),
    "DateTime": BuiltIn("int64_t", "datetime", 8),
    "Guid": BuiltIn("struct ua_guid", "guid", 16),
    "ByteString": BuiltIn("struct slice", "string", 4),
    "XmlElement": BuiltIn("struct slice", "string", 4),
    "NodeId": BuiltIn("struct ua_nodeid", "nodeid", 2),
    "ExpandedNodeId": BuiltIn("struct ua_expanded_nodeid", "expanded_nodeid", 2),
    "StatusCode": BuiltIn("ua_status", "status", 4),
    "QualifiedName": BuiltIn("struct ua_qualified_name", "qualified_name", 6),
    "LocalizedText": BuiltIn("struct ua_localized_text", "localized_text", 1),
    "ExtensionObject": BuiltIn("struct ua_extension_object", "extension_object", 3),
    "DataValue": BuiltIn("struct ua_data_value", "data_value", 1),
    "Variant": BuiltIn("struct ua_variant", "variant", 1),
    "DiagnosticInfo": BuiltIn("struct ua_diagnostic_info", "diagnostic_info", 1),
}

KEYWORDS = set("""auto break case char const continue default do double else enum extern float for goto if inline int
    long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    bool true false""".split())


def snake(camel):
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", camel)
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words).lower()
    return words + "_" if words in KEYWORDS else words


def constant(camel):
    return snake(camel).rstrip("_").upper()


def rows(path):
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            yield line.startswith(" "), words


class Field:
    def __init__(self, schema, kind, name):
        self.is_array = kind.endswith("[]")
        self.kind = kind.removesuffix("[]")
        self.name = snake(name)
        self.built_in = BUILT_IN.get(self.kind) or schema.numbers.get(self.kind)
        self.struct = schema.structs.get(self.kind)
        if not self.built_in and not self.struct:
            sys.exit(f"{name}: the type {self.kind} is not known before its use")

    @property
    def c_type(self):
        return self.built_in.c_type if self.built_in else self.struct.c_type

    @property
    def element_min_wire(self):
        return self.built_in.min_wire if self.built_in else self.struct.min_wire

    @property
    def min_wire(self):
        return 4 if self.is_array else self.element_min_wire

    def declaration(self):
        if self.is_array:
            return [f"    {self.c_type} *{self.name};", f"    size_t {self.name}_len;"]
        return [f"    {self.c_type} {self.name};"]

    def read_one(self, at):
        if self.struct:
            return f"{self.struct.name}_read(r, &out->{at});"
        return f"out->{at} = read_{self.built_in.verb}(r);"

    def write_one(self, at):
        if self.struct:
            return f"{self.struct.name}_write(w, &v->{at});"
        return f"write_{self.built_in.verb}(w, {'&' if self.built_in.by_pointer else ''}v->{at});"

    def loop(self, of, statement):
        return [f"    for (size_t i = 0; i < {of}->{self.name}_len; i++)", f"        {statement}"]

    def read(self):
        if not self.is_array:
            return ["    " + self.read_one(self.name)]
        n = self.name
        head = f"    out->{n} = read_array("
        arguments = f"r, {self.element_min_wire}, sizeof *out->{n}, &out->{n}_len);"
        return wrapped(head, arguments) + self.loop("out", self.read_one(f"{n}[i]"))

    def write(self):
        if not self.is_array:
            return ["    " + self.write_one(self.name)]
        return [f"    write_array_len(w, v->{self.name}_len);"] + self.loop("v", self.write_one(f"{self.name}[i]"))


class Struct:
    def __init__(self, section, name, data_type_id, encoding_id):
        self.section = section
        self.spec_name = name
        self.name = "ua_" + snake(name)
        self.c_type = "struct " + self.name
        self.data_type_id, self.encoding_id = int(data_type_id), int(encoding_id)
        self.fields = []

    @property
    def min_wire(self):
        return sum(f.min_wire for f in self.fields)

    def declaration(self):
        lines = ["", self.c_type + " {"]
        for field in self.fields:
            lines += field.declaration()
        return lines + ["};"]

    def prototype(self, verb, end):
        argument = f"{self.c_type} *out" if verb == "read" else f"const {self.c_type} *v"
        stream = "struct reader *r, " if verb == "read" else "struct writer *w, "
        return wrapped(f"void {self.name}_{verb}(", f"{stream}{argument}){end}")

    def function(self, verb):
        body = [line for f in self.fields for line in (f.read() if verb == "read" else f.write())]
        return ["", *self.prototype(verb, ""), "{", *body, "}"]

    def any_function(self, verb, arguments, call):
        return ["", f"static void any_{self.name[3:]}_{verb}({arguments})", "{",
                f"    {self.name}_{verb}({call});", "}"]

    def definition(self):
        any_name = f"any_{self.name[3:]}"
        return [*self.function("read"), *self.function("write"),
                *self.any_function("read", "struct reader *r, void *out", "r, out"),
                *self.any_function("write", "struct writer *w, const void *v", "w, v"), "",
                f"const struct ua_structure {self.name}_structure = {{",
                f'    "{self.spec_name}", {self.data_type_id}, {self.encoding_id}, sizeof({self.c_type}),',
                f"    {any_name}_read, {any_name}_write,", "};"]


class Enumeration:
    def __init__(self, name):
        self.spec_name = name
        self.values = []

    def declaration(self):
        prefix = "UA_" + constant(self.spec_name)
        return ["", f"enum ua_{snake(self.spec_name)} {{",
                *(f"    {prefix}_{constant(name)} = {value}," for value, name in self.values), "};"]


class Schema:
    def __init__(self, path):
        self.numbers = {}
        self.structs = {}
        self.in_order = []
        section = None
        for indented, words in rows(path):
            if indented and isinstance(self.in_order[-1], Struct):
                self.in_order[-1].fields.append(Field(self, *words))
            elif indented:
                self.in_order[-1].values.append(words)
            elif words[0] == "section":
                section = words[1]
            elif words[0] == "struct":
                self.in_order.append(Struct(section, *words[1:]))
                self.structs[words[1]] = self.in_order[-1]
            elif words[0] in ("enum", "options"):
                self.in_order.append(Enumeration(words[1]))
                self.numbers[words[1]] = BUILT_IN["Int32" if words[0] == "enum" else words[3]]
            else:
                sys.exit(f"{path}: unknown line: {' '.join(words)}")
        for struct in self.structs.values():
            if not struct.fields:
                sys.exit(f"{struct.spec_name}: a structure without fields")


def wrapped(head, arguments):
    """One line, or broken at the last comma that fits and aligned behind the parenthesis."""
    if len(head + arguments) <= WIDTH:
        return [head + arguments]
    first, _, rest = arguments.partition(", ")
    indent = len(head)
    if indent + len(rest) > WIDTH:
        indent = 4
    return [f"{head}{first},", " " * indent + rest]


def opening(source):
    return ["/* SPDX-License-Identifier: Apache-2.0",
            f" * Generated by tools/gen_wire.py from {source}: change that, not this. */", "/* clang-format off */"]


def guarded(name, source, includes, body):
    guard = f"UACAM_WIRE_{name.upper().replace('.', '_')}"
    return [*opening(source), f"#ifndef {guard}", f"#define {guard}", "", *includes, *body, "", "#endif"]


def status_files():
    source = "schema/status.txt"
    codes = [words for _, words in rows(ROOT / source)]
    names = [(f"UA_{constant(name).replace('__', '_')}", code, name) for code, name in codes]
    header = ["", *(f"#define {macro} {code}u" for macro, code, _ in names), "",
              "struct ua_status_row {", "    uint32_t code;", "    const char *name;", "};", "",
              "/* Sorted by code. */",
              "extern const struct ua_status_row ua_status_rows[];", "extern const size_t ua_status_row_count;"]
    code = [*opening(source), '#include "wire/status.h"', "", "const struct ua_status_row ua_status_rows[] = {",
            *(f'    {{{macro}, "{name}"}},' for macro, _, name in names), "};", "",
            "const size_t ua_status_row_count = ARRAY_LEN(ua_status_rows);"]
    includes = ["#include <stddef.h>", "#include <stdint.h>"]
    return {"status_gen.h": guarded("status_gen.h", source, includes, header), "status_gen.c": code}


def table(name, structs):
    return ["", f"const struct ua_structure *const {name}[] = {{",
            *(f"    &{s.name}_structure, /* {n} */" for n, s in structs), "};"]


def message_files():
    source = "schema/messages.txt"
    schema = Schema(ROOT / source)
    structs = list(schema.structs.values())
    header = [line for thing in schema.in_order for line in thing.declaration()]
    for s in structs:
        header += ["", *s.prototype("read", ";"), *s.prototype("write", ";"),
                   f"extern const struct ua_structure {s.name}_structure;"]
    includes = ['#include "wire/reader.h"', '#include "wire/structure.h"', '#include "wire/writer.h"']
    files = {"messages_gen.h": guarded("messages_gen.h", source, includes, header)}
    for section in dict.fromkeys(s.section for s in structs):
        files[f"messages_{section}_gen.c"] = [
            *opening(source), '#include "wire/messages_gen.h"',
            *(line for s in structs if s.section == section for line in s.definition())]
    by_encoding = sorted((s.encoding_id, s) for s in structs)
    by_data_type = sorted((s.data_type_id, s) for s in structs)
    files["structure_gen.c"] = [
        *opening(source), '#include "wire/messages_gen.h"',
        *table("ua_structures_by_encoding", by_encoding), *table("ua_structures_by_data_type", by_data_type), "",
        "const size_t ua_structure_count = ARRAY_LEN(ua_structures_by_encoding);"]
    return files


def main():
    files = {OUT / name: "\n".join(lines) + "\n" for name, lines in (status_files() | message_files()).items()}
    if sys.argv[1:] == ["--check"]:
        stale = [p for p, text in files.items() if not p.exists() or p.read_text() != text]
        stale += sorted(set(OUT.glob("*_gen.[ch]")) - set(files))
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the schema says; run tools/gen_wire.py", file=sys.stderr)
        sys.exit(bool(stale))
    if sys.argv[1:]:
        sys.exit(__doc__)
    for path, text in files.items():
        path.write_text(text)


if __name__ == "__main__":
    main()
