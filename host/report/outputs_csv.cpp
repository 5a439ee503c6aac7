// SPDX-License-Identifier: Apache-2.0
// Raw outputs of every sample as CSV, written while the run goes on.
#include "host/report/outputs_csv.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "host/data/values.hpp"

namespace hil::report {
namespace {

void append_values(std::string& row, std::span<const std::uint8_t> bytes,
                   const OutputFormat& format) {
  for (std::size_t i = 0; i < format.element_count; ++i) {
    const double value = data::value_at(bytes, format.type, i);
    if (format.type == data::ElementType::kFloat32) {
      fmt::format_to(std::back_inserter(row), ",{}", static_cast<float>(value));
    } else {
      fmt::format_to(std::back_inserter(row), ",{}", static_cast<std::int32_t>(value));
    }
  }
}

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

Result<OutputsCsv> OutputsCsv::create(const std::filesystem::path& path,
                                      std::vector<OutputFormat> outputs) {
  std::string header = "name,label";
  std::size_t column = 0;
  for (const OutputFormat& format : outputs) {
    for (std::size_t i = 0; i < format.element_count; ++i, ++column) {
      fmt::format_to(std::back_inserter(header), ",out{}", column);
    }
  }
  HIL_ASSIGN(AtomicFile file, AtomicFile::create(path));
  HIL_TRY(file.write(header + "\n"));
  return OutputsCsv(std::move(file), std::move(outputs));
}

OutputsCsv::OutputsCsv(AtomicFile file, std::vector<OutputFormat> outputs)
    : file_(std::move(file)), outputs_(std::move(outputs)) {}

Status OutputsCsv::add(std::string_view name, std::uint32_t label,
                       std::span<const std::vector<std::uint8_t>> outputs) {
  if (outputs.size() != outputs_.size()) {
    return Error{
        Blame::kBug,
        fmt::format("{} has {} outputs instead of {}", name, outputs.size(), outputs_.size()), ""};
  }
  std::string row = fmt::format("{},{}", csv_field(name), label);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const OutputFormat& format = outputs_[i];
    const std::size_t element_bytes = data::size_of(format.type);
    if (outputs[i].size() % element_bytes != 0 ||
        outputs[i].size() / element_bytes != format.element_count) {
      return Error{Blame::kBug,
                   fmt::format("output {} of {} has {} bytes for {} values of type {}", i, name,
                               outputs[i].size(), format.element_count, data::name_of(format.type)),
                   ""};
    }
    append_values(row, outputs[i], format);
  }
  return file_.write(row + "\n");
}

Status OutputsCsv::finish() {
  return file_.commit();
}

}  // namespace hil::report
