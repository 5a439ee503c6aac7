// SPDX-License-Identifier: Apache-2.0
// Samples of a dataset as bytes of a model's input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/convert.hpp"
#include "host/data/dataset.hpp"
#include "host/model/model.hpp"

namespace hil::measure {

/// What one sample gives to the model: one buffer per input.
using Inputs = std::vector<std::vector<std::uint8_t>>;

/// A dataset bound to a model by one conversion rule.
class SampleSource {
 public:
  /// @p type: element type of the sample files; if not given dataset.json's, else the model's own.
  ///   kUser  no rule converts that type to the model's input
  ///   kModel the model has not exactly one input
  static Result<SampleSource> make(data::Dataset dataset, const model::CompiledModel& model,
                                   std::optional<data::ElementType> type);

  [[nodiscard]] const data::Dataset& dataset() const { return dataset_; }
  /// Element type of the files.
  [[nodiscard]] data::ElementType type() const { return type_; }
  /// The one line to say about the conversion; empty if bytes stay as they are.
  [[nodiscard]] std::string conversion() const { return conversion_.describe(); }

  /// The inputs of sample @p index.
  ///   kUser  its file is missing, has the wrong size, or holds a value that can't be converted
  [[nodiscard]] Result<Inputs> read(std::size_t index) const;
  /// "tst_000016.bin, y_labels.csv line 17"
  [[nodiscard]] std::string name_of(std::size_t index) const;

 private:
  SampleSource(data::Dataset dataset, data::ElementType type, data::Conversion conversion,
               std::size_t element_count)
      : dataset_(std::move(dataset)),
        type_(type),
        conversion_(conversion),
        element_count_(element_count) {}

  data::Dataset dataset_;
  data::ElementType type_;
  data::Conversion conversion_;
  std::size_t element_count_;
};

/// The format that @p input takes, for conversions.
data::InputFormat format_of(const model::TensorSpec& input);

}  // namespace hil::measure
