#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails on what the house style forbids and no compiler sees: sizes, licence lines, leftovers, hosts in lock files.

    tools/check_style.py FILE...        (git ls-files gives them)
"""
import re
import sys
from pathlib import Path

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 80

SOURCES = {".c", ".h", ".py", ".sh", ".js", ".mjs", ".cmake"}
SOURCE_NAMES = {"CMakeLists.txt", "Makefile"}
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# A function's body, as clang-format leaves it: from a brace in the first column to the next one there.
FUNCTION = re.compile(r"^([^\s#/}].*\n(?:[^\n{}]*\n)*?)\{\n(.*?)^\}$", re.M | re.S)
FUNCTION_NAME = re.compile(r"(\w+)\(")
LOCK_FILES = {"package-lock.json", "requirements.txt"}
REGISTRY = re.compile(r'"resolved"|https?://|--(extra-)?index-url')


def is_source(path, text):
    named_so = path.suffix in SOURCES or path.name in SOURCE_NAMES
    return (named_so or text.startswith("#!")) and "_gen." not in path.name


def faults_of_functions(text):
    for head, body in FUNCTION.findall(text):
        lines = body.count("\n")
        name = FUNCTION_NAME.search(head)
        if lines > MAX_FUNCTION_LINES and name:
            yield f"{name.group(1)}() has {lines} lines, more than {MAX_FUNCTION_LINES}"


def faults_of_source(path, text):
    lines = text.splitlines()
    if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:2]):
        yield "its first lines name no licence"
    if len(lines) > MAX_FILE_LINES:
        yield f"it has {len(lines)} lines, more than {MAX_FILE_LINES}"
    if path.name != Path(__file__).name and LEFTOVERS.search(text):
        yield f"it holds a {LEFTOVERS.search(text).group(1)}"
    if path.suffix in (".c", ".h"):
        yield from faults_of_functions(text)


def faults_of_lock_file(text):
    without_funding = re.sub(r'"funding": (\{[^}]*\}|\[[^\]]*\])|"url": "[^"]*"', "", text)
    if REGISTRY.search(without_funding):
        yield "a lock file must name no registry's host"


def faults_of_file(path):
    text = path.read_text(errors="replace")
    if path.name in LOCK_FILES:
        yield from faults_of_lock_file(text)
    elif is_source(path, text):
        yield from faults_of_source(path, text)


def main():
    faults = [f"{name}: {fault}" for name in sys.argv[1:] for fault in faults_of_file(Path(name))]
    print(*faults, f"style: {len(faults)} faults in {len(sys.argv) - 1} files", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
