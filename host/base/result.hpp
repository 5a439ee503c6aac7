// SPDX-License-Identifier: Apache-2.0
// A value or an Error; the return type of every host function that can fail.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "host/base/error.hpp"

namespace hil {

/// A value of type T, or the Error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; only when ok().
  T& value() & { return *get(); }
  const T& value() const& { return *get(); }
  T&& value() && { return std::move(*get()); }
  T& operator*() & { return *get(); }
  const T& operator*() const& { return *get(); }
  T&& operator*() && { return std::move(*get()); }
  T* operator->() { return get(); }
  const T* operator->() const { return get(); }

  /// The error; only when not ok().
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  // std::get throws on misuse, which is a bug of the caller in every build type.
  T* get() { return &std::get<0>(state_); }
  const T* get() const { return &std::get<0>(state_); }
  std::variant<T, Error> state_;
};

/// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const {
    return error_.value();  // throws on misuse
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace hil

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses
/// Returns the error of @p expr (a Result or Status) from the enclosing function, if it has one.
#define HIL_TRY(expr)                                 \
  do {                                                \
    if (auto hil_status = (expr); !hil_status.ok()) { \
      return hil_status.error();                      \
    }                                                 \
  } while (false)

#define HIL_CONCAT_INNER(a, b) a##b
#define HIL_CONCAT(a, b) HIL_CONCAT_INNER(a, b)
#define HIL_ASSIGN_INNER(tmp, decl, expr) \
  auto tmp = (expr);                      \
  if (!tmp.ok()) return tmp.error();      \
  decl = std::move(tmp).value()

/// `HIL_ASSIGN(auto x, make_x());` declares x from the value, or returns the error.
#define HIL_ASSIGN(decl, expr) HIL_ASSIGN_INNER(HIL_CONCAT(hil_result_, __LINE__), decl, expr)
// NOLINTEND(bugprone-macro-parentheses)
