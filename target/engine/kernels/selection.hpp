// SPDX-License-Identifier: Apache-2.0
// Leaves out of a table, at compile time, what a build's list of operators does not name.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "protocol/plan/type_set.hpp"

namespace hil::engine {

/// An operator that a build has.
struct Selected {
  plan::Opcode opcode;
  plan::TypeSet types;  ///< of its first input
};

/// What @p selection leaves of @p types of @p opcode. An empty selection leaves everything; a
/// selection names an operator once at most.
constexpr plan::TypeSet selected_types(std::span<const Selected> selection, plan::Opcode opcode,
                                       plan::TypeSet types) {
  if (selection.empty()) return types;
  for (const Selected& entry : selection) {
    if (entry.opcode == opcode) return static_cast<plan::TypeSet>(types & entry.types);
  }
  return 0;
}

/// How many of @p rows, which have an opcode and a set of types each, @p selection leaves.
template <class Row, std::size_t kRows>
consteval std::size_t count_selected(const Row (&rows)[kRows],
                                     std::span<const Selected> selection) {
  std::size_t count = 0;
  for (const Row& row : rows) {
    if (selected_types(selection, row.opcode, row.types) != 0) ++count;
  }
  return count;
}

/// The rows that @p selection leaves, count_selected() of them, each with the types it leaves. What
/// the other rows point to is referenced by nothing, so that the linker leaves it out.
template <std::size_t kCount, class Row, std::size_t kRows>
consteval std::array<Row, kCount> select(const Row (&rows)[kRows],
                                         std::span<const Selected> selection) {
  std::array<Row, kCount> left{};
  std::size_t count = 0;
  for (const Row& row : rows) {
    const plan::TypeSet types = selected_types(selection, row.opcode, row.types);
    if (types == 0) continue;
    left[count] = row;
    left[count++].types = types;
  }
  return left;
}

/// Whether @p rows have every operator of @p selection in each of its types.
template <class Row, std::size_t kRows>
consteval bool has_all(const Row (&rows)[kRows], std::span<const Selected> selection) {
  plan::OperatorTypes known;
  for (const Row& row : rows)
    known.add(row.opcode, row.types);
  for (const Selected& entry : selection) {
    const auto types = known.types[static_cast<std::size_t>(entry.opcode)];
    if (entry.types == 0 || (entry.types & ~types) != 0) return false;
  }
  return true;
}

}  // namespace hil::engine
