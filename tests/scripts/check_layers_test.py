# SPDX-License-Identifier: Apache-2.0
"""scripts/check_layers: what it lets pass, and what it must not."""
import unittest

from source_tree import SourceTreeTest


class CheckLayers(SourceTreeTest):
    def setUp(self):
        super().setUp()
        for name in ("host/base/error.hpp", "host/link/link.hpp", "host/lab/board.hpp",
                     "host/app/main.hpp", "protocol/status.hpp", "protocol/plan/format.hpp",
                     "target/engine/engine.hpp", "target/agent/agent.hpp", "target/port/port.hpp"):
            self.put(name, "#pragma once\n")

    def includes(self, path, text):
        """(passes, what is said) with this include in the file at path."""
        self.put(path, f"// one\n#include {text}\n")
        code, _, said = self.run_script("check_layers", self.folder)
        self.assertEqual(code == 0, said == "")
        return code == 0, said

    def assert_passes(self, path, text):
        self.assertEqual(self.includes(path, text), (True, ""))

    def assert_refused(self, path, text, reason):
        passes, said = self.includes(path, text)
        self.assertFalse(passes)
        self.assertIn(f"{path}:2: ", said)
        self.assertIn(reason, said)

    def test_same_folder_and_below(self):
        self.assert_passes("host/link/pty.cpp", '"host/link/link.hpp"')
        self.assert_passes("host/link/pty.cpp", '"host/base/error.hpp"')

    def test_below_the_one_below(self):
        self.assert_passes("host/lab/board.cpp", '"host/base/error.hpp"')

    def test_upward(self):
        self.assert_refused("host/link/pty.cpp", '"host/lab/board.hpp"',
                            "host/link may not include host/lab")
        self.assert_refused("host/link/pty.cpp", '  "host/lab/board.hpp"', "may not include")

    def test_nobody_includes_a_program(self):
        self.assert_refused("host/lab/board.cpp", '"host/app/main.hpp"', "may not include")

    def test_target_and_protocol_never_host(self):
        self.assert_refused("target/agent/loop.cpp", '"host/base/error.hpp"', "may not include")
        self.assert_refused("target/agent/loop.cpp", '"host/web/x.hpp"', "may not include")

    def test_protocol_only_itself(self):
        self.assert_passes("protocol/plan/check.hpp", '"protocol/status.hpp"')
        self.assert_refused("protocol/plan/check.hpp", '"target/engine/engine.hpp"', "may not include")
        self.assert_refused("protocol/plan/check.hpp", '"host/base/error.hpp"', "may not include")

    def test_engine_is_for_the_model_and_what_stands_on_it(self):
        self.assert_passes("host/model/runner.cpp", '"target/engine/engine.hpp"')
        self.assert_passes("host/measure/run.cpp", '"target/engine/engine.hpp"')
        self.assert_refused("host/session/hello.cpp", '"target/engine/engine.hpp"', "may not include")
        self.assert_refused("host/model/runner.cpp", '"target/agent/agent.hpp"', "may not include")

    def test_engine_knows_no_agent_and_no_port(self):
        self.assert_refused("target/engine/plan.cpp", '"target/port/port.hpp"', "may not include")
        self.assert_refused("target/engine/plan.cpp", '"target/agent/agent.hpp"', "may not include")

    def test_agent_knows_no_port_folder_but_ports_may_know_the_agent(self):
        self.put("target/port/posix/pty.hpp", "")
        self.assert_refused("target/agent/loop.cpp", '"target/port/posix/pty.hpp"', "may not include")
        (self.folder / "target/agent/loop.cpp").unlink()
        self.assert_passes("target/port/posix/main.cpp", '"target/agent/agent.hpp"')

    def test_not_relative_to_the_root(self):
        self.assert_refused("host/link/pty.cpp", '"link.hpp"', "must start at the root")
        self.assert_refused("host/link/pty.cpp", '"../base/error.hpp"', "relative to the root")

    def test_own_file_in_angle_brackets(self):
        self.assert_refused("host/link/pty.cpp", "<host/base/error.hpp>", "in quotes")

    def test_missing_file(self):
        self.assert_refused("host/link/pty.cpp", '"host/base/gone.hpp"', "no such file")

    def test_generated_and_foreign_headers(self):
        for text in ('"hello.pb.h"', '"protocol/messages/hello.pb.h"', '"pb_encode.h"',
                     '"tflite_generated.h"', "<vector>", "<fmt/format.h>"):
            self.assert_passes("host/session/session.cpp", text)

    def test_folder_without_a_place_in_the_table(self):
        self.put("host/util/text.hpp", "#pragma once\n")
        code, _, said = self.run_script("check_layers", self.folder)
        self.assertEqual(code, 1)
        self.assertIn("host/util/text.hpp: its folder is not in the table", said)

    def test_tests_may_include_anything(self):
        self.assert_passes("tests/host/link/link_test.cpp", '"host/lab/board.hpp"')


if __name__ == "__main__":
    unittest.main()
