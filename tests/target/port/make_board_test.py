# SPDX-License-Identifier: Apache-2.0
"""target/port/make_board.py: what it makes of board files, and what it refuses."""
import json
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
FLASH = {"name": "flash", "kind": "flash", "base": "0x08000000", "size_bytes": 131072}
SRAM = {"name": "sram", "kind": "ram", "base": "0x20000000", "size_bytes": 8192}


def board(**chip):
    """A board file as small as can be built from."""
    build = {"uart": "USART1", "payload_bytes": 192, "window": 2, "message_bytes": 256,
             "input_bytes": 64, "plan_bytes": 0, "arena_bytes": 2048, "trace_operators": 8,
             "stack_bytes": 1024}
    return {"id": "some_board",
            "chip": {"core": "cortex-m3", "family": "stm32f1", "memory": [FLASH, SRAM]} | chip,
            "board": {"clock_hz": 24000000, "serial": {"baud": 115200}}, "agent": {"build": build}}


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
        self.assert_refused(file, "agent.model_slot is not the end")
        file["agent"]["model_slot"] = {"base": "0x07ffff00", "size_bytes": 131328}
        self.assert_refused(file, "agent.model_slot is not the end")

    def test_several_rams(self):
        rams = [SRAM | {"base": base} for base in ("0x0", "0x20000000", "0x60000000")]
        self.assertEqual(self.make(board(memory=rams)), (0, ""))
        self.assertIn("code (rx) : ORIGIN = 0x0,", self.made("memory.ld"))
        self.assertIn("bulk (rw) : ORIGIN = 0x60000000, LENGTH = 8192\n", self.made("memory.ld"))

    def test_one_ram_for_all(self):
        self.assertEqual(self.make(board(memory=[SRAM])), (0, ""))
        self.assertIn("code (rx) : ORIGIN = 0x20000000, LENGTH = 2048\n", self.made("memory.ld"))
        self.assertIn("data (rw) : ORIGIN = 0x20000800, LENGTH = 6016\n", self.made("memory.ld"))

    def test_no_ram(self):
        self.assert_refused(board(memory=[FLASH]), "no RAM for data")

    def test_missing_key(self):
        file = board()
        del file["agent"]["build"]["arena_bytes"]
        self.assert_refused(file, "agent.build.arena_bytes is missing")
        self.assert_refused(board() | {"agent": {}}, "agent.build is missing")

    def test_text_stays_text(self):
        file = board()
        file["agent"]["build"]["uart"] = 'a"\\\n'
        self.assertEqual(self.make(file), (0, ""))
        self.assertIn('kUart[] = "a\\"\\\\\\n";', self.made("board_generated.h"))

    def test_list(self):
        (self.boards / "board.schema.json").write_text("{}")
        for name, core in (("b", "cortex-m3"), ("a", "cortex-m0"), ("linux", "host")):
            (self.boards / f"{name}.json").write_text(json.dumps(board(core=core)))
        self.assertEqual(self.run_script("list", self.boards),
                         (0, "a cortex-m0 stm32f1 -\nb cortex-m3 stm32f1 -\n", ""))

    def test_no_json(self):
        path = self.boards / "some_board.json"
        path.write_text("{")
        code, _, said = self.run_script("make", path, self.folder / "made")
        self.assertEqual(code, 1)
        self.assertNotIn("Traceback", said)


if __name__ == "__main__":
    unittest.main()
