// SPDX-License-Identifier: Apache-2.0
// nanopb's structs made comfortable for tests: whole messages to and from strings.
#pragma once

#include <pb_decode.h>
#include <pb_encode.h>

#include <cstring>
#include <string>
#include <string_view>

namespace hil::test {

/// Reads from the string_view that is the stream's state; unlike nanopb's own buffer stream it can
/// be told apart from the stream that nanopb makes of a number where bytes should be.
inline bool read_text(pb_istream_t* stream, pb_byte_t* out, std::size_t count) {
  auto& left = *static_cast<std::string_view*>(stream->state);
  if (out != nullptr && count != 0) std::memcpy(out, left.data(), count);
  left.remove_prefix(count);
  return true;
}

/// The bytes field of a nanopb message that travels by callback.
class NanoBytes {
 public:
  explicit NanoBytes(std::string content = {}) : content_(std::move(content)) {}

  void receive(pb_callback_t& field) {
    field.funcs.decode = [](pb_istream_t* stream, const pb_field_t*, void** arg) {
      if (stream->callback != read_text) return false;
      auto& content = static_cast<NanoBytes*>(*arg)->content_;
      content.resize(stream->bytes_left);
      return pb_read(stream, reinterpret_cast<pb_byte_t*>(content.data()), content.size());
    };
    field.arg = this;
  }
  void send(pb_callback_t& field) {
    field.funcs.encode = [](pb_ostream_t* stream, const pb_field_t* f, void* const* arg) {
      const auto& content = static_cast<const NanoBytes*>(*arg)->content_;
      if (content.empty()) return true;
      return pb_encode_tag_for_field(stream, f) &&
             pb_encode_string(stream, reinterpret_cast<const pb_byte_t*>(content.data()),
                              content.size());
    };
    field.arg = this;
  }
  [[nodiscard]] const std::string& content() const { return content_; }

 private:
  std::string content_;
};

/// False if nanopb refuses.
template <class M>
bool nano_decode(const std::string& bytes, M& message) {
  std::string_view left = bytes;
  pb_istream_t stream{};
  stream.callback = read_text;
  stream.state = &left;
  stream.bytes_left = bytes.size();
  return pb_decode(&stream, nanopb::MessageDescriptor<M>::fields(), &message);
}

/// Empty if nanopb refuses (or the message is empty).
template <class M>
std::string nano_encode(const M& message) {
  std::size_t size = 0;
  if (!pb_get_encoded_size(&size, nanopb::MessageDescriptor<M>::fields(), &message)) return {};
  std::string bytes(size, '\0');
  pb_ostream_t stream = pb_ostream_from_buffer(reinterpret_cast<pb_byte_t*>(bytes.data()), size);
  if (!pb_encode(&stream, nanopb::MessageDescriptor<M>::fields(), &message)) return {};
  return bytes;
}

}  // namespace hil::test
