// SPDX-License-Identifier: Apache-2.0
// The lines of an emulated PPK2's metadata.
#include "host/emulate/meter/ppk2_metadata.hpp"

#include <fmt/format.h>

#include <string_view>

namespace hil::emulate {
namespace {

struct Column {
  std::string_view name;
  const std::array<double, 5>* values;
  int decimals;
};

std::string value_of(const Column& column, std::size_t range, Ppk2MetadataFault fault) {
  const bool lost =
      fault == Ppk2MetadataFault::kNan && (range == 4 || (range == 2 && column.name == "R"));
  if (lost) return "-nan";
  const bool shifted = fault == Ppk2MetadataFault::kWrongBlock;
  const double value = column.values->at(shifted ? (range + 4) % 5 : range);
  // A real unit says 0 where the maker's program then takes 1.
  const bool unset = column.name == "GS" && value == 1;
  return fmt::format("{:.{}f}", unset ? 0 : value, column.decimals);
}

}  // namespace

std::string ppk2_metadata(const Ppk2Factors& factors, unsigned millivolts, unsigned mode,
                          Ppk2MetadataFault fault) {
  static constexpr std::array<double, 5> kOnes{1, 1, 1, 1, 1};
  const Column before[] = {
      {"R", &factors.r, 4}, {"GS", &factors.gs, 4}, {"GI", &factors.gi, 4}, {"O", &factors.o, 4}};
  const Column behind[] = {{"S", &factors.s, 9}, {"I", &factors.i, 9}, {"UG", &kOnes, 2}};
  std::string text = "Calibrated: 0\n";
  const auto add = [&](const Column& column) {
    for (std::size_t range = 0; range < 5; ++range)
      text += fmt::format("{}{}: {}\n", column.name, range, value_of(column, range, fault));
  };
  for (const Column& column : before)
    add(column);
  text += fmt::format("VDD: {}\nHW: 9173\nmode: {}\n", millivolts, mode);
  for (const Column& column : behind)
    add(column);
  return text + "IA: 56\nEND\n";
}

}  // namespace hil::emulate
