# SPDX-License-Identifier: Apache-2.0
"""Frames of link version 1 in Python, written from protocol/README.md alone."""

import zlib


def cobs(data: bytes) -> bytes:
    """Stuffs data so that no byte is 0x00."""
    out = bytearray()
    blocks = data.split(b"\0")
    for number, block in enumerate(blocks):
        last = number == len(blocks) - 1
        while len(block) >= 254:
            out += b"\xff" + block[:254]
            block = block[254:]
            if not block and last:
                return bytes(out)
        out += bytes([len(block) + 1]) + block
    return bytes(out)


def encode(version, kind, session, seq, ack, window, payload: bytes) -> bytes:
    """One frame as it goes on the line, delimiter included."""
    body = bytes([version << 4 | kind, session, seq, ack, window]) + payload
    return cobs(body + zlib.crc32(body).to_bytes(4, "little")) + b"\0"
