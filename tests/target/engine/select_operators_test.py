# SPDX-License-Identifier: Apache-2.0
"""target/engine/operators/select_operators.py: lists that are understood, and what is said of others."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ENGINE = pathlib.Path("target/engine")
SCRIPT = ENGINE / "operators/select_operators.py"


class SelectOperators(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.list = pathlib.Path(folder.name) / "my.list"
        self.header = pathlib.Path(folder.name) / "new/operators_generated.h"

    def run_script(self, list_path):
        return subprocess.run([sys.executable, "-B", SCRIPT, list_path, self.header],
                              capture_output=True, text=True, check=False)

    def rows_of(self, text):
        """(enumerator, types) of each row of the header that a list gives."""
        self.list.write_text(text)
        done = self.run_script(self.list)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.findall(r"Selected\{plan::Opcode::(\w+), ([^}]+)\}", self.header.read_text())

    def refused(self, text):
        """What is said of a list; no header may come of it."""
        self.list.write_text(text)
        done = self.run_script(self.list)
        self.assertEqual(done.returncode, 1)
        self.assertFalse(self.header.exists())
        self.assertTrue(done.stderr.startswith(f"{self.list}: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr.removeprefix(f"{self.list}: ").strip()

    def test_types_and_comments(self):
        rows = self.rows_of("# mine\n\nSOFTMAX int8  # at the end\nADD float32 int8\n")
        self.assertEqual(rows, [("kAdd", "plan::kFloat32Only | plan::kInt8Only"),
                                ("kSoftmax", "plan::kInt8Only")])

    def test_no_type_is_every_type(self):
        rows = dict(self.rows_of("CONV_2D\nPADV2\nQUANTIZE\n"))
        self.assertEqual(set(rows), {"kConv2d", "kPadV2", "kQuantize"})
        for types in ("plan::kInt8Only", "plan::kFloat32Only"):
            self.assertIn(types, rows["kConv2d"])
        self.assertEqual(rows["kPadV2"].count("plan::"), 4)

    def test_every_operator_can_be_named(self):
        table = (ENGINE / "kernels/reference/table.cpp").read_text()
        enumerators = set(re.findall(r"\{plan::Opcode::(k\w+)", table))
        names = re.findall(r'"([A-Z0-9_]+)"', pathlib.Path("host/model/operator_names.cpp").read_text())
        flat = {name.replace("_", ""): name for name in names}  # kConv2d is CONV_2D
        lines = [flat[enumerator[1:].upper()] for enumerator in enumerators]
        self.assertEqual({row[0] for row in self.rows_of("\n".join(lines))}, enumerators)

    def test_all_is_no_selection(self):
        done = self.run_script("-")
        self.assertEqual(done.returncode, 0)
        self.assertIn("std::array<Selected, 0>", self.header.read_text())

    def test_header_is_left_alone_when_nothing_changes(self):
        self.rows_of("ADD int8\n")
        before = self.header.stat().st_mtime_ns
        self.rows_of("# the same\nADD int8\n")
        self.assertEqual(self.header.stat().st_mtime_ns, before)

    def test_errors_name_the_line_and_what_is_near(self):
        self.assertEqual(self.refused("ADD\nSOFTMX int8\n"),
                         "line 2: no operator SOFTMX; did you mean SOFTMAX?")
        self.assertIn("did you mean CONV_2D", self.refused("conv2d int8\n"))
        self.assertEqual(self.refused("XYZZY\n"), "line 1: no operator XYZZY")
        self.assertTrue(self.refused("ADD int4\n").startswith("line 1: no element type int4; did"))
        self.assertTrue(self.refused("\nADD int32\n").startswith(
            "line 2: ADD has no kernel for int32, only for int8"))
        self.assertEqual(self.refused("ADD int8\nMUL\nADD float32\n"),
                         "line 3: ADD is in line 1 already")

    def test_lists_without_operators(self):
        for text in ("", "\n\n", "# ADD int8\n"):
            self.assertEqual(self.refused(text), "it names no operator")
        self.list.write_bytes(b"ADD\xff\n")
        self.assertEqual(self.run_script(self.list).returncode, 1)
        self.assertEqual(self.run_script(self.list.parent / "none.list").returncode, 1)


if __name__ == "__main__":
    unittest.main()
