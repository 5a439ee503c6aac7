// SPDX-License-Identifier: Apache-2.0
// A conformance report as JSON, there and back.
#pragma once

#include <filesystem>
#include <string>

#include "host/base/result.hpp"
#include "host/conform/report.hpp"

namespace hil::conform {

/// Everything in @p report, as boards/conform/conform.schema.json says. Ends with a newline.
std::string json_text(const ConformReport& report);

/// Reads what json_text() wrote. Unknown keys are ignored, so that a later version can add some.
///   kConfig  no such file, too large, not JSON, or not a conformance report of this version
Result<ConformReport> load_report(const std::filesystem::path& path);

}  // namespace hil::conform
