// SPDX-License-Identifier: Apache-2.0
// A comparison of two records as text for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "host/results/comparison.hpp"

namespace hil::report {

/// A compared record for the reader: where it comes from and what it is of.
struct ComparedRecord {
  std::string file;                         ///< or another name
  const results::Record* record = nullptr;  ///< must outlive the call
};

/// What differs between the conditions of A and B, field by field with both values: first what must
/// agree, then the rest. Digests are cut to 12 digits where that tells them apart.
std::string differences_text(const results::Comparison& comparison, std::size_t width);

/// The whole comparison: which records, what differs in their conditions, metrics with difference
/// (B - A), ratio (B / A) and finding, their intervals, operators. Lines keep to @p width columns
/// (at least 60 are taken; a word wider than that is not broken); columns are left out where there
/// is no room. Plain ASCII apart from names, no colours, control characters become '?'.
std::string comparison_text(const results::Comparison& comparison, const ComparedRecord& a,
                            const ComparedRecord& b, std::size_t width);

/// What must agree and does not, for one sentence: "model.sha256, board.id and 3 more"; empty if
/// records @p comparison are comparable.
std::string disagreement_text(const results::Comparison& comparison);

}  // namespace hil::report
