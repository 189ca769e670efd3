#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when a floor of src/ includes or links what it may not.

    tools/check_floors.py [ROOT]
"""
import re
import sys
from pathlib import Path

# Each floor stands on these, and on all that they stand on.
STANDS_ON = {
    "base": [],
    "net": ["base"],
    "crypto": ["base"],
    "wire": ["base"],
    "image": ["base"],
    "channel": ["wire", "crypto"],
    "space": ["wire"],
    "service": ["space", "crypto"],
    "camera": ["net", "image"],
    "web": ["net", "image"],
    "model": ["space", "camera"],
    "client": ["net", "channel", "wire"],
    "app": ["service", "model", "client", "channel", "web"],
}

# Headers that belong to certain floors.
OWNED_HEADERS = {
    r"uv\.h": ["net"],
    r"openssl/.*|intel-ipsec-mb\.h|crypt\.h": ["crypto"],
    r"jpeglib\.h|jerror\.h|turbojpeg\.h|spng\.h": ["image"],
    r"linux/videodev2\.h|libudev\.h|arv\.h|libav\w+/.*|libswscale/.*|expat\.h": ["camera"],
    r"microhttpd\.h": ["web"],
    r"yaml\.h": ["app"],
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
LIBRARY = re.compile(r"\buacam_(\w+)")


def below(floor):
    """The floors that `floor` may use, itself among them."""
    found = {floor}
    for lower in STANDS_ON[floor]:
        found |= below(lower)
    return found


def faults_of_include(floor, quote, header):
    first = header.split("/")[0]
    if quote == '"' and first not in below(floor):
        yield f'{floor} may not include "{header}"'
    for pattern, owners in OWNED_HEADERS.items():
        if re.fullmatch(pattern, header) and floor not in owners:
            yield f"only {' and '.join(owners)} may include <{header}>"


def faults_of_file(floor, path):
    text = path.read_text()
    if path.name == "CMakeLists.txt":
        for library in LIBRARY.findall(text):
            if library not in below(floor) | {"floor", "camera_module"}:
                yield f"{floor} may not link uacam_{library}"
    else:
        for quote, header in INCLUDE.findall(text):
            yield from faults_of_include(floor, quote, header)


def faults_of_tree(root):
    for folder in sorted((root / "src").iterdir()):
        if folder.name not in STANDS_ON:
            yield f"src/{folder.name}: no floor of this name is known"
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".c", ".h") or path.name == "CMakeLists.txt":
                for fault in faults_of_file(folder.name, path):
                    yield f"{path.relative_to(root)}: {fault}"


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    faults = list(faults_of_tree(root))
    print(*faults, f"floors: {len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
