# SPDX-License-Identifier: Apache-2.0
"""scripts/count_tests: counts, names, and files that must not pass for a good run."""
import unittest

from source_tree import SourceTreeTest

PASSED = '<testcase name="a" status="run"/>'
FAILED = '<testcase name="b" status="fail"><failure message="x"/></testcase>'
SKIPPED = ('<testcase name="c" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>'
           '<system-out>[ RUN ] c\n'
           "tests/c_test.cpp:9: Skipped\nno folder op-golden\n\n[  SKIPPED ] c</system-out></testcase>")


class CountTests(SourceTreeTest):
    def count(self, *cases):
        path = self.put("results.xml", f"<testsuite>{''.join(cases)}</testsuite>")
        return self.run_script("count_tests", path)

    def test_counts_and_names(self):
        code, out, said = self.count(PASSED, PASSED, FAILED, SKIPPED)
        self.assertEqual((code, out), (0, "2 1\n"))
        self.assertEqual(said, "FAILED  b\nSKIPPED c: no folder op-golden\n")

    def test_program_that_was_not_built_is_a_failure(self):
        code, out, said = self.count('<testcase name="x_NOT_BUILT" status="notrun">'
                                     '<skipped message="Unable to find executable"/></testcase>')
        self.assertEqual((code, out, said), (0, "0 1\n", "FAILED  x_NOT_BUILT\n"))

    def test_disabled_test_is_named(self):
        code, out, said = self.count(PASSED, '<testcase name="d" status="disabled"/>')
        self.assertEqual((code, out, said), (0, "1 0\n", "SKIPPED d\n"))

    def test_unknown_status_is_a_failure(self):
        self.assertEqual(self.count('<testcase name="x" status="odd"/>')[1], "0 1\n")

    def test_no_test_at_all(self):
        code, out, said = self.count()
        self.assertEqual((code, out), (1, ""))
        self.assertIn("holds no test", said)

    def test_missing_or_torn_file(self):
        self.assertEqual(self.run_script("count_tests", self.folder / "gone.xml")[0], 1)
        self.assertEqual(self.run_script("count_tests", self.put("torn.xml", "<testsuite><te"))[0], 1)


if __name__ == "__main__":
    unittest.main()
