# SPDX-License-Identifier: Apache-2.0
"""Another runtime, ArmNN, reads the fixtures' models and names the same classes.

ArmNN is no bit-exact oracle for int8: it rounds otherwise. It has no SVDF, only one subgraph, and no
float convolution over int8 weights, so rotor is not tried and digits_hybrid is only parsed. Skipped
(exit code 77) without pyarmnn: apt-get install --no-install-recommends python3-pyarmnn
libarmnn-cpuref-backend22 libarmnntfliteparser22 (7 MB).
"""
import contextlib
import csv
import io
import json
import sys
import unittest

from source_tree import ROOT

try:
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        import numpy  # pyarmnn depends on it
        import pyarmnn
except ImportError as error:
    # The form that scripts/count_tests knows from GoogleTest.
    print(f"{__file__}: Skipped\n{error}: that other runtimes read our models is NOT checked")
    sys.exit(77)

DIGITS = ROOT / "fixtures" / "digits"


class Network:
    """A .tflite file in ArmNN's reference backend."""

    def __init__(self, path):
        parser = pyarmnn.ITfLiteParser()
        network = parser.CreateNetworkFromBinaryFile(str(path))
        self.runtime = pyarmnn.IRuntime(pyarmnn.CreationOptions())
        optimised, _ = pyarmnn.Optimize(network, [pyarmnn.BackendId("CpuRef")],
                                        self.runtime.GetDeviceSpec(), pyarmnn.OptimizerOptions())
        self.id, message = self.runtime.LoadNetwork(optimised)
        if self.id is None:
            raise RuntimeError(message)
        self.input = parser.GetNetworkInputBindingInfo(0, parser.GetSubgraphInputTensorNames(0)[0])
        output = parser.GetNetworkOutputBindingInfo(0, parser.GetSubgraphOutputTensorNames(0)[0])
        self.output_tensors = pyarmnn.make_output_tensors([output])

    def run(self, values):
        """Copied output values for one input, flat, of the input's own type."""
        self.runtime.EnqueueWorkload(self.id, pyarmnn.make_input_tensors([self.input], [values]),
                                     self.output_tensors)
        return numpy.array(pyarmnn.workload_tensors_to_ndarray(self.output_tensors)[0]).reshape(-1)


def rows_of(name):
    with (DIGITS / name).open(newline="") as file:
        return list(csv.reader(file))


def samples():
    """(name, int8 values) of every held-out sample."""
    for name, _, _ in rows_of("test/y_labels.csv"):
        yield name, numpy.frombuffer((DIGITS / "test" / name).read_bytes(), numpy.int8)


def expected(name):
    return {row[0]: numpy.array([float(value) for value in row[2:]]) for row in rows_of(name)[1:]}


class ArmnnReadsDigits(unittest.TestCase):
    def compare(self, model, outputs_file, to_input):
        """(share of samples with the same class, largest difference of an output)."""
        network, ours = Network(DIGITS / model), expected(outputs_file)
        agreeing, largest = 0, 0.0
        for name, values in samples():
            theirs = network.run(to_input(values)).astype(float)
            agreeing += int(theirs.argmax() == ours[name].argmax())
            largest = max(largest, float(abs(theirs - ours[name]).max()))
        print(f"{model}: {agreeing} of {len(ours)} classes agree, largest difference {largest:.2g}")
        return agreeing / len(ours), largest

    def test_int8_classes_agree(self):
        share, _ = self.compare("digits_int8.tflite", "expected_outputs.csv", lambda values: values)
        self.assertGreaterEqual(share, 0.98)

    def test_float32_outputs_agree(self):
        stated = json.loads((DIGITS / "test" / "dataset.json").read_text())["quantisation"]
        real = lambda values: ((values.astype(numpy.float32) - stated["zero_point"])
                               * numpy.float32(stated["scale"]))
        share, largest = self.compare("digits_float32.tflite", "expected_float32.csv", real)
        self.assertEqual(share, 1)
        self.assertLessEqual(largest, 1e-5)  # outputs are probabilities: their scale is 1

    def test_hybrid_model_parses(self):
        parser = pyarmnn.ITfLiteParser()
        parser.CreateNetworkFromBinaryFile(str(DIGITS / "digits_hybrid.tflite"))
        self.assertEqual(list(parser.GetSubgraphInputTensorNames(0)), ["image"])
        self.assertEqual(list(parser.GetSubgraphOutputTensorNames(0)), ["probabilities"])


if __name__ == "__main__":
    unittest.main()
