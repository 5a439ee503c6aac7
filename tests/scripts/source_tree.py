# SPDX-License-Identifier: Apache-2.0
"""A throw-away source tree, and a script of ours run on it."""
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class SourceTreeTest(unittest.TestCase):
    """Every test gets an empty folder; put() fills it, run_script() checks it."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def put(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def run_script(self, name, argument):
        """(exit code, standard output, standard error) of scripts/NAME ARGUMENT."""
        done = subprocess.run([ROOT / "scripts" / name, argument], capture_output=True, text=True,
                              timeout=30, check=False)
        return done.returncode, done.stdout, done.stderr
