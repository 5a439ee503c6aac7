#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every golden frame against the Python implementation; exits 1 on a difference."""

import pathlib
import sys

from frames import encode


def main():
    checked = 0
    for line in pathlib.Path(__file__).with_name("frames.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, *fields, payload, wire = line.split()
        payload = b"" if payload == "-" else bytes.fromhex(payload)
        if encode(*map(int, fields), payload).hex() != wire:
            sys.exit(f"{name}: the frame differs from frames.txt")
        checked += 1
    print(f"{checked} golden frames agree")
    sys.exit(0 if checked >= 12 else "too few golden frames")


if __name__ == "__main__":
    main()
