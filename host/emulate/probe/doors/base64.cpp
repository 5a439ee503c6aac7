// SPDX-License-Identifier: Apache-2.0
// Base64 by OpenSSL's block functions.
#include "host/emulate/probe/doors/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>

namespace hil::emulate {
namespace {

/// OpenSSL counts in int.
constexpr std::size_t kMaxBytes = std::numeric_limits<int>::max() / 2;

}  // namespace

std::string base64_of(std::span<const std::uint8_t> bytes) {
  if (bytes.size() > kMaxBytes) return {};
  std::vector<std::uint8_t> text((bytes.size() + 2) / 3 * 4 + 1);  // it writes a final zero
  const int count = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return std::string(text.begin(), text.begin() + std::max(count, 0));
}

std::optional<std::vector<std::uint8_t>> bytes_from_base64(std::string_view text) {
  if (text.empty()) return std::vector<std::uint8_t>();
  if (text.size() % 4 != 0 || text.size() > kMaxBytes) return std::nullopt;
  // It skips white space at the ends and takes padding anywhere; neither belongs into an answer.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  const std::vector<std::uint8_t> input(text.begin(), text.end());
  std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
  if (EVP_DecodeBlock(bytes.data(), input.data(), static_cast<int>(input.size())) < 0) {
    return std::nullopt;
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace hil::emulate
