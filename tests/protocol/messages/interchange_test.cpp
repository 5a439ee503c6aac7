// SPDX-License-Identifier: Apache-2.0
// Random messages made by libprotobuf are understood by nanopb and the other way round.
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "protocol/messages/cancel.nano.pb.h"
#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/crash.nano.pb.h"
#include "protocol/messages/crash.pb.h"
#include "protocol/messages/energy.nano.pb.h"
#include "protocol/messages/energy.pb.h"
#include "protocol/messages/error.nano.pb.h"
#include "protocol/messages/error.pb.h"
#include "protocol/messages/hello.nano.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/infer.nano.pb.h"
#include "protocol/messages/infer.pb.h"
#include "protocol/messages/line.nano.pb.h"
#include "protocol/messages/line.pb.h"
#include "protocol/messages/log.nano.pb.h"
#include "protocol/messages/log.pb.h"
#include "protocol/messages/model.nano.pb.h"
#include "protocol/messages/model.pb.h"
#include "protocol/messages/profile.nano.pb.h"
#include "protocol/messages/profile.pb.h"
#include "protocol/messages/stream.nano.pb.h"
#include "protocol/messages/stream.pb.h"
#include "protocol/messages/time_sync.nano.pb.h"
#include "protocol/messages/time_sync.pb.h"
#include "tests/protocol/messages/nano.hpp"

namespace hil::test {
namespace {

namespace v1 = hilbench::v1;
using google::protobuf::FieldDescriptor;

constexpr int kRounds = 500;
constexpr std::uint32_t kMostRepeated = 16;  // of TraceReply's lists
constexpr std::uint32_t kMostBauds = 8;      // of HelloReply's, and steps of an energy run

/// Fills every field of a message by reflection: zero, the extremes, or anything between.
class Filler {
 public:
  explicit Filler(std::uint32_t seed) : random_(seed) {}

  void fill(google::protobuf::Message& message, std::size_t most_bytes) {
    const auto& descriptor = *message.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i)
      fill_field(message, *descriptor.field(i), most_bytes);
  }

 private:
  void fill_field(google::protobuf::Message& message, const FieldDescriptor& field,
                  std::size_t most_bytes) {
    const auto& reflection = *message.GetReflection();
    if (field.is_repeated()) return fill_repeated(message, field);
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (random_() % 4 != 0) fill(*reflection.MutableMessage(&message, &field), most_bytes);
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.SetUInt32(&message, &field, number<std::uint32_t>());
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.SetUInt64(&message, &field, number<std::uint64_t>());
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, &field, number<std::uint32_t>() % 2 != 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, &field, number<int>() & 3);
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(&message, &field,
                                    text(field.type() == FieldDescriptor::TYPE_BYTES, most_bytes));
      default:
        FAIL() << "the messages have a field type this test does not know: " << field.full_name();
    }
  }
  /// As many as the agent has room for, or fewer.
  void fill_repeated(google::protobuf::Message& message, const FieldDescriptor& field) {
    const auto& reflection = *message.GetReflection();
    const bool few = field.name() == "bauds" || field.name() == "steps";
    const std::uint32_t most = few ? kMostBauds : kMostRepeated;
    for (auto left = random_() % (most + 1); left != 0; --left) {
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        fill(*reflection.AddMessage(&message, &field), 0);
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
        reflection.AddUInt64(&message, &field, number<std::uint64_t>());
      } else {
        reflection.AddUInt32(&message, &field, number<std::uint32_t>());
      }
    }
  }
  template <class T>
  T number() {
    switch (random_() % 4) {
      case 0:
        return 0;
      case 1:
        return std::numeric_limits<T>::max();
      case 2:
        return static_cast<T>(random_() % 300);  // around one byte of varint
      default:
        return static_cast<T>((std::uint64_t{random_()} << 32) | random_());
    }
  }
  std::string text(bool binary, std::size_t most_bytes) {
    std::string text(std::size_t{random_()} % (most_bytes + 1), ' ');
    if (random_() % 4 == 0) text.assign(most_bytes, ' ');
    for (char& c : text)
      c = static_cast<char>(binary ? random_() : 'a' + random_() % 26);
    return text;
  }
  std::mt19937 random_;
};

/// What a nanopb message needs around decoding and encoding; most have no bytes by callback.
template <class M>
pb_callback_t* bytes_of(M& message) {
  if constexpr (requires { message.data; }) {
    return &message.data;
  } else {
    return nullptr;
  }
}

/// libprotobuf -> nanopb -> libprotobuf gives the same message; @p most_bytes of each text field.
template <class Host, class Nano>
void expect_same_both_ways(std::size_t most_bytes) {
  Filler filler(static_cast<std::uint32_t>(sizeof(Nano) + most_bytes));
  for (int round = 0; round < kRounds; ++round) {
    Host sent;
    if (round != 0) filler.fill(sent, most_bytes);  // the first one is empty
    Nano nano{};
    NanoBytes received;
    if (auto* field = bytes_of(nano)) received.receive(*field);
    ASSERT_TRUE(nano_decode(sent.SerializeAsString(), nano)) << sent.ShortDebugString();
    NanoBytes again(received.content());
    if (auto* field = bytes_of(nano)) again.send(*field);
    Host back;
    ASSERT_TRUE(back.ParseFromString(nano_encode(nano)));
    ASSERT_EQ(sent.SerializeAsString(), back.SerializeAsString()) << sent.ShortDebugString();
  }
}

TEST(Interchange, hello) {
  expect_same_both_ways<v1::HelloRequest, hilbench_v1_HelloRequest>(47);
  expect_same_both_ways<v1::HelloReply, hilbench_v1_HelloReply>(15);  // of the shortest field
}
TEST(Interchange, model) {
  expect_same_both_ways<v1::ModelBeginRequest, hilbench_v1_ModelBeginRequest>(0);
  expect_same_both_ways<v1::ModelBeginReply, hilbench_v1_ModelBeginReply>(0);
  expect_same_both_ways<v1::ModelData, hilbench_v1_ModelData>(4096);
  expect_same_both_ways<v1::EchoRequest, hilbench_v1_EchoRequest>(4096);
  expect_same_both_ways<v1::EchoReply, hilbench_v1_EchoReply>(4096);
  expect_same_both_ways<v1::ModelCommitRequest, hilbench_v1_ModelCommitRequest>(0);
  expect_same_both_ways<v1::ModelCommitReply, hilbench_v1_ModelCommitReply>(0);
}
TEST(Interchange, stream) {
  expect_same_both_ways<v1::StreamChannel, hilbench_v1_StreamChannel>(15);
  expect_same_both_ways<v1::StreamBeginRequest, hilbench_v1_StreamBeginRequest>(0);
  expect_same_both_ways<v1::StreamBeginReply, hilbench_v1_StreamBeginReply>(0);
  expect_same_both_ways<v1::StreamData, hilbench_v1_StreamData>(1000);
  expect_same_both_ways<v1::StreamEndRequest, hilbench_v1_StreamEndRequest>(0);
  expect_same_both_ways<v1::StreamEndReply, hilbench_v1_StreamEndReply>(0);
}
TEST(Interchange, energy) {
  expect_same_both_ways<v1::EnergyStep, hilbench_v1_EnergyStep>(0);
  expect_same_both_ways<v1::EnergyRunRequest, hilbench_v1_EnergyRunRequest>(0);
  expect_same_both_ways<v1::EnergyRunReply, hilbench_v1_EnergyRunReply>(0);
  expect_same_both_ways<v1::EnergyWindow, hilbench_v1_EnergyWindow>(0);
  expect_same_both_ways<v1::EnergyEnd, hilbench_v1_EnergyEnd>(0);
  expect_same_both_ways<v1::EnergyStashRequest, hilbench_v1_EnergyStashRequest>(0);
  expect_same_both_ways<v1::EnergyInput, hilbench_v1_EnergyInput>(490);
  expect_same_both_ways<v1::EnergyFactsReply, hilbench_v1_EnergyFactsReply>(0);
  expect_same_both_ways<v1::EnergyI2cRequest, hilbench_v1_EnergyI2cRequest>(16);
  expect_same_both_ways<v1::EnergyI2cReply, hilbench_v1_EnergyI2cReply>(16);
}
TEST(Interchange, infer) {
  expect_same_both_ways<v1::InferBeginRequest, hilbench_v1_InferBeginRequest>(0);
  expect_same_both_ways<v1::InferBeginReply, hilbench_v1_InferBeginReply>(0);
  expect_same_both_ways<v1::InferInput, hilbench_v1_InferInput>(490);
  expect_same_both_ways<v1::InferOutput, hilbench_v1_InferOutput>(1000);
}
TEST(Interchange, profile) {
  expect_same_both_ways<v1::TraceRequest, hilbench_v1_TraceRequest>(0);
  expect_same_both_ways<v1::TraceReply, hilbench_v1_TraceReply>(0);
  expect_same_both_ways<v1::ReadOutputRequest, hilbench_v1_ReadOutputRequest>(0);
  expect_same_both_ways<v1::ReadOutputReply, hilbench_v1_ReadOutputReply>(1000);
  expect_same_both_ways<v1::FactsRequest, hilbench_v1_FactsRequest>(0);
  expect_same_both_ways<v1::FactsReply, hilbench_v1_FactsReply>(0);
}
TEST(Interchange, others) {
  expect_same_both_ways<v1::TimeSyncRequest, hilbench_v1_TimeSyncRequest>(0);
  expect_same_both_ways<v1::TimeSyncReply, hilbench_v1_TimeSyncReply>(0);
  expect_same_both_ways<v1::LogLine, hilbench_v1_LogLine>(95);
  expect_same_both_ways<v1::LogReadRequest, hilbench_v1_LogReadRequest>(0);
  expect_same_both_ways<v1::ForceRequest, hilbench_v1_ForceRequest>(0);
  expect_same_both_ways<v1::CancelRequest, hilbench_v1_CancelRequest>(0);
  expect_same_both_ways<v1::CancelReply, hilbench_v1_CancelReply>(0);
  expect_same_both_ways<v1::SetRateRequest, hilbench_v1_SetRateRequest>(0);
  expect_same_both_ways<v1::SetRateReply, hilbench_v1_SetRateReply>(0);
  expect_same_both_ways<v1::ErrorReply, hilbench_v1_ErrorReply>(95);
}

TEST(Interchange, fields_are_where_they_should_be) {
  v1::InferOutput sent;
  sent.set_sample(7);
  sent.set_tensor(1);
  sent.set_offset(1000);
  sent.set_data("abc");
  sent.set_more(true);
  sent.set_device_ticks(1ull << 40);
  sent.set_crc32(0xFFFFFFFFu);
  hilbench_v1_InferOutput nano{};
  NanoBytes data;
  data.receive(nano.data);
  ASSERT_TRUE(nano_decode(sent.SerializeAsString(), nano));
  EXPECT_EQ(nano.sample, 7u);
  EXPECT_EQ(nano.tensor, 1u);
  EXPECT_EQ(nano.offset, 1000u);
  EXPECT_EQ(data.content(), "abc");
  EXPECT_TRUE(nano.more);
  EXPECT_EQ(nano.device_ticks, 1ull << 40);
  EXPECT_EQ(nano.crc32, 0xFFFFFFFFu);
}

}  // namespace
}  // namespace hil::test
