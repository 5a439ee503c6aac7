// SPDX-License-Identifier: Apache-2.0
// What the linker knows of the image: stack, model slot, build id.
#include "target/port/bare/image.hpp"

#include "target/port/port.hpp"

namespace hil::port {
namespace {

// An ELF note: three words (bytes of name and content, type), the name "GNU", the content.
constexpr std::size_t kNoteHead = 16;

/// [begin, end); the compiler must not conclude from the two names that they differ.
std::span<const std::uint8_t> between(const std::uint8_t* begin, const std::uint8_t* end) {
  const auto from = reinterpret_cast<std::uintptr_t>(begin);
  return {begin, reinterpret_cast<std::uintptr_t>(end) - from};
}

}  // namespace

std::span<const std::uint8_t> stack() {
  return between(hil_stack_begin, hil_stack_end);
}

std::span<const std::uint8_t> model_slot() {
  return between(hil_model_slot_begin, hil_model_slot_end);
}

std::span<const std::uint8_t> image_id() {
  const auto note = between(hil_build_id_begin, hil_build_id_end);
  if (note.size() <= kNoteHead) return {};
  return note.subspan(kNoteHead);
}

}  // namespace hil::port
