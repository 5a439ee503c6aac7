# SPDX-License-Identifier: Apache-2.0
"""The digits fixture is whole: samples, labels, expected outputs and model belong together."""
import csv
import json
import unittest

from source_tree import ROOT

DIGITS = ROOT / "fixtures" / "digits"


def rows_of(name):
    with (DIGITS / name).open(newline="") as file:
        return list(csv.reader(file))


class DigitsFixture(unittest.TestCase):
    def test_labels_name_every_sample_once(self):
        labels = rows_of("test/y_labels.csv")
        names = [name for name, _, _ in labels]
        self.assertEqual(len(names), 360)
        self.assertEqual(sorted(names), sorted(path.name for path in (DIGITS / "test").glob("*.bin")))
        for name, classes, label in labels:
            self.assertEqual(classes, "10")
            self.assertTrue(name.endswith(f"_{label}.bin"), name)
        self.assertEqual({label for _, _, label in labels}, {str(digit) for digit in range(10)})

    def test_samples_are_pixels_in_the_models_quantisation(self):
        levels = {round(pixel / 16 * 255) - 128 for pixel in range(17)}
        for path in (DIGITS / "test").glob("*.bin"):
            values = memoryview(path.read_bytes()).cast("b")
            self.assertEqual(len(values), 64, path.name)
            self.assertLessEqual(set(values), levels, path.name)

    def test_description(self):
        description = json.loads((DIGITS / "test" / "dataset.json").read_text())
        self.assertEqual(description["schema"], "hilbench-dataset/1")
        self.assertEqual(description["element_type"], "i8")
        self.assertEqual(description["labels"], [str(digit) for digit in range(10)])
        self.assertEqual(description["license"], "CC BY 4.0")

    def test_expected_outputs_follow_the_labels_and_are_good_enough(self):
        labels = rows_of("test/y_labels.csv")
        head, *expected = rows_of("expected_outputs.csv")
        self.assertEqual(head, ["name", "label"] + [f"out{digit}" for digit in range(10)])
        self.assertEqual([row[:2] for row in expected], [[name, label] for name, _, label in labels])
        right = 0
        for row in expected:
            outputs = [int(value) for value in row[2:]]
            self.assertTrue(all(-128 <= value <= 127 for value in outputs))
            right += outputs.index(max(outputs)) == int(row[1])
        self.assertGreaterEqual(right, 0.96 * len(expected))

    def test_model_is_small_and_a_tflite_file(self):
        model = (DIGITS / "digits_int8.tflite").read_bytes()
        self.assertEqual(model[4:8], b"TFL3")
        self.assertLess(len(model), 16 * 1024)


if __name__ == "__main__":
    unittest.main()
