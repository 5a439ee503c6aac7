// SPDX-License-Identifier: Apache-2.0
// Names and exit codes of the error kinds.
#include "host/base/error.hpp"

namespace hil {

Error Error::within(const std::string& context) const {
  return Error{blame, context + ": " + what, hint};
}

int exit_code(Blame blame) {
  switch (blame) {
    case Blame::kModel:
      return 1;
    case Blame::kUser:
      return 2;
    case Blame::kConfig:
      return 3;
    case Blame::kLab:
      return 4;
    case Blame::kTool:
      return 5;
    case Blame::kLink:
      return 6;
    case Blame::kDevice:
      return 7;
    case Blame::kBug:
      return 70;
  }
  return 70;
}

const char* name_of(Blame blame) {
  switch (blame) {
    case Blame::kModel:
      return "model";
    case Blame::kUser:
      return "user";
    case Blame::kConfig:
      return "config";
    case Blame::kLab:
      return "lab";
    case Blame::kTool:
      return "tool";
    case Blame::kLink:
      return "link";
    case Blame::kDevice:
      return "device";
    case Blame::kBug:
      return "bug";
  }
  return "bug";
}

}  // namespace hil
