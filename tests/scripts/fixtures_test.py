# SPDX-License-Identifier: Apache-2.0
"""The fixtures are whole: samples, labels, expected outputs, models and READMEs belong together."""
import csv
import json
import struct
import unittest

from source_tree import ROOT

FIXTURES = ROOT / "fixtures"


class Fixture:
    """Checks that hold for every fixture.

    A subclass says `folder`, `labels` (names of the classes), `license` of the samples, `models`
    (expected outputs by model file), `float_outputs` (which of these are not int8), and
    `least_right` (share of inferences whose largest output is the label's)."""
    float_outputs = ()

    def setUp(self):
        self.expected = {name: self.rows_of(name) for name in self.models.values()}

    def rows_of(self, name):
        with (self.folder / name).open(newline="") as file:
            return list(csv.reader(file))

    def description(self):
        return json.loads((self.folder / "test" / "dataset.json").read_text())

    def inferences(self):
        """(name, label) of every inference, in order."""
        for name, _, label, *window in self.rows_of("test/y_labels.csv"):
            size = (self.folder / "test" / name).stat().st_size
            for _ in range(size // int(window[0]) if window else 1):
                yield [name, label]

    def test_labels_name_every_sample_once(self):
        names = [row[0] for row in self.rows_of("test/y_labels.csv")]
        files = sorted(path.name for path in (self.folder / "test").glob("*.bin"))
        self.assertEqual(sorted(names), files)
        labels = {row[2] for row in self.rows_of("test/y_labels.csv")}
        self.assertEqual(labels, {str(label) for label in range(len(self.labels))})
        self.assertEqual({row[1] for row in self.rows_of("test/y_labels.csv")},
                         {str(len(self.labels))})

    def test_description(self):
        description = self.description()
        self.assertEqual(description["schema"], "hilbench-dataset/1")
        self.assertEqual(description["element_type"], "i8")
        self.assertEqual(description["labels"], self.labels)
        self.assertEqual(description["license"], self.license)

    def test_readme_lists_every_model_with_its_figures(self):
        readme = (self.folder / "README.md").read_text()
        present = {path.name for path in self.folder.glob("*.tflite")}
        self.assertEqual(present, set(self.models))
        total = len(list(self.inferences()))
        for model, outputs in self.models.items():
            size = (self.folder / model).stat().st_size
            row = f"| `{model}` | {size:,} | `{outputs}` | {self.right(outputs):,} of {total:,} |"
            self.assertIn(row, readme)

    def right(self, outputs):
        count = 0
        for row in self.expected[outputs][1:]:
            values = [float(value) for value in row[2:]]
            count += values.index(max(values)) == int(row[1])
        return count

    def test_expected_outputs_follow_the_labels_and_are_good_enough(self):
        for outputs, (head, *expected) in self.expected.items():
            self.assertEqual(head, ["name", "label"] + [f"out{i}" for i in range(len(self.labels))])
            self.assertEqual([row[:2] for row in expected], list(self.inferences()), outputs)
            self.assertGreaterEqual(self.right(outputs), self.least_right * len(expected), outputs)

    def test_expected_outputs_are_probabilities(self):
        for outputs, (_, *expected) in self.expected.items():
            for row in expected:
                if outputs not in self.float_outputs:
                    values = [int(value) for value in row[2:]]
                    self.assertTrue(all(-128 <= value <= 127 for value in values), row)
                    total = sum((value + 128) / 256 for value in values)
                    self.assertAlmostEqual(total, 1, delta=len(values) / 256, msg=row)
                else:
                    values = [float(value) for value in row[2:]]
                    self.assertTrue(all(0 <= value <= 1 for value in values), row)
                    self.assertAlmostEqual(sum(values), 1, delta=1e-6, msg=row)

    def test_models_are_tflite_files(self):
        for model in self.models:
            self.assertEqual((self.folder / model).read_bytes()[4:8], b"TFL3", model)

    def test_folder_is_small(self):
        size = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()
                   and "__pycache__" not in path.parts)
        self.assertLess(size, 300_000)


class DigitsFixture(Fixture, unittest.TestCase):
    folder = FIXTURES / "digits"
    labels = [str(digit) for digit in range(10)]
    license = "CC BY 4.0"
    least_right = 0.96
    models = {"digits_int8.tflite": "expected_outputs.csv",
              "digits_float32.tflite": "expected_float32.csv",
              "digits_hybrid.tflite": "expected_hybrid.csv"}
    float_outputs = ("expected_float32.csv", "expected_hybrid.csv")

    def test_samples_are_pixels_in_the_int8_models_quantisation(self):
        levels = {round(pixel / 16 * 255) - 128 for pixel in range(17)}
        files = list((self.folder / "test").glob("*.bin"))
        self.assertEqual(len(files), 360)
        for path in files:
            values = memoryview(path.read_bytes()).cast("b")
            self.assertEqual(len(values), 64, path.name)
            self.assertLessEqual(set(values), levels, path.name)
        stated = self.description()["quantisation"]
        self.assertEqual(struct.pack("<f", stated["scale"]), struct.pack("<f", 1 / 255))
        self.assertEqual(stated["zero_point"], -128)

    def test_names_carry_the_label(self):
        for name, _, label in self.rows_of("test/y_labels.csv"):
            self.assertTrue(name.endswith(f"_{label}.bin"), name)

    def test_float32_and_hybrid_are_models_of_their_own(self):
        rows = zip(*(self.expected[name] for name in self.float_outputs))
        differing = sum(float32 != hybrid for float32, hybrid in rows)
        self.assertGreater(differing, 180)


class RotorFixture(Fixture, unittest.TestCase):
    folder = FIXTURES / "rotor"
    labels = ["stopped", "normal", "imbalance", "knocking"]
    license = "CC0-1.0"
    least_right = 0.85
    models = {"rotor_svdf.tflite": "expected_svdf.csv",
              "rotor_buffer.tflite": "expected_buffer.csv"}
    frames, frame_bytes = 20, 16

    def test_recordings_are_whole_frames(self):
        rows = self.rows_of("test/y_labels.csv")
        self.assertEqual(len(rows), 60)
        for name, _, label, window, stride in rows:
            size = (self.folder / "test" / name).stat().st_size
            self.assertEqual(size, self.frames * self.frame_bytes, name)
            self.assertEqual((int(window), int(stride)), (self.frame_bytes, self.frame_bytes), name)
            self.assertTrue(name.endswith(f"_{self.labels[int(label)]}.bin"), name)

    def test_answers_get_better_while_a_recording_goes_on(self):
        """What a model without state, or one whose state is lost, could not do."""
        for outputs, (_, *expected) in self.expected.items():
            right = [0] * self.frames
            for index, row in enumerate(expected):
                values = [int(value) for value in row[2:]]
                right[index % self.frames] += values.index(max(values)) == int(row[1])
            self.assertGreater(sum(right[-5:]), sum(right[:5]) + 30, outputs)


if __name__ == "__main__":
    unittest.main()
