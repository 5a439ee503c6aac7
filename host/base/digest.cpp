// SPDX-License-Identifier: Apache-2.0
// SHA-256 through libcrypto's EVP interface.
#include "host/base/digest.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "host/base/file.hpp"

namespace hil {
namespace {

/// One running SHA-256.
class Hasher {
 public:
  Hasher() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    require(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(std::span<const std::uint8_t> bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  Sha256 finish() {
    Sha256 digest{};
    unsigned size = 0;
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1 && size == digest.size());
    return digest;
  }

 private:
  static void require(bool done) {
    if (!done) throw std::runtime_error("libcrypto cannot compute SHA-256");
  }
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

Sha256 sha256_of(std::span<const std::uint8_t> bytes) {
  Hasher hasher;
  hasher.add(bytes);
  return hasher.finish();
}

Result<Sha256> sha256_of_file(const std::filesystem::path& path) {
  Hasher hasher;
  HIL_TRY(read_file_in_pieces(path, [&](std::span<const std::uint8_t> piece) {
    hasher.add(piece);
    return Status();
  }));
  return hasher.finish();
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

}  // namespace hil
