# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` makes: complete, free of this machine's paths, and at work after a move.

Takes the build tree from HIL_BUILD; skips where it is not built as a whole (target `installed`).
"""
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("HIL_BUILD", ROOT / "build"))
NEEDED = ("host/app/hilbench", "host/app/hilbench-virtual-board", "agents/hilbench-agent-linux",
          "agents/manifest.json")
DIGITS = "share/hilbench/examples/digits"


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.holder.cleanup)
        folder = pathlib.Path(cls.holder.name)
        first = folder / "first/usr"
        done = subprocess.run(["cmake", "--install", BUILD, "--prefix", first, "--strip"],
                              capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        cls.prefix = folder / "second place/usr"
        (folder / "first").rename(folder / "second place")
        cls.home = folder / "home"
        cls.home.mkdir()

    def run_hilbench(self, *words, most=100):
        done = subprocess.run([self.prefix / "bin/hilbench", *words], cwd=self.home, timeout=most,
                              env={"HOME": str(self.home), "PATH": "/usr/bin:/bin"},
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def evaluate(self, *words):
        record = self.home / "record.json"
        self.run_hilbench("evaluate", self.prefix / DIGITS / "digits_int8.tflite", "--dataset",
                          self.prefix / DIGITS / "test", "--json", record, *words)
        return json.loads(record.read_text())

    def manifest(self):
        return json.loads((self.prefix / "lib/hilbench/agents/manifest.json").read_text())

    def test_layout(self):
        for name in ("bin/hilbench", "libexec/hilbench/hilbench-virtual-board",
                     "lib/hilbench/agents/libhilbench_count.so",
                     "lib/hilbench/agents/libhilbench_power.so",
                     "lib/udev/rules.d/70-hilbench.rules", "share/hilbench/boards/linux.json",
                     "share/hilbench/boards/board.schema.json",
                     "share/hilbench/boards/openocd/mps2.cfg", "share/doc/hilbench/copyright",
                     f"{DIGITS}/digits_int8.tflite", f"{DIGITS}/test/dataset.json",
                     "share/bash-completion/completions/hilbench",
                     "share/zsh/vendor-completions/_hilbench",
                     "share/fish/vendor_completions.d/hilbench.fish"):
            self.assertTrue((self.prefix / name).is_file(), name)
        self.assertEqual({path.name for path in self.prefix.iterdir()},
                         {"bin", "lib", "libexec", "share"})
        self.assertEqual([path.name for path in (self.prefix / "bin").iterdir()], ["hilbench"])

    def test_no_path_of_the_build(self):
        for path in self.prefix.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                if path.suffix == ".gz":
                    content = gzip.decompress(content)
                for folder in {str(ROOT), str(BUILD)}:
                    self.assertNotIn(folder.encode(), content, path.name)

    def test_manifest_says_what_the_images_are(self):
        folder = self.prefix / "lib/hilbench/agents"
        agents = self.manifest()["agents"]
        for agent in agents:
            data = (folder / agent["file"]).read_bytes()
            self.assertEqual(agent["sha256"], hashlib.sha256(data).hexdigest())
            self.assertEqual(agent["size_bytes"]["file"], len(data))
            self.assertIn(bytes.fromhex(agent["build_id"]), data)
            self.assertTrue(agent["build_id"] and agent["compiler"] and agent["flags"], agent)
            self.assertGreater(agent["size_bytes"]["text"], 10_000)
        listed = {agent["file"] for agent in agents}
        images = {path.name for path in folder.glob("hilbench-agent-*")}
        self.assertEqual(images, listed)

    def test_manifest_has_every_board_once(self):
        manifest = self.manifest()
        names = [entry["board"] for entry in manifest["agents"] + manifest["missing"]]
        boards = json.loads(self.run_hilbench("boards", "--json"))["boards"]
        self.assertEqual(sorted(names), sorted(board["id"] for board in boards))
        for entry in manifest["missing"]:
            self.assertTrue(entry["reason"], entry)

    @unittest.skipUnless(shutil.which("help2man"), "help2man is not installed")
    def test_a_man_page_for_every_command(self):
        folder = self.prefix / "share/man/man1"
        pages = {path.name for path in folder.iterdir()}
        self.assertGreater(len(pages), 12)
        for command in ("evaluate", "profile", "boards", "flash", "compare-model"):
            self.assertIn(f"hilbench-{command}.1.gz", pages)
        for name in pages:
            page = gzip.decompress((folder / name).read_bytes()).decode()
            self.assertTrue(name.startswith("hilbench"), name)
            self.assertIn(f'.TH {name[:-5].upper()} "1"', page)
            self.assertIn(".SH SYNOPSIS", page)
            self.assertNotIn("fixtures/", page)

    def test_completions_are_scripts_of_their_shells(self):
        checked = 0
        for shell, name in (("bash", "bash-completion/completions/hilbench"),
                            ("zsh", "zsh/vendor-completions/_hilbench"),
                            ("fish", "fish/vendor_completions.d/hilbench.fish")):
            if shutil.which(shell):
                done = subprocess.run([shell, "-n", self.prefix / "share" / name], timeout=30,
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), name)
                checked += 1
        self.assertGreater(checked, 0)

    def test_linux(self):
        record = self.evaluate("--board", "linux")
        top1, = [metric for metric in record["metrics"] if metric["name"] == "top1"]
        self.assertGreater(top1["value"], 0.96)

    @unittest.skipUnless(shutil.which("qemu-system-arm") and shutil.which("openocd"),
                         "qemu-system-arm or openocd is not installed")
    def test_a_virtual_board(self):
        if "netduino_plus_2" in {entry["board"] for entry in self.manifest()["missing"]}:
            self.skipTest("no agent for netduino_plus_2 was built")
        record = self.evaluate("--board", "netduino_plus_2", "--emulate", "--limit", "20")
        self.assertEqual(record["board"]["id"], "netduino_plus_2")


class BoardsOfOnesOwn(unittest.TestCase):
    """HIL_BOARD_FOLDER may name a private folder too: agents for it are built, not handed on."""

    def test_their_agents_are_not_installed(self):
        with tempfile.TemporaryDirectory() as holder:
            own, build = pathlib.Path(holder) / "own", pathlib.Path(holder) / "build"
            own.mkdir()
            for name in ("board.schema.json", "openocd"):
                (own / name).symlink_to(ROOT / "boards" / name)
            text = (ROOT / "tests/boards/acme_f4.json").read_text()
            (own / "my_f4.json").write_text(text.replace("acme_f4", "my_f4"))
            nanopb = next(line for line in (BUILD / "CMakeCache.txt").read_text().splitlines()
                          if line.startswith("HIL_NANOPB_DIR:"))
            done = subprocess.run(["cmake", "-S", ROOT, "-B", build, "-D" + nanopb,
                                   "-DHIL_TESTS=OFF", "-DHIL_BENCH=OFF",
                                   f"-DHIL_BOARD_FOLDER={ROOT / 'boards'};{own}"],
                                  capture_output=True, text=True, timeout=100, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            if "No agent for" in done.stdout:
                self.skipTest("a cross compiler is not installed")
            installs = (build / "target/port/cmake_install.cmake").read_text()
            self.assertIn("agents/hilbench-agent-netduino_plus_2.elf", installs)
            self.assertNotIn("my_f4", installs)


if __name__ == "__main__":
    if absent := [name for name in NEEDED if not (BUILD / name).is_file()]:
        print(f"SKIPPED: not built in {BUILD}: {', '.join(absent)}")
        sys.exit(77)
    unittest.main()
