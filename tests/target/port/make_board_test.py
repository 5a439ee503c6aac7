# SPDX-License-Identifier: Apache-2.0
"""target/port/make_board.py: what it makes of board files, and what it refuses."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "target/port"))
import board_schema  # pylint: disable=wrong-import-position
FLASH = {"name": "flash", "kind": "flash", "base": "0x08000000", "size_bytes": 131072}
SRAM = {"name": "sram", "kind": "ram", "base": "0x20000000", "size_bytes": 8192}


def board(name="some_board", **chip):
    """A board file as small as can be built from."""
    build = {"uart": "USART1", "payload_bytes": 192, "window": 2, "message_bytes": 256,
             "input_bytes": 64, "plan_bytes": 0, "arena_bytes": 2048, "trace_operators": 8,
             "stack_bytes": 1024}
    return {"schema": "hilbench-board/1", "id": name, "name": "Some board", "status": "untested",
            "chip": {"name": "STM32F100", "core": "cortex-m3", "family": "stm32f1",
                     "memory": [FLASH, SRAM]} | chip,
            "board": {"clock_hz": 24000000, "serial": {"baud": 115200}},
            "agent": {"image": f"hilbench-agent-{name}.elf", "build": build}}


class MakeBoard(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.boards = self.folder / "boards"
        self.boards.mkdir()

    def run_script(self, *arguments):
        done = subprocess.run([ROOT / "target/port/make_board.py", *arguments], timeout=30,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def make(self, file):
        """(exit code, what is said) of making the board; its files are in self.folder / "made"."""
        path = self.boards / "some_board.json"
        path.write_text(json.dumps(file))
        code, _, said = self.run_script("make", path, self.folder / "made")
        return code, said

    def made(self, name):
        return (self.folder / "made" / name).read_text()

    def assert_refused(self, file, reason):
        code, said = self.make(file)
        self.assertEqual(code, 1)
        self.assertIn(reason, said)
        self.assertTrue(said.startswith(f"{self.boards}/some_board.json: "), said)
        self.assertNotIn("Traceback", said)

    def test_flash_and_ram(self):
        self.assertEqual(self.make(board()), (0, ""))
        memory = self.made("memory.ld")
        self.assertIn("code (rx) : ORIGIN = 0x8000000, LENGTH = 131072\n", memory)
        self.assertIn("data (rw) : ORIGIN = 0x20000000, LENGTH = 8064\n", memory)
        self.assertIn("kept (rw) : ORIGIN = 0x20001f80, LENGTH = 128\n", memory)
        self.assertIn('REGION_ALIAS("bulk", data)', memory)
        self.assertIn("hil_model_slot_end = 0x0;", memory)
        self.assertIn(".arena_bytes = 2048,", self.made("agent_config.hpp"))
        self.assertIn('kUart[] = "USART1";', self.made("board_generated.h"))

    def test_rates_begin_with_the_first_one(self):
        file = board()
        file["board"]["serial"] = {"baud": 57600, "bauds": [9600, 57600, 230400]}
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn("kBauds[] = {57600, 9600, 230400};", self.made("board_generated.h"))
        file["board"]["serial"] = {"baud": 9600}
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn("kBauds[] = {9600};", self.made("board_generated.h"))

    def test_i2c_comes_with_energy_runs_alone(self):
        file = board()
        file["board"]["i2c_pins"] = ["PB6", "PB7"]
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn('kI2cScl[] = "";', self.made("board_generated.h"))
        self.assertIn(".energy_counter = false,", self.made("agent_config.hpp"))
        file["agent"]["build"]["energy_windows"] = 4
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn('kI2cScl[] = "PB6";', self.made("board_generated.h"))
        self.assertIn('kI2cSda[] = "PB7";', self.made("board_generated.h"))
        self.assertIn(".energy_counter = true,", self.made("agent_config.hpp"))
        file["board"]["i2c_pins"] = ["PB6", "PB6"]
        self.assert_refused(file, "/board/i2c_pins: has the same entry twice")
        del file["board"]["i2c_pins"]
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn(".energy_counter = false,", self.made("agent_config.hpp"))
        file["agent"]["build"]["i2c"] = "SHIELD1"
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn('kI2c[] = "SHIELD1";', self.made("board_generated.h"))
        self.assertIn(".energy_counter = true,", self.made("agent_config.hpp"))

    def test_log_is_a_64th_of_the_ram_unless_said(self):
        for size, wanted in ((2048, 64), (8192, 128), (65536, 1024), (1 << 20, 1024)):
            file = board(memory=[FLASH, SRAM | {"size_bytes": size}])
            file["agent"]["build"] |= {"arena_bytes": 256, "stack_bytes": 512}
            self.assertEqual(self.make(file), (0, ""))
            self.assertIn(f".log_bytes = {wanted},", self.made("agent_config.hpp"))
        file = board()
        file["agent"]["build"]["log_bytes"] = 96
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn(".log_bytes = 96,", self.made("agent_config.hpp"))

    def test_model_slot_is_taken_off_the_code(self):
        file = board()
        file["agent"]["model_slot"] = {"base": "0x08010000", "size_bytes": 65536}
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn("LENGTH = 65536\n", self.made("memory.ld"))
        self.assertIn("hil_model_slot_begin = 0x8010000;\nhil_model_slot_end = 0x8020000;",
                      self.made("memory.ld"))

    def test_model_slot_elsewhere(self):
        file = board()
        file["agent"]["model_slot"] = {"base": "0x08010000", "size_bytes": 65535}
        self.assert_refused(file, "/agent/model_slot: is not the end of the memory 'flash', which is "
                            "from 0x08000000 to 0x08020000")
        file["agent"]["model_slot"] = {"base": "0x07ffff00", "size_bytes": 131328}
        self.assert_refused(file, "/agent/model_slot: is not the end")

    def test_several_rams(self):
        rams = [SRAM | {"name": f"ram{at}", "base": base}
                for at, base in enumerate(("0x0", "0x20000000", "0x60000000"))]
        self.assertEqual(self.make(board(memory=rams)), (0, ""))
        self.assertIn("code (rx) : ORIGIN = 0x0,", self.made("memory.ld"))
        self.assertIn("bulk (rw) : ORIGIN = 0x60000000, LENGTH = 8192\n", self.made("memory.ld"))

    def test_one_ram_for_all(self):
        self.assertEqual(self.make(board(memory=[SRAM])), (0, ""))
        self.assertIn("code (rx) : ORIGIN = 0x20000000, LENGTH = 2048\n", self.made("memory.ld"))
        self.assertIn("data (rw) : ORIGIN = 0x20000800, LENGTH = 6016\n", self.made("memory.ld"))

    def test_no_ram(self):
        for memory in ([FLASH], []):
            self.assert_refused(board(memory=memory), "/chip/memory: has no RAM for data")

    def test_more_than_the_ram(self):
        file = board()
        file["agent"]["build"] |= {"plan_bytes": 4096, "arena_bytes": 3000}
        self.assert_refused(file, "/agent/build: stack_bytes, plan_bytes, arena_bytes are 8120 "
                                  "bytes together, 'sram' has 8064; make them smaller")
        file["chip"]["memory"].append(SRAM | {"name": "more", "base": "0x60000000"})
        self.assertEqual(self.make(file), (0, ""))  # the model is there
        file["agent"]["build"]["stack_bytes"] = 8065
        self.assert_refused(file, "/agent/build: stack_bytes are 8065 bytes together")

    def test_missing_key(self):
        file = board()
        del file["agent"]["build"]["arena_bytes"]
        self.assert_refused(file, "/agent/build/arena_bytes: is missing")
        del file["agent"]["build"]
        self.assert_refused(file, "/agent/build: is missing")
        del file["chip"]["family"]
        self.assert_refused(file, "/chip/family: is missing (The folder of target/port that has ")

    def test_other_names(self):
        self.assert_refused(board("acme"), "/id: is 'acme', the file's name says 'some_board'")
        file = board()
        file["agent"]["image"] = "agent.elf"
        self.assert_refused(file, "/agent/image: is 'agent.elf', the build makes "
                                  "'hilbench-agent-some_board.elf'")

    def test_what_the_schema_forbids(self):
        for part, change, reason in (
                ("board", {"clok_hz": 1}, "/board/clok_hz: there is no such key; did you mean "
                                          "'clock_hz'?"),
                ("chip", {"colour": 1}, "/chip/colour: there is no such key\n"),
                ("board", {"clock_hz": "fast"}, "/board/clock_hz: is no integer (Clock of the core"),
                ("board", {"clock_hz": True}, "/board/clock_hz: is no integer"),
                ("board", {"clock_hz": 0}, "/board/clock_hz: is less than 1"),
                ("board", {"clock_hz": 5000000000}, "/board/clock_hz: is more than 4000000000"),
                ("board", {"serial": []}, "/board/serial: is no object"),
                ("board", {"serial": {"baud": 1, "bauds": [300, 300]}},
                 "/board/serial/bauds: has the same entry twice"),
                ("board", {"serial": {"baud": 1, "bauds": [300, 9]}},
                 "/board/serial/bauds/1: is less than 300"),
                ("board", {"serial": {"baud": 1, "bauds": list(range(300, 308))}},
                 "/board/serial/bauds: has more than 7 entries"),
                ("chip", {"core": "z80"}, "/chip/core: is none of host, aarch64, cortex-m0"),
                ("chip", {"id": {"name": "ID", "address": "0x0", "mask": "0x1", "values": []}},
                 "/chip/id/values: has less than 1 entries"),
                ("chip", {"memory": [FLASH | {"base": "08000000"}]},
                 "/chip/memory/0/base: does not look like ^0x"),
                ("chip", {"ram_vectors": "0x0\n"}, "/chip/ram_vectors: does not look like"),
                ("chip", {"name": "A" * 81}, "/chip/name: is longer than 80"),
                ("agent", {"build": {"uart": 'a"\\\n'}}, "/agent/build/uart: does not look like")):
            with self.subTest(reason):
                file = board()
                file[part] |= change
                self.assert_refused(file, reason)

    def test_emulators(self):
        file = board() | {"emulator": {"kind": "qemu", "machine": "x"}}
        self.assert_refused(file, "/emulator/program: is missing (QEMU's program")
        self.assert_refused(file | {"emulator": {"kind": "process", "machine": "x"}},
                            "/emulator/machine: there is no such key")
        self.assert_refused(file | {"emulator": {"kind": "bochs"}}, "/emulator/kind: is none of")
        self.assert_refused(file | {"schema": "hilbench-board/2"},
                            "/schema: is not 'hilbench-board/1'")

    def test_every_rule_of_the_schema_is_known(self):
        known = set(board_schema.Schema({}).checks) | board_schema.SILENT

        def rules_in(schema):
            yield from schema
            for key in ("properties", "definitions"):
                for inner in schema.get(key, {}).values():
                    yield from rules_in(inner)
            for key in {"items", "if", "then", "else"} & schema.keys():
                yield from rules_in(schema[key])

        schema = json.loads((ROOT / "boards/board.schema.json").read_text())
        self.assertEqual(set(rules_in(schema)) - known, set())

    def test_list(self):
        (self.boards / "board.schema.json").write_text("{}")
        for name, core in (("b", "cortex-m3"), ("a", "cortex-m0"), ("linux", "host")):
            file = board(name, core=core)
            (self.boards / f"{name}.json").write_text(json.dumps(file))
        self.assertEqual(self.run_script("list", self.boards),
                         (0, "a cortex-m0 stm32f1 -\nb cortex-m3 stm32f1 -\n", ""))
        (self.boards / "b.json").write_text("[]")
        self.assertEqual(self.run_script("list", self.boards),
                         (1, "", f"{self.boards}/b.json: /: is no object (One board: the chip on "
                          "it, how it is wired, what its agent is built with, and how it runs "
                          "without the hardware)\n"))

    def test_boards_of_this_tree(self):
        for folder in ("boards", "tests/boards"):
            code, listed, said = self.run_script("list", ROOT / folder)
            self.assertEqual((code, said), (0, ""))
            self.assertGreaterEqual(listed.count("\n"), 3)

    def test_no_json(self):
        path = self.boards / "some_board.json"
        for text, why in ((b"{", "line 1 column 2"), (b"\xff", "codec"), (b"[" * 100000, "recursion")):
            path.write_bytes(text)
            code, _, said = self.run_script("make", path, self.folder / "made")
            self.assertEqual(code, 1)
            self.assertIn(f"{path}: ", said)
            self.assertIn(why, said)
            self.assertNotIn("Traceback", said)

    def test_no_file(self):
        code, _, said = self.run_script("make", self.boards / "none.json", self.folder / "made")
        self.assertEqual(code, 1)
        self.assertIn("No such file", said)


if __name__ == "__main__":
    unittest.main()
