// SPDX-License-Identifier: Apache-2.0
// The folder in which hilbench keeps what it must find again: locks, flash, proofs, rates.
#pragma once

#include <filesystem>

#include "host/base/result.hpp"

namespace hil {

/// "hilbench" below $XDG_STATE_HOME if that is an absolute path (XDG Base Directory Specification
/// 0.8, relative ones are ignored), else below .local/state of $HOME, or of the user's entry in the
/// password file where HOME is not set either. Makes nothing; looked up at each call.
///   kLab  none of these is known
Result<std::filesystem::path> state_folder();

}  // namespace hil
