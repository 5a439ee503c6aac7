// SPDX-License-Identifier: Apache-2.0
// Samples of a dataset as bytes of a model's input.
#pragma once

#include <algorithm>
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

/// One inference of a dataset: which sample, and which window of it (0 if it has none).
struct Item {
  std::size_t sample = 0;
  std::uint64_t window = 0;

  bool operator==(const Item&) const = default;
};

/// A dataset bound to a model by one conversion rule. A sample is one inference, or one per window.
class SampleSource {
 public:
  /// @p type: element type of raw sample files; if not given dataset.json's, else the model's own.
  /// Where it is another than dataset.json's, the quantisation stated there does not count.
  ///   kUser  no rule converts that type to the model's input; another type than the files say; the
  ///          shape or the window is not the model's; more than 2^32 - 1 inferences
  ///   kModel the model has not exactly one input
  static Result<SampleSource> make(data::Dataset dataset, const model::CompiledModel& model,
                                   std::optional<data::ElementType> type);

  [[nodiscard]] const data::Dataset& dataset() const { return dataset_; }
  /// Element type of the files.
  [[nodiscard]] data::ElementType type() const { return type_; }
  /// The one line to say about the conversion; empty if bytes stay as they are.
  [[nodiscard]] std::string conversion() const { return conversion_.describe(); }

  /// Inferences of the whole dataset.
  [[nodiscard]] std::size_t inference_count() const { return first_.back(); }
  /// Inferences of the first @p samples samples (or of all, if there are fewer).
  [[nodiscard]] std::size_t inferences_of(std::size_t samples) const {
    return first_[std::min(samples, first_.size() - 1)];
  }
  /// What inference @p index runs on; index < inference_count().
  [[nodiscard]] Item item(std::size_t index) const;

  /// The inputs of inference @p index.
  ///   kUser  its file is missing, has the wrong size, or holds a value that can't be converted
  [[nodiscard]] Result<Inputs> read(std::size_t index) const;
  /// "tst_000016.bin, y_labels.csv line 17", with windows "a.bin window 3, y_labels.csv line 1"
  [[nodiscard]] std::string name_of(std::size_t index) const;

 private:
  SampleSource(data::Dataset dataset, data::ElementType type, data::Conversion conversion,
               std::size_t element_count, std::vector<std::size_t> first)
      : dataset_(std::move(dataset)),
        type_(type),
        conversion_(conversion),
        element_count_(element_count),
        first_(std::move(first)) {}

  data::Dataset dataset_;
  data::ElementType type_;
  data::Conversion conversion_;
  std::size_t element_count_;
  std::vector<std::size_t> first_;  ///< inference at which each sample begins, and their number
};

/// The format that @p input takes, for conversions.
data::InputFormat format_of(const model::TensorSpec& input);

}  // namespace hil::measure
