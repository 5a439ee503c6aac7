// SPDX-License-Identifier: Apache-2.0
// What the agent's side does with messages at and beyond its static sizes, newer or broken ones.
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "protocol/messages/error.nano.pb.h"
#include "protocol/messages/error.pb.h"
#include "protocol/messages/hello.nano.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/infer.nano.pb.h"
#include "protocol/messages/infer.pb.h"
#include "protocol/messages/model.nano.pb.h"
#include "protocol/messages/profile.nano.pb.h"
#include "protocol/messages/profile.pb.h"
#include "tests/protocol/messages/nano.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;

std::string hello_with_version(const std::string& version) {
  v1::HelloRequest request;
  request.set_protocol_major(1);
  request.set_host_version(version);
  return request.SerializeAsString();
}

TEST(Limits, longest_string_is_kept_whole) {
  const std::string version(sizeof(hilbench_v1_HelloRequest::host_version) - 1, 'v');
  hilbench_v1_HelloRequest nano{};
  ASSERT_TRUE(nano_decode(hello_with_version(version), nano));
  EXPECT_EQ(nano.host_version, version);
}

TEST(Limits, longer_string_is_refused_not_cut) {
  const std::string version(sizeof(hilbench_v1_HelloRequest::host_version), 'v');
  hilbench_v1_HelloRequest nano{};
  EXPECT_FALSE(nano_decode(hello_with_version(version), nano));
}

TEST(Limits, longer_bytes_are_refused_not_cut) {
  for (const std::size_t size : {std::size_t{16}, std::size_t{17}}) {
    v1::HelloReply reply;
    reply.set_unique_id(std::string(size, 'x'));
    hilbench_v1_HelloReply nano{};
    EXPECT_EQ(nano_decode(reply.SerializeAsString(), nano), size <= 16);
  }
}

TEST(Limits, string_that_is_not_utf8_is_refused) {
  // Field 4 of ErrorReply, two bytes that are no UTF-8. libprotobuf would not make them.
  hilbench_v1_ErrorReply nano{};
  EXPECT_FALSE(nano_decode(std::string("\x22\x02\xFF\xFE"), nano));
}

TEST(Limits, unknown_fields_are_skipped) {
  v1::InferInput sent;
  sent.set_tensor(3);
  sent.set_data("sample");
  auto* unknown = sent.GetReflection()->MutableUnknownFields(&sent);
  unknown->AddVarint(100, 1ull << 63);
  unknown->AddFixed32(101, 5);
  unknown->AddFixed64(102, 6);
  unknown->AddLengthDelimited(103, std::string(300, 'u'));
  hilbench_v1_InferInput nano{};
  NanoBytes data;
  data.receive(nano.data);
  ASSERT_TRUE(nano_decode(sent.SerializeAsString(), nano));
  EXPECT_EQ(nano.tensor, 3u);
  EXPECT_EQ(data.content(), "sample");
}

TEST(Limits, every_truncation_is_refused_or_a_shorter_message) {
  v1::HelloReply sent;
  sent.set_protocol_major(1);
  sent.set_board("linux");
  sent.set_tick_hz(1'000'000'000);
  sent.set_engine("an engine");
  const std::string whole = sent.SerializeAsString();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    hilbench_v1_HelloReply nano{};
    v1::HelloReply host;
    const bool host_takes_it = host.ParseFromString(cut);
    ASSERT_EQ(nano_decode(cut, nano), host_takes_it) << size;
    if (host_takes_it) {
      EXPECT_EQ(nano.board, host.board());
    }
  }
}

TEST(Limits, number_too_large_for_its_field_is_refused) {
  // Field 1 of InferBeginRequest (32 bits) with 2^32.
  hilbench_v1_InferBeginRequest nano{};
  EXPECT_FALSE(nano_decode(std::string("\x08\x80\x80\x80\x80\x10"), nano));
}

TEST(Limits, longer_lists_are_refused_not_cut) {
  v1::TraceReply reply;
  for (const int entries : {16, 17}) {
    while (reply.ticks_size() < entries)
      reply.add_ticks(1);
    hilbench_v1_TraceReply nano{};
    EXPECT_EQ(nano_decode(reply.SerializeAsString(), nano), entries == 16);
  }
}

TEST(Limits, static_structs_stay_small) {
  // They lie on the agent's stack; an 8 KB part has room for one of each.
  EXPECT_LE(sizeof(hilbench_v1_HelloReply), 360u);
  EXPECT_LE(sizeof(hilbench_v1_ErrorReply), 128u);
  EXPECT_LE(sizeof(hilbench_v1_ModelData), 32u);
  EXPECT_LE(sizeof(hilbench_v1_InferInput), 32u);
  EXPECT_LE(sizeof(hilbench_v1_TraceReply), 224u);
  EXPECT_LE(sizeof(hilbench_v1_InferBeginRequest), 48u);
}

}  // namespace
}  // namespace hil::test
