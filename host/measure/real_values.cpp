// SPDX-License-Identifier: Apache-2.0
// Dequantising tensors.
#include "host/measure/real_values.hpp"

#include "host/data/values.hpp"

namespace hil::measure {

void append_real(std::span<const std::uint8_t> bytes, const model::TensorSpec& spec,
                 std::vector<double>& values) {
  const bool quantised = spec.type != data::ElementType::kFloat32 && spec.scale != 0;
  for (std::size_t i = 0; i < spec.element_count(); ++i) {
    const double raw = data::value_at(bytes, spec.type, i);
    values.push_back(quantised ? double{spec.scale} * (raw - spec.zero_point) : raw);
  }
}

std::vector<double> real_outputs(const model::CompiledModel& model,
                                 std::span<const std::vector<std::uint8_t>> outputs) {
  std::vector<double> values;
  for (std::size_t i = 0; i < model.outputs.size(); ++i)
    append_real(outputs[i], model.outputs[i], values);
  return values;
}

std::size_t output_values(const model::CompiledModel& model) {
  std::size_t count = 0;
  for (const model::TensorSpec& output : model.outputs)
    count += output.element_count();
  return count;
}

}  // namespace hil::measure
