# SPDX-License-Identifier: Apache-2.0
"""Runs the commands that the README shows, in its order, and compares what it says they print.

What is in a block ```sh is run line by line in one folder; a block ```text holds lines that commands
above it print, numbers apart ("..." stands for others). Not run as they stand:
  scripts/NAME              it must be there, alone, executable, and in the README of scripts/; those that
                            set up, build and test would call this test again
  sudo apt install DEB      scripts/check_package_in_clean_root does it, in a root of its own
  cp -r /usr/share/...      copied from the source tree, which is where the package has it from
  a board on the desk       no such board is here: the command must be understood and end with exit code
                            4, the bench's turn (`list` with 0)
Takes the build tree from HIL_BUILD; skips where the program or an agent is not built.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("HIL_BUILD", ROOT / "build"))
PROGRAM = BUILD / "host/app/hilbench"
README = (ROOT / "README.md").read_text()
INSTALLED_EXAMPLES = "/usr/share/hilbench/examples"
DESK_BOARD = "nucleo_f446re"


def blocks_in(text):
    """(language, content) of every fenced block."""
    return [(match[1], match[2]) for match in
            re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def commands_in(block):
    """Its command lines as words, without comments."""
    joined = block.replace("\\\n", " ")
    return [words for line in joined.split("\n") if (words := shlex.split(line, comments=True))]


def masked(line):
    """@p line with every number as #, and runs of spaces as one."""
    return " ".join(re.sub(r"[0-9][0-9.,]*", "#", line).split())


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.holder.cleanup)
        cls.folder = pathlib.Path(cls.holder.name)

    def run_hilbench(self, words, expected):
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith("HILBENCH_") and key != "COLUMNS"}
        environment["XDG_STATE_HOME"] = str(self.folder / "state")
        done = subprocess.run([PROGRAM, *words], cwd=self.folder, env=environment, timeout=200,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertIn(done.returncode, expected, f"{words}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def hilbench(self, words):
        """Runs it if what it needs is here; what it printed, or None."""
        if DESK_BOARD in words:
            self.assertNotIn("--emulate", words)
            return self.run_hilbench(words, {4})
        if "--emulate" in words:
            board = words[words.index("--board") + 1]
            missing = [name for name in ("qemu-system-arm", "openocd") if not shutil.which(name)]
            if not (BUILD / f"agents/hilbench-agent-{board}.elf").is_file():
                missing.append(f"agent of {board}")
            if missing:
                self.skipped.append(f"{' '.join(words)}: no {', '.join(missing)}")
                return None
        # Whether this machine is fit is not the README's matter.
        return self.run_hilbench(words, {0, 4} if words[0] == "doctor" else {0})

    def script(self, words):
        script = ROOT / words[0]
        self.assertEqual(len(words), 1, f"{words}: scripts take no arguments")
        self.assertTrue(os.access(script, os.X_OK), script)
        self.assertIn(f"`{script.name}`", (ROOT / "scripts/README.md").read_text())

    def one(self, words):
        """Runs one command; what it printed, "" if it is only looked at, None if it can't run here."""
        if words[0] == "hilbench":
            return self.hilbench(words[1:])
        if words[0].startswith("scripts/"):
            self.script(words)
        elif words[:3] == ["sudo", "apt", "install"]:
            self.assertIn("apt-get", (ROOT / "scripts/package/try_installed").read_text())
            self.assertTrue(os.access(ROOT / "scripts/check_package_in_clean_root", os.X_OK))
        elif words[:2] == ["cp", "-r"] and words[2].startswith(INSTALLED_EXAMPLES):
            source = ROOT / ("fixtures" + words[2].removeprefix(INSTALLED_EXAMPLES))
            shutil.copytree(source, self.folder / words[3] / source.name)
        else:
            self.fail(f"the README shows a command that this test does not know: {words}")
        return ""

    def test_commands_and_what_they_print(self):
        self.skipped = []
        printed, complete, ran = set(), True, 0
        for language, block in blocks_in(README):
            self.assertIn(language, ("sh", "text"), "a block says whether it is run: ```sh or ```text")
            if language == "text":
                for line in block.split("\n"):
                    if line and line != "..." and complete:
                        self.assertIn(masked(line), printed, "no command above prints this line")
                continue
            for words in commands_in(block):
                output = self.one(words)
                complete = complete and output is not None
                ran += 1
                printed.update(masked(line) for line in (output or "").split("\n"))
        self.assertGreater(ran, 8)
        if self.skipped:
            self.skipTest("NOT run: " + "; ".join(self.skipped))

    def test_the_table_has_every_command_and_no_other(self):
        shown = set(re.findall(r"^  ([a-z][a-z-]*) {2,}\S", self.run_hilbench(["--help"], {0}),
                               re.MULTILINE))
        table = README[README.index("| command | does |"):].split("\n\n")[0]
        named = {word for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
                 for word in re.findall(r"`([a-z][a-z-]*)", cell)}
        self.assertEqual(named, shown)

    def test_links_lead_somewhere(self):
        for target in re.findall(r"\]\(([^)#]+)\)", README):
            self.assertTrue((ROOT / target).exists(), target)

    def test_each_screen_is_one_screen(self):
        for title in ("## First five minutes", "## Then a board on the desk"):
            section = README[README.index(title):].split("\n## ")[0]
            self.assertLessEqual(len(section.strip().split("\n")), 48, title)


if __name__ == "__main__":
    if absent := [name for name in ("host/app/hilbench", "agents/hilbench-agent-linux")
                  if not (BUILD / name).is_file()]:
        print(f"SKIPPED: not built in {BUILD}: {', '.join(absent)}")
        sys.exit(77)
    program = unittest.main(exit=False)
    if program.result.skipped and program.result.wasSuccessful():
        sys.exit(77)
    sys.exit(not program.result.wasSuccessful())
