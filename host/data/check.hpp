// SPDX-License-Identifier: Apache-2.0
// What is wrong with a dataset, or may be: every sample is read once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/data/dataset.hpp"

namespace hil::data {

enum class Severity : std::uint8_t {
  kError,    ///< results would be wrong, or a run would be refused
  kWarning,  ///< results may mean less than they seem to
  kNote,     ///< worth knowing
};

struct Finding {
  Severity severity = Severity::kNote;
  std::string kind;                   ///< a fixed word for programs: "wrong-size", "duplicate", ...
  std::string what;                   ///< one sentence with the number of samples
  std::uint64_t count = 0;            ///< samples concerned; 0 if it is about the whole
  std::vector<std::string> examples;  ///< the first kMaxExamples of them
  std::string hint;                   ///< what to do; may be empty
};

inline constexpr std::size_t kMaxExamples = 5;

/// What the samples shall be given to; all of it may be left out.
struct Expectation {
  std::optional<ElementType> type;           ///< of raw samples, where dataset.json states none
  std::vector<std::int32_t> shape;           ///< of the model's input, batch in front
  std::optional<std::uint64_t> class_count;  ///< values of a classifier's output
};

struct DatasetCheck {
  std::vector<Finding> findings;  ///< errors first, then warnings, then notes
  bool values_checked = true;     ///< false: the element type is not known
  bool stopped = false;           ///< @p keep_on said no

  /// Adds @p more, each behind those of its severity.
  void add(std::vector<Finding> more);
  [[nodiscard]] std::size_t count_of(Severity severity) const;
};

/// Reads every sample of @p dataset and looks for:
///
/// | kind | severity | what |
/// |------|----------|------|
/// | bad-entry       | error   | an entry of the label file that load_dataset() gave in @p problems
/// | | unreadable      | error   | a file that is gone, damaged, or of another format | |
/// wrong-size      | error   | another size than type and shape say, or than most have | | differs
/// | error   | another element type, shape or sample rate than the first sample | | not-finite |
/// error   | NaN or infinity among the values or the targets | | label-conflict  | error   | equal
/// content (SHA-256), different labels | | label-range     | error   | a label that the model has
/// no output for | | duplicate       | warning | equal content, same label | | class-missing   |
/// warning | a class without a sample | | imbalance       | warning | the largest class has 10
/// times the samples of the smallest | | constant-sample | warning | all values of a sample are the
/// same | | dead-channel    | warning | a channel has one value in all samples | | clipped |
/// warning | more than 0.1 % of a 16-bit sample's values at the type's limits, or of
///   an audio file's float values at or beyond +-1 |
/// | at-limits       | note    | more than 10 % of the 8-bit values of a channel at a limit of the
/// type:
///   usual for images, clipping or a wrong scale elsewhere |
/// | unused-bytes    | note    | a file whose end no window reaches |
/// | no-labels, no-type, no-licence | note | nothing states them |
///
/// Channels are the last dimension where there are two or more (of the shape without the model's
/// batch), the columns of a CSV file, else all values are one. Thresholds are our own choice.
/// @p keep_on is called before each sample with its number; false ends the check.
DatasetCheck check_dataset(const Dataset& dataset, const Problems& problems,
                           const Expectation& expectation,
                           const std::function<bool(std::size_t)>& keep_on = {});

/// Samples of each class, class_count entries; empty without labels.
std::vector<std::uint64_t> class_counts(const Dataset& dataset);

/// The name of class @p label where there is one, else its number.
std::string label_text(const Dataset& dataset, std::uint32_t label);

}  // namespace hil::data
