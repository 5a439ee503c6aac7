# SPDX-License-Identifier: Apache-2.0
"""scripts/package/make_manifest on made-up folders: what is there, what is missing, what is wrong."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts/package/make_manifest"
IMAGE = pathlib.Path(sys.executable).resolve()  # an ELF file that is surely here


class Manifest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.agents, self.boards = self.folder / "agents", self.folder / "boards"
        for folder in (self.agents, self.boards):
            folder.mkdir()
        (self.boards / "board.schema.json").write_text('{"type": "object"}')

    def board(self, name, core="host"):
        image = f"agent-{name}"
        content = {"id": name, "chip": {"core": core}, "agent": {"image": image}}
        (self.boards / f"{name}.json").write_text(json.dumps(content))
        return self.agents / image

    def run_script(self):
        done = subprocess.run([SCRIPT, self.agents, self.folder, self.boards, "1.2.3", " -O2  -g "],
                              capture_output=True, text=True, timeout=30, check=False)
        return done.returncode, done.stderr

    def manifest(self):
        self.assertEqual(self.run_script(), (0, ""))
        return json.loads((self.agents / "manifest.json").read_text())

    def test_what_is_there(self):
        shutil.copy(IMAGE, self.board("here"))
        agent, = self.manifest()["agents"]
        data = IMAGE.read_bytes()
        self.assertEqual((agent["board"], agent["core"], agent["file"]), ("here", "host", "agent-here"))
        self.assertEqual((agent["version"], agent["flags"]), ("1.2.3", "-O2 -g"))
        self.assertEqual(agent["sha256"], hashlib.sha256(data).hexdigest())
        self.assertEqual(agent["size_bytes"]["file"], len(data))

    @unittest.skipUnless(shutil.which("size"), "binutils are not installed")
    def test_sizes_as_size_counts_them(self):
        shutil.copy(IMAGE, self.board("here"))
        sizes = self.manifest()["agents"][0]["size_bytes"]
        said = subprocess.run(["size", IMAGE], capture_output=True, text=True, check=True).stdout
        text, data, bss = (int(word) for word in said.splitlines()[1].split()[:3])
        self.assertEqual((sizes["text"], sizes["data"], sizes["bss"]), (text, data, bss))

    def test_flags_of_a_cross_build(self):
        shutil.copy(IMAGE, self.board("small", "cortex-m0"))
        cache = self.folder / "cross/cortex-m0/CMakeCache.txt"
        cache.parent.mkdir(parents=True)
        cache.write_text("// comment\nCMAKE_BUILD_TYPE:STRING=MinSizeRel\n"
                         "CMAKE_CXX_FLAGS:STRING=-mthumb \nCMAKE_CXX_FLAGS_MINSIZEREL:STRING=-Os\n"
                         "CMAKE_CXX_FLAGS_DEBUG:STRING=-g\n")
        self.assertEqual(self.manifest()["agents"][0]["flags"], "-mthumb -Os")

    def test_what_is_missing_and_why(self):
        self.board("absent")
        self.board("unbuildable", "cortex-m0")
        why = {"board": "unbuildable", "core": "cortex-m0", "reason": "built without a compiler",
               "packages": ["gcc"]}
        (self.agents / "missing.json").write_text(json.dumps([why]))
        made = self.manifest()
        self.assertEqual(made["agents"], [])
        self.assertEqual(made["missing"][0], {"board": "absent", "core": "host",
                                              "reason": "not built", "packages": []})
        self.assertEqual(made["missing"][1:], [why])

    def test_an_image_left_from_before_is_missing_all_the_same(self):
        shutil.copy(IMAGE, self.board("old"))
        (self.agents / "missing.json").write_text(
            '[{"board": "old", "core": "host", "reason": "built without g++", "packages": []}]')
        self.assertEqual(self.manifest()["agents"], [])

    def test_unchanged_is_left_alone(self):
        shutil.copy(IMAGE, self.board("here"))
        self.manifest()
        before = (self.agents / "manifest.json").stat().st_mtime_ns
        self.manifest()
        self.assertEqual((self.agents / "manifest.json").stat().st_mtime_ns, before)

    def test_what_is_no_image(self):
        for content in (b"", b"#!/bin/sh\n", IMAGE.read_bytes()[:100]):
            self.board("wrong").write_bytes(content)
            code, said = self.run_script()
            self.assertEqual(code, 1)
            self.assertIn("agent-wrong: ", said)
            self.assertNotIn("Traceback", said)
        self.assertFalse((self.agents / "manifest.json").exists())


if __name__ == "__main__":
    unittest.main()
