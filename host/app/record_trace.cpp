// SPDX-License-Identifier: Apache-2.0
// Keeping and finding traces of records.
#include "host/app/record_trace.hpp"

#include <fmt/format.h>

#include <system_error>

#include "host/app/console_io.hpp"
#include "host/base/digest.hpp"
#include "host/base/file.hpp"

namespace hil::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostTraceBytes = std::uint64_t{4} << 30;

Error no_trace(const fs::path& record, const char* lacks) {
  return {Blame::kUser, fmt::format("{} has no {}", record.string(), lacks),
          "give the record of a run of hilbench energy with --json FILE"};
}

/// Whether @p a and @p b are the same folder.
bool same_folder(const fs::path& a, const fs::path& b) {
  std::error_code error;
  const auto folder = [](const fs::path& file) {
    return file.parent_path().empty() ? fs::path(".") : file.parent_path();
  };
  return fs::equivalent(folder(a), folder(b), error);
}

}  // namespace

Result<fs::path> place_for_trace(const Arguments& arguments) {
  const std::string json = arguments.find("json").value_or("");
  const bool beside = !json.empty() && json != "-";
  fs::path path = arguments.find("trace").value_or("");
  if (path.empty() && beside) path = fs::path(json).replace_extension(energy::kTraceExtension);
  if (path.empty()) {
    remark("the raw trace will not be kept; --json FILE keeps it beside the record");
    return path;
  }
  if (beside && path == fs::path(json)) {
    return Error{Blame::kUser, fmt::format("record and trace would both be {}", json),
                 "give the record a name that ends in .json"};
  }
  if (beside && !same_folder(path, json)) {
    return Error{Blame::kUser, fmt::format("{} is not in the folder of {}", path.string(), json),
                 "a record names its trace by the file's name alone: put both into one folder"};
  }
  HIL_ASSIGN(const auto tried, AtomicFile::create(path));  // goes again, and leaves nothing behind
  return tried.path();
}

Status keep_trace(const fs::path& place, measure::EnergyOutcome& outcome) {
  if (!outcome.trace || place.empty()) return {};
  HIL_ASSIGN(auto saved, energy::save_trace(*outcome.trace, place));
  if (outcome.record.energy) outcome.record.energy->trace = std::move(saved);
  return {};
}

Result<energy::TraceFile> trace_of(const results::Record& record, const fs::path& path) {
  if (!record.energy) return no_trace(path, "energy");
  if (!record.energy->trace) return no_trace(path, "raw trace");
  const results::EnergyTraceFile& named = *record.energy->trace;
  const fs::path name(named.file);
  if (name.empty() || name != name.filename() || named.file == "." || named.file == "..") {
    return Error{Blame::kUser,
                 fmt::format("{} names its trace '{}', which is no name of a file beside it",
                             path.string(), named.file),
                 "give a record that hilbench wrote"};
  }
  const fs::path file = path.parent_path() / name;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    return Error{Blame::kUser,
                 fmt::format("the raw trace of {} is not beside it: there is no {}", path.string(),
                             file.string()),
                 "a run writes both into one folder: put its trace back there, under that name"};
  }
  HIL_ASSIGN(const auto bytes, read_file(file, kMostTraceBytes));
  const std::string digest = hex_of(sha256_of(bytes));
  if (digest == named.sha256) return energy::unpack_trace(bytes);
  return Error{
      Blame::kUser,
      fmt::format("{} is not the trace of {}: its SHA-256 begins with {} instead of {}",
                  file.string(), path.string(), digest.substr(0, 12), named.sha256.substr(0, 12)),
      "put back the file that the run wrote"};
}

}  // namespace hil::app
