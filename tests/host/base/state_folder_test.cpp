// SPDX-License-Identifier: Apache-2.0
// Where the state folder is, by environment and password file.
#include "host/base/state_folder.hpp"

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace hil {
namespace {

/// Sets a variable of the environment for one test; null: it is not set.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(StateFolder, IsBelowXdgStateHome) {
  const Variable home("HOME", "/home/me");
  const Variable state("XDG_STATE_HOME", "/state");
  EXPECT_EQ(*state_folder(), "/state/hilbench");
}

TEST(StateFolder, IsBelowHomeElse) {
  const Variable home("HOME", "/home/me");
  for (const char* unusable : {static_cast<const char*>(nullptr), "", "relative/state"}) {
    const Variable state("XDG_STATE_HOME", unusable);
    EXPECT_EQ(*state_folder(), "/home/me/.local/state/hilbench");
  }
}

TEST(StateFolder, IsTheUsersWithoutHome) {
  const Variable state("XDG_STATE_HOME", nullptr);
  const passwd* user = ::getpwuid(::getuid());
  for (const char* unusable : {static_cast<const char*>(nullptr), "", "relative"}) {
    const Variable home("HOME", unusable);
    const auto folder = state_folder();
    if (user != nullptr && *user->pw_dir == '/') {
      EXPECT_EQ(*folder, std::string(user->pw_dir) + "/.local/state/hilbench");
    } else {
      ASSERT_FALSE(folder.ok());
      EXPECT_EQ(folder.error().blame, Blame::kLab);
    }
  }
}

}  // namespace
}  // namespace hil
