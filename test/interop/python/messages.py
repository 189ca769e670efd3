# SPDX-License-Identifier: Apache-2.0
"""The messages that docs/cameras.md and README.md explain to users, to be held against what uacam says.

In them, words in capitals, numbers and /dev/video0 stand for whatever a message is about. A message may say more, before
and behind."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[3]
WORDS = (
    "ADDRESS CALL CAMERA CODEC FILE FOLDER FORM GROUP ID KINDS NAME NAMES PROGRAM REASON RULE SETTING TYPE URI USER".split()
)
ANYTHING = re.compile(rf"(?<![A-Z])(?:{'|'.join(WORDS)})\b|(/dev/video0)|(\d+(?:\.\d+)?)")


def _rows(text):
    """The cells of each row of each table, under the first cell of the table's head."""
    head = None
    for line in text.splitlines():
        if not line.startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if head is None:
            head = cells[0].strip()
        elif not set(line) <= set("|-"):
            yield head, cells


def documented():
    """All of them, as they stand there."""
    found = [cells[0] for head, cells in _rows((ROOT / "docs/cameras.md").read_text()) if head == "message"]
    for head, cells in _rows((ROOT / "README.md").read_text()):
        quoted = re.fullmatch(r"`([^`]+)`", cells[0])
        if head == "you see" and quoted and not quoted[1].startswith("Bad_"):
            found.append(quoted[1])
    return found


def pattern(message):
    """What finds it in a text."""
    parts, end = [], 0
    for match in ANYTHING.finditer(message):
        of_anything = r"/dev/\w+" if match[1] else r"-?\d+(?:\.\d+)?" if match[2] else ".+?"
        parts += [re.escape(message[end : match.start()]), of_anything]
        end = match.end()
    return re.compile("".join(parts) + re.escape(message[end:]))


def is_told(message, text):
    """Users find this message in the documents. Does `text` say it?"""
    assert message in documented(), f"the documents do not explain: {message}"
    return pattern(message).search(text) is not None


def check_told(message, text):
    assert is_told(message, text), f"{message}\nis not what is told: {text}"
