// SPDX-License-Identifier: Apache-2.0
// What the windows of an energy run's trace are called, by what they were made for.
#pragma once

#include <string>
#include <vector>

#include "host/energy/file/trace_file.hpp"

namespace hil::app {

/// One window of TraceFile::windows.
struct WindowName {
  std::string kind;      ///< as energy::word_of(WindowKind), or "operator", or "period"
  std::string detail;    ///< "3 CONV_2D int8, 4 times in a row"; empty: nothing to add
  bool figures = false;  ///< one that the figures per inference are of, or the idle beside them
};

/// A name per window of @p file: windows with whole inferences that are there for an operator or a
/// period say so. Where the file does not say what its windows are for, all are figures.
std::vector<WindowName> window_names(const energy::TraceFile& file);

}  // namespace hil::app
