#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns board files into what their agents are built from.

Usage: make_board.py list BOARDS       one line "id core family operators" per board to cross-build
       make_board.py make BOARD FOLDER writes agent_config.hpp, board_generated.h and memory.ld there
BOARDS is the folder of board files, BOARD one of them. Run by CMake; only Debian's Python is needed.
boards/board.schema.json says what each key of agent.build is.
"""
import json
import pathlib
import sys

KEPT_BYTES = 128  # at the end of RAM, bare/kept.cpp
MOST_CODE_BYTES = 4 << 20  # of a RAM that code and data share
CONFIG = ("payload_bytes", "window", "message_bytes", "input_bytes", "plan_bytes", "arena_bytes",
          "trace_operators")
HEAD = "// SPDX-License-Identifier: Apache-2.0\n// {}; made by target/port/make_board.py.\n#pragma once\n\n"


class Wrong(Exception):
    """A sentence for whoever wrote the board file."""


def need(block, key, where):
    if key not in block:
        raise Wrong(f"{where}.{key} is missing")
    return block[key]


def number(text):
    """An address as board files write it: "0x08000000"."""
    return text if isinstance(text, int) else int(text, 16)


def power_of_two(least):
    return 1 << max(least - 1, 1).bit_length()


def memory_of(board):
    """(name, kind, base, bytes) of the chip's memory, as the agent is linked for it."""
    return [(entry.get("name", "?"), entry["kind"], number(entry["base"]), entry["size_bytes"])
            for entry in need(board["chip"], "memory", "chip")]


def pieces_of(memory):
    """The pieces for code, for data, and for a model and its activations: the first flash (of a RAM
    board: the first RAM), the first RAM that is left, and the last. One RAM alone is cut in two."""
    flash = [entry for entry in memory if entry[1] == "flash"]
    ram = [entry for entry in memory if entry[1] == "ram"]
    if not flash and len(ram) == 1:
        name, kind, base, size = ram[0]
        cut = min(size // 4, MOST_CODE_BYTES)
        ram = [(name, kind, base, cut), (name, kind, base + cut, size - cut)]
    code = flash[0] if flash else ram.pop(0)
    if not ram:
        raise Wrong("chip.memory has no RAM for data")
    return code, ram[0], ram[-1]


def slot_of(board, code):
    """(base, bytes) of the flash kept for a model; (0, 0) if there is none."""
    slot = board.get("agent", {}).get("model_slot")
    if not slot:
        return 0, 0
    base, size = number(slot["base"]), slot["size_bytes"]
    if base < code[2] or base + size != code[2] + code[3]:
        raise Wrong("agent.model_slot is not the end of the code's memory")
    return base, size


def agent_config(build):
    rows = "".join(f"    .{key} = {need(build, key, 'agent.build')},\n" for key in CONFIG)
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


def board_header(board, build, data):
    """Constants of the board; text as it stands in the file, checked where it is used."""
    receive, send = ring_bytes(build, data)
    words = {"kId": board["id"], "kCore": board["chip"]["core"]}
    words |= {"k" + key.capitalize(): build.get(key, "") for key in ("uart", "tx", "rx")}
    around = board["board"]
    numbers = {"kClockHz": around.get("clock_hz", 0), "kHseHz": build.get("hse_hz", 0),
               "kAlternateFunction": build.get("alternate_function", 0),
               "kUartClockHz": build.get("uart_clock_hz", 0), "kBaud": around["serial"]["baud"],
               "kReceiveRingBytes": receive, "kSendRingBytes": send}
    lines = [f"inline constexpr char {name}[] = {json.dumps(text)};\n"
             for name, text in words.items()]
    lines += [f"inline constexpr std::uint32_t {name} = {value};\n"
              for name, value in numbers.items()]
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
            f"hil_stack_bytes = {need(build, 'stack_bytes', 'agent.build')};\n"
            f"hil_model_slot_begin = {slot[0]:#x};\n"
            f"hil_model_slot_end = {slot[0] + slot[1]:#x};\n")


def write_if_new(path, text):
    if not path.exists() or path.read_text() != text:  # else nothing need be built again
        path.write_text(text)


def make(path, folder):
    board = json.loads(pathlib.Path(path).read_text())
    build = need(board.get("agent", {}), "build", "agent")
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pieces = pieces_of(memory_of(board))
    slot = slot_of(board, pieces[0])
    write_if_new(folder / "agent_config.hpp", agent_config(build))
    write_if_new(folder / "board_generated.h", board_header(board, build, pieces[1]))
    write_if_new(folder / "memory.ld", linker_memory(build, pieces, slot))


def list_boards(folder):
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        if path.name.endswith(".schema.json"):
            continue
        board = json.loads(path.read_text())
        core = board["chip"]["core"]
        if core == "host":
            continue
        build = board.get("agent", {}).get("build", {})
        family = need(board["chip"], "family", f"{path.name}: chip")
        print(path.stem, core, family, build.get("operators", "-"))


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "list":
        list_boards(arguments[1])
    elif len(arguments) == 3 and arguments[0] == "make":
        make(arguments[1], arguments[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Wrong, OSError, ValueError, KeyError) as error:
        sys.exit(f"{' '.join(sys.argv[2:3])}: {error!r}" if isinstance(error, KeyError)
                 else f"{' '.join(sys.argv[2:3])}: {error}")
