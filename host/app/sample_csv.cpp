// SPDX-License-Identifier: Apache-2.0
// SampleCsv: a row for each sample.
#include "host/app/sample_csv.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "host/base/digest.hpp"

namespace hil::app {
namespace {

void add_value(std::string& row, std::span<const std::uint8_t> sample) {
  const std::size_t size = sample.size();
  if (size != 1 && size != 2 && size != 4 && size != 8) {
    row += hex_of(sample);
    return;
  }
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8 | sample[i];
  fmt::format_to(std::back_inserter(row), "{}", value);
}

}  // namespace

Result<SampleCsv> SampleCsv::create(const std::filesystem::path& path) {
  HIL_ASSIGN(auto file, AtomicFile::create(path));
  HIL_TRY(file.write("index,device_s,value\n"));
  return SampleCsv(std::move(file));
}

void SampleCsv::describe(std::uint64_t tick_hz, std::uint32_t rate_hz, std::uint32_t sample_bytes) {
  tick_s_ = 1 / static_cast<double>(tick_hz);
  sample_s_ = 1 / static_cast<double>(rate_hz);
  sample_bytes_ = sample_bytes;
}

Status SampleCsv::add(std::uint64_t first_index, std::uint64_t ticks,
                      std::span<const std::uint8_t> bytes) {
  rows_.clear();
  const double start_s = static_cast<double>(ticks) * tick_s_;
  for (std::uint64_t i = 0; (i + 1) * sample_bytes_ <= bytes.size(); ++i) {
    fmt::format_to(std::back_inserter(rows_), "{},{:.9f},", first_index + i,
                   start_s + static_cast<double>(i) * sample_s_);
    add_value(rows_, bytes.subspan(i * sample_bytes_, sample_bytes_));
    rows_ += '\n';
  }
  return file_.write(rows_);
}

}  // namespace hil::app
