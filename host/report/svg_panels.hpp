// SPDX-License-Identifier: Apache-2.0
// The two panels of a summary's picture.
#pragma once

#include "host/model/summary.hpp"
#include "host/report/svg.hpp"

namespace hil::report {

inline constexpr const char* kInk = "#24292f";
inline constexpr const char* kFaintInk = "#57606a";
inline constexpr const char* kGridLine = "#d0d7de";
inline constexpr const char* kAlarm = "#cf222e";

/// The fill of the buffer at place @p place of in_order() (summary_words.hpp).
const char* buffer_colour(std::size_t place);

/// Draws inputs, operators and outputs as a column of boxes from @p at on, arrows between them, and
/// beside each the keys of the buffers it writes.
/// @returns the space taken
SvgBox draw_graph(Svg& svg, const model::ModelSummary& summary, SvgPoint at);

/// Draws the memory plan, which must be there, and its legend from @p at on.
/// @returns the space taken
SvgBox draw_memory(Svg& svg, const model::ModelSummary& summary, SvgPoint at);

}  // namespace hil::report
