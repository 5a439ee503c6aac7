# SPDX-License-Identifier: Apache-2.0
"""scripts/package/make_udev_rules: syntax, every board and every probe, and boards that come new."""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts/package/make_udev_rules"
# udev(7): what may be compared (with ==, !=) and what set (with =, +=, -=, :=).
COMPARED = {"ACTION", "SUBSYSTEM", "ATTRS"}
SET = {"GOTO", "LABEL", "ENV", "MODE", "GROUP", "TAG"}
PART = re.compile(r'([A-Z]+)(\{\w+\})?(==|!=|\+=|=)"([^"]*)"')


def rules_of(*arguments):
    done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


def parsed(text):
    """[(key, attribute, operator, value), ...] per line; fails on anything udev would not take."""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = []
        for word in line.split(", "):
            match = PART.fullmatch(word)
            assert match, f"not a rule: {line}"
            parts.append((match[1], (match[2] or "{}")[1:-1], match[3], match[4]))
        yield parts


class Rules(unittest.TestCase):
    def matched(self, text):
        """(vendor, product or None) of every rule that leads to hilbench_found."""
        found = set()
        for parts in parsed(text):
            ids = {attribute: value for key, attribute, _, value in parts if key == "ATTRS"}
            if "idVendor" in ids and parts[-1] == ("GOTO", "", "=", "hilbench_found"):
                found.add((ids["idVendor"], ids.get("idProduct")))
        return found

    def test_syntax(self):
        labels, jumps = [], []
        for parts in parsed(rules_of()):
            for key, attribute, operator, value in parts:
                self.assertIn(key, COMPARED if operator in ("==", "!=") else SET, parts)
                self.assertEqual(bool(attribute), key in ("ATTRS", "ENV"), parts)
                if key == "LABEL":
                    labels.append(value)
                if key == "GOTO":
                    self.assertNotIn(value, labels, "udev jumps forward only")
                    jumps.append(value)
        self.assertEqual(sorted(labels), sorted(set(labels)))
        self.assertEqual(set(jumps), set(labels))

    def test_found_devices_are_opened_to_people_and_kept_from_modem_manager(self):
        text = rules_of()
        applied = list(parsed(text[text.index('LABEL="hilbench_found"'):]))
        self.assertIn([("ENV", "ID_MM_DEVICE_IGNORE", "=", "1")], applied)
        for subsystem in ("usb|hidraw", "tty"):
            rule, = [parts for parts in applied if parts[0] == ("SUBSYSTEM", "", "==", subsystem)]
            self.assertIn(("TAG", "", "+=", "uaccess"), rule)

    def test_every_usb_id_of_every_board(self):
        matched = self.matched(rules_of())
        count = 0
        for file in sorted((ROOT / "boards").glob("*.json")):
            board = json.loads(file.read_text()).get("board", {})
            for part in ("serial", "probe"):
                for usb in board.get(part, {}).get("usb", []):
                    count += 1
                    pair = tuple(f"{int(usb[key], 16):04x}" for key in ("vendor", "product"))
                    self.assertIn(pair, matched, file.name)
        self.assertGreater(count, 5)

    def test_every_probe_that_hilbench_list_knows(self):
        source = (ROOT / "host/lab/probes.cpp").read_text()
        known = re.findall(r"KnownProbe\{\{0x(\w{4}), 0x(\w{4})\}", source)
        self.assertGreater(len(known), 8)
        self.assertLessEqual(set(known), self.matched(rules_of()))
        vendors = {vendor for vendor, product in self.matched(rules_of()) if product is None}
        self.assertEqual(vendors, set(re.findall(r"kSegger = 0x(\w{4})", source)))
        name, = re.findall(r'kCmsisDap = "(.*)"', source)
        self.assertIn(f'ATTRS{{product}}=="*{name}*", GOTO="hilbench_found"', rules_of())

    def test_a_new_board_is_a_file_and_a_rule(self):
        usb = [{"vendor": "0x403", "product": "0x6001"}]
        board = {"id": "acme_f4", "board": {"serial": {"baud": 0, "usb": usb}}}
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "acme_f4.json").write_text(json.dumps(board))
            text = rules_of(folder)
        self.assertIn(("0403", "6001"), self.matched(text))
        self.assertIn("# acme_f4\n", text)


if __name__ == "__main__":
    unittest.main()
