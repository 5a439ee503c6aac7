// SPDX-License-Identifier: Apache-2.0
// Decoder of WAV recordings, by libsndfile.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "host/base/result.hpp"
#include "host/data/formats/tensor.hpp"

namespace hil::data {

/// The values of @p file, frames x channels (frames alone for one channel), with its rate:
///
/// | WAV | values |
/// |-----|--------|
/// | 16-bit PCM | i16 with scale 1/32768: full scale is +-1 |
/// | 8-bit PCM  | the same, as value * 256 |
/// | 24- and 32-bit PCM, float | f32, full scale is +-1 (double rounded to nearest) |
///
///   kUser  no WAV, cut off, a compressed coding, no values at all, or more than are read
Result<Tensor> decode_wav(std::span<const std::uint8_t> file, const std::string& where);

}  // namespace hil::data
