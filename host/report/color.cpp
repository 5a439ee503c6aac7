// SPDX-License-Identifier: Apache-2.0
// Select Graphic Rendition sequences, and when to use them.
#include "host/report/color.hpp"

#include <unistd.h>

#include <cstdlib>

namespace hil::report {
namespace {

ColorChoice chosen = ColorChoice::kAuto;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Parameters of SGR (ECMA-48, 8.3.117).
const char* code_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "32";
    case Tone::kBad:
      return "1;31";
    case Tone::kWarning:
      return "33";
    case Tone::kDim:
      return "2";
    case Tone::kHeading:
      return "1";
  }
  return "0";
}

}  // namespace

void choose_colors(ColorChoice choice) {
  chosen = choice;
}

bool colors_for(int descriptor) {
  if (chosen != ColorChoice::kAuto) return chosen == ColorChoice::kAlways;
  if (!environment("NO_COLOR").empty() || environment("TERM") == "dumb") return false;
  return isatty(descriptor) == 1;
}

std::string paint(Tone tone, std::string_view text, bool on) {
  if (!on || text.empty()) return std::string(text);
  return std::string("\x1b[").append(code_of(tone)).append("m").append(text).append("\x1b[0m");
}

}  // namespace hil::report
