#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes frames.txt, the golden frames; run it only when the contract changes on purpose."""

import pathlib
import struct

from frames import encode

LIMITS = struct.pack("<HHB", 1024, 4096, 16)
OPEN = struct.pack("<IQ", 0x11223344, 0xA1B2C3D4E5F60718) + LIMITS
ACCEPT = struct.pack("<IIB", 0x11223344, 3, 1) + LIMITS + b"\0"
CRASHED = struct.pack("<IIB", 0x11223344, 4, 5) + LIMITS + bytes([7]) + b"fault 3"
PLACED = ACCEPT + b"\1"
HELLO = struct.pack("<HBB", 4, 1 << 3 | 0, 0 << 6 | 1) + bytes([0x08, 1, 0x10, 0])

# InferBeginRequest {count: 3, budget_ms: 1000, quiet: true,
#                    trace {first: 1, stride: 2, count: 5, ticks: true}}, call 2
TIMED = struct.pack("<HBB", 17, 3 << 3 | 0, 0 << 6 | 2) + bytes(
    [0x10, 3, 0x18, 0xE8, 0x07, 0x30, 1, 0x3A, 8, 0x08, 1, 0x10, 2, 0x18, 5, 0x20, 1])
# TraceReply {sample: 4, recorded: 2, ticks: [300, 1], digests: [0xCBF43926, 0]}, call 3
TRACE = struct.pack("<HBB", 19, 4 << 3 | 0, 1 << 6 | 3) + bytes(
    [0x08, 4, 0x10, 2, 0x1A, 3, 0xAC, 0x02, 0x01, 0x22, 8]) + struct.pack("<II", 0xCBF43926, 0)

# name, version, type, session, seq, ack, window, payload
FRAMES = [
    ("open", 1, 0, 0x44, 0, 0, 0, OPEN),
    ("accept", 1, 1, 0x44, 0, 0, 0, ACCEPT),
    ("accept_after_crash", 1, 1, 0x44, 0, 0, 0, CRASHED),
    ("accept_placed", 1, 1, 0x44, 0, 0, 0, PLACED),
    ("close_version", 1, 2, 0x44, 0, 0, 0, bytes([1, 1])),
    ("ack", 1, 3, 0x44, 7, 9, 16, b""),
    ("ack_resend", 1, 3, 0x44, 7, 9, 16, bytes([1])),
    ("ack_answer", 1, 3, 0x44, 7, 9, 16, bytes([2, 5])),
    ("ack_ahead", 1, 3, 0x44, 7, 9, 16, bytes([4]) + struct.pack("<I", 0x80000005)),
    ("ack_answer_ahead", 1, 3, 0x44, 7, 9, 16, bytes([6, 11]) + struct.pack("<I", 2)),
    ("poll", 1, 4, 0x44, 255, 0, 64, b""),
    ("busy", 1, 5, 0x44, 0, 1, 16, struct.pack("<I", 1500)),
    ("data_hello", 1, 8, 0x44, 0, 0, 64, HELLO),
    ("data_timed_run", 1, 8, 0x44, 4, 2, 64, TIMED),
    ("data_trace", 1, 8, 0x44, 9, 5, 16, TRACE),
    ("data_zeros", 1, 8, 0x44, 1, 0, 64, bytes(20)),
    ("data_245_ones", 1, 8, 0x44, 2, 0, 64, b"\1" * 245),
    ("data_1024", 1, 8, 0x44, 3, 0, 64, bytes(i * 7 % 256 for i in range(1024))),
    ("placed", 1, 10, 0x44, 4, 1, 64, struct.pack("<H", 65000) + b"stream"),
    ("datagram", 1, 9, 0x44, 200, 4, 16, struct.pack("<HBB", 2, 9 << 3, 3 << 6) + b"\x08\x01"),
    ("reset", 1, 15, 0, 0, 0, 0, struct.pack("<IB", 4, 3)),
    ("next_version", 2, 0, 0x44, 0, 0, 0, OPEN),
]


def main():
    lines = ["# SPDX-License-Identifier: Apache-2.0",
             "# Golden frames: name version type session seq ack window payload wire (hex; - is empty)"]
    for name, *numbers, payload in FRAMES:
        wire = encode(*numbers, payload)
        lines.append(" ".join([name, *map(str, numbers), payload.hex() or "-", wire.hex()]))
    pathlib.Path(__file__).with_name("frames.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
