// SPDX-License-Identifier: Apache-2.0
// Golden frames of protocol/vectors: the bytes on the line are part of the contract.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "protocol/frame/decoder.hpp"
#include "protocol/frame/frame.hpp"

namespace hil::frame {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

struct Vector {
  std::string name;
  Header header;
  Bytes payload;
  Bytes wire;
};

/// Lines of `name version type session seq ack window payload wire`; `-` is an empty payload.
std::vector<Vector> load() {
  std::ifstream file("protocol/vectors/frames.txt");
  std::vector<Vector> vectors;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    unsigned numbers[6] = {};
    Vector vector;
    std::string payload, wire;
    fields >> vector.name;
    for (unsigned& number : numbers)
      fields >> number;
    fields >> payload >> wire;
    const auto byte = [&](int i) { return static_cast<std::uint8_t>(numbers[i]); };
    vector.header = {byte(0), static_cast<Type>(numbers[1]), byte(2), byte(3), byte(4), byte(5)};
    vector.payload = payload == "-" ? Bytes{} : from_hex(payload);
    vector.wire = from_hex(wire);
    vectors.push_back(vector);
  }
  return vectors;
}

TEST(Vectors, AreEncodedAndDecodedToTheByte) {
  const auto vectors = load();
  ASSERT_GE(vectors.size(), 12u);
  Bytes memory(body_size(2048));
  Decoder decoder(memory);
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    Bytes wire(max_wire_size(vector.payload.size()));
    wire.resize(encode(vector.header, vector.payload, wire));
    EXPECT_EQ(wire, vector.wire);

    auto event = Decoder::Event::kNone;
    for (const std::uint8_t byte : vector.wire)
      event = decoder.push(byte);
    ASSERT_EQ(event, Decoder::Event::kFrame);
    const Header got = header_of(decoder.body());
    EXPECT_EQ(got.version, vector.header.version);
    EXPECT_EQ(got.type, vector.header.type);
    EXPECT_EQ(got.seq, vector.header.seq);
    const auto payload = decoder.body().subspan(kHeaderBytes);
    EXPECT_EQ(Bytes(payload.begin(), payload.end()), vector.payload);
  }
}

}  // namespace
}  // namespace hil::frame
