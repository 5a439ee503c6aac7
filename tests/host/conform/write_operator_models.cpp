// SPDX-License-Identifier: Apache-2.0
// Writes the operator models with their inputs and our outputs into a folder, for other runtimes.
//
// Usage: write_operator_models FOLDER. N.tflite, N.inI and N.outI are model N, its inputs and its
// outputs at the first inference; line N of names.txt is its name.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "host/conform/operator_models.hpp"
#include "host/model/model.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

void write(const std::string& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  std::copy(bytes.begin(), bytes.end(), std::ostreambuf_iterator<char>(file));
}

void write_all(const std::string& stem, const std::vector<Bytes>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    write(stem + std::to_string(i), tensors[i]);
}

hil::Status write_model(const hil::conform::OperatorModel& of, const std::string& stem) {
  HIL_ASSIGN(const auto model, hil::model::compile(of.tflite, of.name));
  HIL_ASSIGN(auto runner, hil::model::ReferenceRunner::make(model));
  HIL_ASSIGN(const auto outputs, runner.run(of.inputs));
  write(stem + ".tflite", of.tflite);
  write_all(stem + ".in", of.inputs);
  write_all(stem + ".out", outputs);
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: write_operator_models FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  std::ofstream names(folder / "names.txt");
  std::size_t number = 0;
  for (const auto& of : hil::conform::operator_models()) {
    const auto status = write_model(of, (folder / std::to_string(number++)).string());
    if (!status.ok()) {
      std::fprintf(stderr, "%s: %s\n", of.name.c_str(), status.error().what.c_str());
      return 1;
    }
    names << of.name << '\n';
  }
  return names.flush() ? 0 : 1;
}
