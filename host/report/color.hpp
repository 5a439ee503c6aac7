// SPDX-License-Identifier: Apache-2.0
// Colours: the one place that says whether there are any, and which.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hil::report {

/// What a piece of text is, which decides its colour.
enum class Tone : std::uint8_t {
  kGood,     ///< passed, fit: green
  kBad,      ///< failed, an error: red, bold
  kWarning,  ///< works, but look: yellow
  kDim,      ///< beside the matter
  kHeading,  ///< bold
};

/// When there are colours, as --color says.
enum class ColorChoice : std::uint8_t {
  kAuto,  ///< on terminals that are not dumb (TERM), unless NO_COLOR is set and not empty
  kAlways,
  kNever,
};

/// For the whole process, before anything is printed; kAuto at the start.
void choose_colors(ColorChoice choice);

/// Whether what is written to @p descriptor is coloured (rule of kAuto: no-color.org).
bool colors_for(int descriptor);

/// @p text in the colour of @p tone (ECMA-48 SGR sequences) if @p on; @p text itself if not, or if
/// it is empty. Colour after cutting and aligning: the sequences count as columns there.
std::string paint(Tone tone, std::string_view text, bool on);

}  // namespace hil::report
