// SPDX-License-Identifier: Apache-2.0
// The model behind foreign firmware as the line shows it: samples in, printed numbers out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/data/convert.hpp"
#include "host/data/dataset.hpp"
#include "host/model/model.hpp"

namespace hil::measure {

/// What the runs need to know of a model that they reach through MLPerf Tiny's DUT protocol.
struct DutModelView {
  /// The line's side of it: one input, of the type that `db` takes; one float32 output, as printed.
  /// Its plan is empty.
  model::CompiledModel line;
  const model::CompiledModel* model = nullptr;  ///< the file; null: it is not known
  /// The one printed value is the mean squared difference between input and output (ad01).
  bool prints_error = false;
};

struct DutViewOptions {
  std::string model_id;                      ///< as the firmware says it
  std::optional<data::ElementType> type{};   ///< of the values in `db`; nothing: by the id
  std::optional<data::ElementType> files{};  ///< of raw sample files, as --input-type says
};

/// Makes the view of @p model (may be null; must outlive it) for the samples of @p dataset (may be
/// null if there is a model). Without a model the printed values are as many as the dataset has
/// classes or targets.
///   kUser   neither model nor dataset, or no rule between the type in `db` and the model's input
///   kModel  the model has not exactly one input
Result<DutModelView> make_dut_view(const model::CompiledModel* model, const data::Dataset* dataset,
                                   const DutViewOptions& options);

/// What firmware prints of @p outputs of the model (which is known) for the bytes @p sample of
/// `db`, before it rounds.
///   kModel  an output that is not finite (only where an error is printed)
Result<std::vector<double>> printed_values(const DutModelView& view,
                                           std::span<const std::uint8_t> sample,
                                           std::span<const std::vector<std::uint8_t>> outputs);

/// How bytes of `db` become the model's input.
///   kUser  no rule turns the line's type into the model's
Result<data::Conversion> input_conversion(const DutModelView& view);

/// The host reference of a view whose model is known.
class DutReference {
 public:
  ///   every error of model::ReferenceRunner::make()
  ///   kUser  no rule turns the line's type into the model's
  static Result<DutReference> make(const DutModelView& view);

  /// What firmware must print for the bytes @p sample of `db`, before it rounds.
  ///   every error of the conversion and of model::ReferenceRunner::run()
  Result<std::vector<double>> values(std::span<const std::uint8_t> sample);

 private:
  DutReference(const DutModelView& view, data::Conversion conversion, model::ReferenceRunner runner)
      : view_(&view), conversion_(conversion), runner_(std::move(runner)) {}

  const DutModelView* view_;
  data::Conversion conversion_;
  model::ReferenceRunner runner_;
};

}  // namespace hil::measure
