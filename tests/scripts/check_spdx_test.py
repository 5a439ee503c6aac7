# SPDX-License-Identifier: Apache-2.0
"""scripts/check_spdx: heads of files that pass, and those that do not."""
import unittest

from source_tree import SourceTreeTest

LINE = "SPDX-License-Identifier: Apache-2.0"


class CheckSpdx(SourceTreeTest):
    def said_of(self, name, content):
        path = self.put(name, content)
        code, _, said = self.run_script("check_spdx", self.folder)
        path.unlink()
        self.assertEqual(code == 0, said == "")
        return said

    def test_good_heads(self):
        self.assertEqual(self.said_of("a.cpp", f"// {LINE}\n// Counts beans.\n"), "")
        self.assertEqual(self.said_of("CMakeLists.txt", f"# {LINE}\n# Builds beans.\n"), "")
        self.assertEqual(self.said_of("a.py", f'# {LINE}\n"""Counts beans."""\n'), "")
        self.assertEqual(self.said_of("count", f"#!/bin/bash\n# {LINE}\n# Counts beans.\n"), "")

    def test_no_licence(self):
        for name in ("a.cpp", "a.hpp", "a.proto", "a.fbs", "a.py", "CMakeLists.txt", "a.options"):
            self.assertIn(f"{name}: the first line lacks", self.said_of(name, "// Counts beans.\n"))
        self.assertIn("lacks", self.said_of("a.cpp", ""))
        self.assertIn("lacks", self.said_of("count", "#!/bin/bash\necho\n"))
        self.assertIn("lacks", self.said_of("a.cpp", "// SPDX-License-Identifier: GPL-3.0\n// Beans.\n"))

    def test_the_files_under_another_licence(self):
        mit = "// SPDX-License-Identifier: MIT\n// Counts beans.\n"
        for name in ("count_instructions.cpp", "instruction.hpp", "marker.hpp", "power_meter.cpp"):
            plugin = f"host/emulate/plugin/{name}"
            self.assertEqual(self.said_of(plugin, mit), "")
            self.assertIn("lacks", self.said_of(plugin, f"// {LINE}\n// Counts beans.\n"))
        for name in ("host/emulate/plugin/other.cpp", "count_instructions.cpp"):
            self.assertIn(f"{name}: the first line lacks", self.said_of(name, mit))

    def test_no_purpose(self):
        for second in ("", "\n", "//\n", "int x;\n"):
            self.assertIn("second line", self.said_of("a.cpp", f"// {LINE}\n{second}"))

    def test_prose_and_data_are_left_alone(self):
        self.assertEqual(self.said_of("README.md", "# Beans\n"), "")
        self.assertEqual(self.said_of("beans.json", "{}\n"), "")
        self.assertEqual(self.said_of("build/a.cpp", "int x;\n"), "")

    def test_bytes_that_are_no_text(self):
        (self.folder / "a.cpp").write_bytes(b"\xff\xfe\x00")
        self.assertEqual(self.run_script("check_spdx", self.folder)[0], 1)


if __name__ == "__main__":
    unittest.main()
