// SPDX-License-Identifier: Apache-2.0
// What several commands do before they measure: understand options, say what samples are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/app/options.hpp"
#include "host/base/result.hpp"
#include "host/data/convert.hpp"
#include "host/data/dataset.hpp"
#include "host/data/element_type.hpp"

namespace hil::app {

/// Parses @p words; for --help prints the text and gives nothing.
///   kUser  every error of Options::parse(); an unknown option that other commands have names them
///          in `hint`
Result<std::optional<Arguments>> arguments_or_help(const Options& options,
                                                   const std::vector<std::string>& words);

/// The first of @p words: which sub-command of @p options is meant. For --help prints the text and
/// gives "".
///   kUser  none, or an unknown one (with the nearest in `hint`)
Result<std::string> sub_or_help(const Options& options, const std::vector<std::string>& words);

/// The value of --input-type; nothing if it is not given.
///   kUser  it is no element type
Result<std::optional<data::ElementType>> input_type_of(const Arguments& arguments);

/// Declares --scale and --zero-point.
void add_quantisation_options(Options& options);

/// What --scale and --zero-point say of raw samples: scale and zero point; nothing if neither is
/// given.
///   kUser  only --zero-point is given; the scale is no float32 above 0; the zero point is beyond
///   16
///          bits
Result<std::optional<data::SampleFormat>> quantisation_of(const Arguments& arguments,
                                                          data::ElementType type);

/// Puts what --scale and --zero-point say into @p dataset.
///   kUser  as above; dataset.json or the files say something else
Status apply_quantisation(const Arguments& arguments, data::Dataset& dataset);

}  // namespace hil::app
