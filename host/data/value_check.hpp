// SPDX-License-Identifier: Apache-2.0
// What the values of samples give away: dead and clipped channels, constant samples, NaN.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/data/findings.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

/// Takes the values of one sample after the other; the findings come at the end.
class ValueCheck {
 public:
  /// @p channels divide each sample's values, the fastest running index; at least 1. @p is_audio:
  /// float values beyond +-1 are clipped.
  ValueCheck(std::size_t channels, bool is_audio) : channels_(channels), is_audio_(is_audio) {}

  /// @p name is what to call the sample.
  void add(const Tensor& sample, const std::string& name);
  void move_to(std::vector<Finding>& findings);

 private:
  struct Channel {
    double least = 0, most = 0;
    std::uint64_t count = 0, at_least = 0, at_most = 0;
  };
  struct Limits {
    double least, most;
    bool exist;
  };
  [[nodiscard]] Limits limits_of(ElementType type) const;
  void note_dead(std::vector<Finding>& findings) const;
  void note_limits(std::vector<Finding>& findings) const;

  std::vector<Channel> channels_;
  bool is_audio_;
  std::uint64_t samples_ = 0;
  ElementType type_ = ElementType::kInt8;
  FaultList not_finite_{Severity::kError, "not-finite", "NaN or infinity among the values",
                        "repair or remove them: a quantised input cannot hold them"};
  FaultList constant_{Severity::kWarning, "constant-sample", "all values are the same",
                      "a dead sensor or a failed export? remove them or label them so"};
  FaultList clipped_{Severity::kWarning, "clipped",
                     "more than 0.1 % of the values at the limits of the type",
                     "record with less gain, or check the conversion"};
};

}  // namespace hil::data
