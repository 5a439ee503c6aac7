// SPDX-License-Identifier: Apache-2.0
// Messages between nanopb's structs and the reliable stream, without a buffer between them.
#include "target/agent/message_io.hpp"

namespace hil::agent {
namespace {

struct RingReader {
  const frame::ByteRing* ring;
  std::size_t at;
};

bool read_ring(pb_istream_t* stream, pb_byte_t* out, std::size_t count) {
  auto& reader = *static_cast<RingReader*>(stream->state);
  if (out != nullptr) reader.ring->peek(reader.at, {out, count});
  reader.at += count;
  return true;
}

bool note_bytes(pb_istream_t* stream, const pb_field_t* /*field*/, void** arg) {
  // nanopb hands a number in place of the bytes over as a stream of its own, not of the ring.
  if (stream->callback != read_ring) return false;
  auto& reader = *static_cast<RingReader*>(stream->state);
  *static_cast<BytesField*>(*arg) = {reader.at, stream->bytes_left};
  reader.at += stream->bytes_left;
  stream->bytes_left = 0;
  return true;
}

bool write_bytes(pb_ostream_t* stream, const pb_field_t* field, void* const* arg) {
  const auto& bytes = *static_cast<const std::span<const std::uint8_t>*>(*arg);
  if (bytes.empty()) return true;
  return pb_encode_tag_for_field(stream, field) &&
         pb_encode_string(stream, bytes.data(), bytes.size());
}

bool write_link(pb_ostream_t* stream, const pb_byte_t* bytes, std::size_t count) {
  static_cast<frame::Endpoint*>(stream->state)->write({bytes, count});
  return true;
}

}  // namespace

void note_place(pb_callback_t& field, BytesField& where) {
  field.funcs.decode = note_bytes;
  field.arg = &where;
}

void send_from(pb_callback_t& field, std::span<const std::uint8_t>& bytes) {
  field.funcs.encode = write_bytes;
  field.arg = &bytes;
}

bool decode(const Message& message, const pb_msgdesc_t* fields, void* out) {
  RingReader reader{message.ring, message.body_at};
  pb_istream_t stream{};
  stream.callback = read_ring;
  stream.state = &reader;
  stream.bytes_left = message.head.body_bytes;
  return pb_decode(&stream, fields, out);
}

Sent send(frame::Endpoint& link, std::size_t most, frame::MessageHead head,
          const pb_msgdesc_t* fields, const void* message) {
  std::size_t size = 0;
  if (!pb_get_encoded_size(&size, fields, message)) return Sent::kTooLong;
  if (size + frame::kMessageHeadBytes > most) return Sent::kTooLong;
  if (size + frame::kMessageHeadBytes > link.writable()) return Sent::kNoRoom;
  head.body_bytes = static_cast<std::uint16_t>(size);  // most is at most 65535
  std::uint8_t head_bytes[frame::kMessageHeadBytes];
  frame::write(head, head_bytes);
  link.write(head_bytes);
  pb_ostream_t stream{};
  stream.callback = write_link;
  stream.state = &link;
  stream.max_size = size;
  // Cannot fail: the same encoding was just measured, and there is room.
  return pb_encode(&stream, fields, message) ? Sent::kYes : Sent::kTooLong;
}

}  // namespace hil::agent
