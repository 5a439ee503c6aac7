#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns board files into what their agents are built from.

Usage: make_board.py list BOARDS       one line "id core family operators" per board to cross-build
       make_board.py make BOARD FOLDER writes agent_config.hpp, board_generated.h and memory.ld there
BOARDS is the folder of board files, BOARD one of them. Run by CMake; only Debian's Python is needed.
boards/board.schema.json says what each key of agent.build is. A file that is wrong is named with
the key, as `hilbench boards` does, which sees it later.
"""
import json
import pathlib
import sys

import board_schema

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "boards/board.schema.json"
KEPT_BYTES = 128  # at the end of RAM, bare/kept.cpp
MOST_CODE_BYTES = 4 << 20  # of a RAM that code and data share
CONFIG = ("payload_bytes", "window", "message_bytes", "input_bytes", "plan_bytes", "arena_bytes",
          "trace_operators")
NO_I2C = ("", "", "")
HEAD = "// SPDX-License-Identifier: Apache-2.0\n// {}; made by target/port/make_board.py.\n#pragma once\n\n"


class Wrong(Exception):
    """A sentence for whoever wrote the board file."""


def need(block, key, where):
    if key not in block:
        raise Wrong(f"{where}/{key}: is missing; the agent can't be built without it")
    return block[key]


def number(text):
    """An address as board files write it: "0x08000000"."""
    return text if isinstance(text, int) else int(text, 16)


def power_of_two(least):
    return 1 << max(least - 1, 1).bit_length()


def memory_of(board):
    """(name, kind, base, bytes) of the chip's memory, as the agent is linked for it."""
    return [(entry["name"], entry["kind"], number(entry["base"]), entry["size_bytes"])
            for entry in board["chip"]["memory"]]


def pieces_of(memory):
    """The pieces for code, for data, and for a model and its activations: the first flash (of a RAM
    board: the first RAM), the first RAM that is left, and the last. One RAM alone is cut in two."""
    flash = [entry for entry in memory if entry[1] == "flash"]
    ram = [entry for entry in memory if entry[1] == "ram"]
    if not flash and len(ram) == 1:
        name, kind, base, size = ram[0]
        cut = min(size // 4, MOST_CODE_BYTES)
        ram = [(name, kind, base, cut), (name, kind, base + cut, size - cut)]
    if not ram:
        raise Wrong("/chip/memory: has no RAM for data; add an entry of kind ram")
    code = flash[0] if flash else ram.pop(0)
    return code, ram[0], ram[-1]


def slot_of(board, code):
    """(base, bytes) of the flash kept for a model; (0, 0) if there is none."""
    slot = board["agent"].get("model_slot")
    if not slot:
        return 0, 0
    base, size, end = number(slot["base"]), slot["size_bytes"], code[2] + code[3]
    if base < code[2] or base + size != end:
        raise Wrong(f"/agent/model_slot: is not the end of the memory '{code[0]}', which is from "
                    f"{code[2]:#010x} to {end:#010x}")
    return base, size


def log_bytes(build, data):
    """Bytes kept for the agent's last log lines: a 64th of the RAM for data, unless the file says."""
    return build.get("log_bytes", min(max(data[3] // 64, 64), 1024))


def i2c_of(board):
    """(SCL, SDA, name) of the bus that the agent drives. An agent without energy runs drives none: only
    a counter around their windows is read over it."""
    build = board["agent"]["build"]
    if "energy_windows" not in build:
        return NO_I2C
    return *board["board"].get("i2c_pins", NO_I2C[:2]), build.get("i2c", "")


def agent_config(board, build, data):
    rows = "".join(f"    .{key} = {need(build, key, '/agent/build')},\n" for key in CONFIG)
    rows += f"    .log_bytes = {log_bytes(build, data)},\n"
    rows += f"    .energy_windows = {build.get('energy_windows', 0)},\n"
    rows += f"    .energy_counter = {str(i2c_of(board) != NO_I2C).lower()},\n"
    return (HEAD.format("Sizes of the agent") + '#include "target/agent/config.hpp"\n\n'
            "namespace hil::agent {\n\ninline constexpr Config kConfig{\n" + rows +
            "};\n\n}  // namespace hil::agent\n")


def ring_bytes(build, data):
    """Bytes of the receive and the send ring: a window of frames, at most a 32nd of the RAM; and
    what one interrupt after the other sends."""
    window = build["window"] * (build["payload_bytes"] + 16)
    most = max(64, data[3] // 32)
    receive = min(power_of_two(window), 1 << (most.bit_length() - 1), 16384)
    return receive, 64 if data[3] <= 32768 else 256


def bauds_of(serial):
    """Rates that the agent offers, the one it starts with first. The schema sees to it that they fit
    its hello (protocol/messages/hello.options)."""
    return [serial["baud"]] + [baud for baud in serial.get("bauds", []) if baud != serial["baud"]]


def board_header(board, build, data):
    """Constants of the board; text as it stands in the file, checked where it is used."""
    receive, send = ring_bytes(build, data)
    words = {"kId": board["id"], "kCore": board["chip"]["core"]}
    words |= {"k" + key.capitalize(): build.get(key, "") for key in ("uart", "tx", "rx")}
    around = board["board"]
    region, inference = around.get("sync_pins", ["", ""])
    words |= {"kSyncRegion": region, "kSyncInference": inference}
    words |= dict(zip(("kI2cScl", "kI2cSda", "kI2c"), i2c_of(board)))
    numbers = {"kClockHz": around.get("clock_hz", 0), "kHseHz": build.get("hse_hz", 0),
               "kAlternateFunction": build.get("alternate_function", 0),
               "kUartClockHz": build.get("uart_clock_hz", 0),
               "kReceiveRingBytes": receive, "kSendRingBytes": send}
    lines = [f"inline constexpr char {name}[] = {json.dumps(text)};\n"
             for name, text in words.items()]
    lines += [f"inline constexpr std::uint32_t {name} = {value};\n"
              for name, value in numbers.items()]
    rates = ", ".join(str(baud) for baud in bauds_of(around["serial"]))
    lines += [f"inline constexpr std::uint32_t kBauds[] = {{{rates}}};\n"]
    bypass = "true" if build.get("hse_bypass") else "false"
    lines += [f"inline constexpr bool kHseBypass = {bypass};\n"]
    return (HEAD.format("The board as its file describes it") + "#include <cstdint>\n\n"
            "namespace hil::port::board {\n\n" + "".join(lines) +
            "\n}  // namespace hil::port::board\n")


def linker_memory(build, pieces, slot):
    code, data, bulk = pieces
    code_bytes = code[3] - slot[1]
    kept = data[2] + data[3] - KEPT_BYTES
    region = alias = ""
    if bulk is data:
        alias = 'REGION_ALIAS("bulk", data)\n'
    else:
        region = f"  bulk (rw) : ORIGIN = {bulk[2]:#x}, LENGTH = {bulk[3]}\n"
    return (f"/* Memory of the board; made by target/port/make_board.py. */\nMEMORY {{\n"
            f"  code (rx) : ORIGIN = {code[2]:#x}, LENGTH = {code_bytes}\n"
            f"  data (rw) : ORIGIN = {data[2]:#x}, LENGTH = {data[3] - KEPT_BYTES}\n"
            f"  kept (rw) : ORIGIN = {kept:#x}, LENGTH = {KEPT_BYTES}\n"
            f"{region}}}\n{alias}"
            f"hil_stack_bytes = {need(build, 'stack_bytes', '/agent/build')};\n"
            f"hil_model_slot_begin = {slot[0]:#x};\n"
            f"hil_model_slot_end = {slot[0] + slot[1]:#x};\n")


def write_if_new(path, text):
    if not path.exists() or path.read_text() != text:  # else nothing need be built again
        path.write_text(text)


def load(path):
    """The board in the file at path, checked: against the schema, and for what a build needs."""
    board = json.loads(path.read_text())
    schema = board_schema.Schema(json.loads(SCHEMA.read_text()))
    if wrong := schema.complaint(board):
        raise Wrong(wrong)
    if board["id"] != path.stem:
        raise Wrong(f"/id: is '{board['id']}', the file's name says '{path.stem}'")
    return board


def room_needed(build, pieces):
    """The RAM that the file shares out has to be there; the linker counts the rest."""
    _, data, bulk = pieces
    shares = [key for key in ("stack_bytes", "plan_bytes", "arena_bytes")
              if key == "stack_bytes" or bulk is data]
    wanted = sum(need(build, key, "/agent/build") for key in shares)
    if wanted > data[3] - KEPT_BYTES:
        raise Wrong(f"/agent/build: {', '.join(shares)} are {wanted} bytes together, '{data[0]}' "
                    f"has {data[3] - KEPT_BYTES}; make them smaller")


def texts_of(board):
    """Names and contents of the files that the agent of board is built with."""
    build = need(board["agent"], "build", "/agent")
    image = f"hilbench-agent-{board['id']}.elf"
    if board["agent"]["image"] != image:
        raise Wrong(f"/agent/image: is '{board['agent']['image']}', the build makes '{image}'")
    pieces = pieces_of(memory_of(board))
    slot = slot_of(board, pieces[0])
    room_needed(build, pieces)
    return {"agent_config.hpp": agent_config(board, build, pieces[1]),
            "board_generated.h": board_header(board, build, pieces[1]),
            "memory.ld": linker_memory(build, pieces, slot)}


def make(path, folder):
    texts = texts_of(load(path))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_if_new(folder / name, text)


def describe(path):
    """The line of a board in the list; "" for the one that is built without a cross compiler."""
    board = load(path)
    chip = board["chip"]
    if chip["core"] == "host":
        return ""
    if chip["memory"]:  # else the operating system's
        texts_of(board)
    operators = board["agent"].get("build", {}).get("operators", "-")
    return f"{board['id']} {chip['core']} {chip['family']} {operators}\n"


def explained(path, work):
    """work(), with the name of the file in front of what is wrong with it."""
    try:
        return work()
    except (Wrong, OSError, ValueError, RecursionError) as error:
        raise Wrong(f"{path}: {error}") from error


def list_boards(folder):
    files = sorted(path for path in folder.glob("*.json")
                   if not path.name.endswith(".schema.json"))
    return "".join(explained(path, lambda path=path: describe(path)) for path in files)


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "list":
        print(list_boards(pathlib.Path(arguments[1])), end="")
    elif len(arguments) == 3 and arguments[0] == "make":
        path, folder = pathlib.Path(arguments[1]), pathlib.Path(arguments[2])
        explained(path, lambda: make(path, folder))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Wrong as error:
        sys.exit(str(error))
