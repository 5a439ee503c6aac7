# SPDX-License-Identifier: Apache-2.0
"""Another runtime, ArmNN, reads the operator models and gives the outputs that we expect of boards.

Usage: armnn_operators_test.py WRITER, the program write_operator_models. ArmNN 20.08 lacks many of
our operators and types; each model runs in a child process, because it aborts on some. Where it
computes, integers are equal but for its other rounding (at most 2 steps), floats to 1e-6 of the
output's scale. Skipped (exit code 77) without pyarmnn: apt-get install --no-install-recommends
python3-pyarmnn libarmnn-cpuref-backend22 libarmnntfliteparser22 (7 MB).
"""
import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        import numpy  # pyarmnn depends on it
        import pyarmnn
except ImportError as error:
    # The form that scripts/count_tests knows from GoogleTest.
    print(f"{__file__}: Skipped\n{error}: that other runtimes agree on operators is NOT checked")
    sys.exit(77)

TYPES = {
    pyarmnn.DataType_QAsymmS8: numpy.int8,
    pyarmnn.DataType_QAsymmU8: numpy.uint8,
    pyarmnn.DataType_QSymmS16: numpy.int16,
    pyarmnn.DataType_Signed32: numpy.int32,
    pyarmnn.DataType_Float32: numpy.float32,
}

# What ArmNN 20.08 does otherwise than the format says.
OTHER = {
    "PAD int8": "fills with 0, not with the zero point",
    "RESIZE_BILINEAR int8": "does not read half_pixel_centers",
    "RESIZE_BILINEAR float32": "does not read half_pixel_centers",
    "RESIZE_NEAREST_NEIGHBOR int8": "does not read half_pixel_centers",
    "RESIZE_NEAREST_NEIGHBOR int16": "does not read half_pixel_centers",
    "RESIZE_NEAREST_NEIGHBOR float32": "does not read half_pixel_centers",
}

AGREED, DIFFERS, REFUSED, BROKEN = range(4)  # exit codes of a child


def difference(ours, theirs):
    """Largest difference: in steps of integers, of floats in 1e-6 of the largest of ours."""
    if ours.size != theirs.size:
        return float("inf")
    largest = abs(ours.astype(float) - theirs.astype(float)).max()
    if ours.dtype == numpy.float32:
        return largest / abs(ours.astype(float)).max() / 1e-6
    return largest


def run(stem):
    """Outputs of ArmNN for the model at stem."""
    parser = pyarmnn.ITfLiteParser()
    network = parser.CreateNetworkFromBinaryFile(f"{stem}.tflite")
    runtime = pyarmnn.IRuntime(pyarmnn.CreationOptions())
    optimised, _ = pyarmnn.Optimize(network, [pyarmnn.BackendId("CpuRef")],
                                    runtime.GetDeviceSpec(), pyarmnn.OptimizerOptions())
    number, message = runtime.LoadNetwork(optimised)
    if number is None:
        raise RuntimeError(message)
    inputs = [parser.GetNetworkInputBindingInfo(0, name)
              for name in parser.GetSubgraphInputTensorNames(0)]
    outputs = pyarmnn.make_output_tensors([parser.GetNetworkOutputBindingInfo(0, name)
                                           for name in parser.GetSubgraphOutputTensorNames(0)])
    values = [numpy.fromfile(f"{stem}.in{i}", TYPES[binding[1].GetDataType()])
              for i, binding in enumerate(inputs)]
    runtime.EnqueueWorkload(number, pyarmnn.make_input_tensors(inputs, values), outputs)
    return [numpy.array(output).reshape(-1)
            for output in pyarmnn.workload_tensors_to_ndarray(outputs)]


def compare(stem):
    """The exit code of a child for the model at stem."""
    try:
        theirs = run(stem)
    except (RuntimeError, KeyError, ValueError):
        return REFUSED
    for i, output in enumerate(theirs):
        ours = numpy.fromfile(f"{stem}.out{i}", output.dtype)
        limit = 1 if ours.dtype == numpy.float32 else 2
        if difference(ours, output) > limit:
            return DIFFERS
    return AGREED


def compare_in_child(stem):
    """What became of the model at stem; REFUSED also if ArmNN ended the process."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            code = compare(stem)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return REFUSED if code < 0 else code  # ended by a signal


class ArmnnAgrees(unittest.TestCase):
    def test_operators(self):
        with tempfile.TemporaryDirectory() as holder:
            folder = pathlib.Path(holder)
            subprocess.run([WRITER, folder], check=True, timeout=30)
            names = (folder / "names.txt").read_text().splitlines()
            found = {AGREED: [], DIFFERS: [], REFUSED: [], BROKEN: []}
            for number, name in enumerate(names):
                found[compare_in_child(folder / str(number))].append(name)
        print(f"ArmNN agrees on {len(found[AGREED])} of {len(names)} operator models, has no kernel "
              f"or reader for {len(found[REFUSED])}, and does {len(found[DIFFERS])} otherwise")
        self.assertEqual(found[BROKEN], [], "this test failed on them")
        self.assertEqual(sorted(found[DIFFERS]), sorted(OTHER))
        self.assertGreaterEqual(len(found[AGREED]), 105)


if __name__ == "__main__":
    WRITER = sys.argv.pop(1)
    unittest.main()
