// SPDX-License-Identifier: Apache-2.0
// Any bytes as any message: nanopb must not break, and what it takes libprotobuf must take alike.
#include <google/protobuf/message.h>

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>

#include "protocol/messages/cancel.nano.pb.h"
#include "protocol/messages/cancel.pb.h"
#include "protocol/messages/error.nano.pb.h"
#include "protocol/messages/error.pb.h"
#include "protocol/messages/hello.nano.pb.h"
#include "protocol/messages/hello.pb.h"
#include "protocol/messages/infer.nano.pb.h"
#include "protocol/messages/infer.pb.h"
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

namespace {

namespace v1 = hilbench::v1;
using hil::test::nano_decode;
using hil::test::nano_encode;
using hil::test::NanoBytes;

/// A NUL inside a string ends it on the agent, where strings are C's.
bool has_nul_in_string(const google::protobuf::Message& message) {
  const auto& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const auto& field = *descriptor.field(i);
    if (field.type() != google::protobuf::FieldDescriptor::TYPE_STRING) continue;
    const std::string text = message.GetReflection()->GetString(message, &field);
    if (text.find('\0') != std::string::npos) return true;
  }
  return false;
}

/// Decodes with nanopb; if it takes the bytes, what it encodes must be what libprotobuf makes of
/// its own reading of them, known fields only.
template <class Host, class Nano>
void try_both(const std::string& bytes) {
  Nano nano{};
  NanoBytes data;
  if constexpr (requires { nano.data; }) data.receive(nano.data);
  if (!nano_decode(bytes, nano)) return;
  Host host;
  // libprotobuf knows group tags and refuses strings differently: only agreement is compared.
  if (!host.ParseFromString(bytes) || has_nul_in_string(host)) return;
  host.DiscardUnknownFields();
  NanoBytes again(data.content());
  if constexpr (requires { nano.data; }) again.send(nano.data);
  Host back;
  if (!back.ParseFromString(nano_encode(nano))) std::abort();
  if (back.SerializeAsString() != host.SerializeAsString()) std::abort();
}

using Try = void (*)(const std::string&);
constexpr Try kTries[] = {
    try_both<v1::HelloRequest, hilbench_v1_HelloRequest>,
    try_both<v1::HelloReply, hilbench_v1_HelloReply>,
    try_both<v1::ModelBeginRequest, hilbench_v1_ModelBeginRequest>,
    try_both<v1::ModelBeginReply, hilbench_v1_ModelBeginReply>,
    try_both<v1::ModelData, hilbench_v1_ModelData>,
    try_both<v1::ModelCommitRequest, hilbench_v1_ModelCommitRequest>,
    try_both<v1::ModelCommitReply, hilbench_v1_ModelCommitReply>,
    try_both<v1::InferBeginRequest, hilbench_v1_InferBeginRequest>,
    try_both<v1::InferBeginReply, hilbench_v1_InferBeginReply>,
    try_both<v1::InferInput, hilbench_v1_InferInput>,
    try_both<v1::InferOutput, hilbench_v1_InferOutput>,
    try_both<v1::TimeSyncRequest, hilbench_v1_TimeSyncRequest>,
    try_both<v1::TimeSyncReply, hilbench_v1_TimeSyncReply>,
    try_both<v1::LogLine, hilbench_v1_LogLine>,
    try_both<v1::CancelRequest, hilbench_v1_CancelRequest>,
    try_both<v1::CancelReply, hilbench_v1_CancelReply>,
    try_both<v1::ErrorReply, hilbench_v1_ErrorReply>,
};
// Behind the others, so that the kept inputs of those mean what they meant: first bytes from
// kFirstLater on.
constexpr Try kLaterTries[] = {
    try_both<v1::TraceRequest, hilbench_v1_TraceRequest>,
    try_both<v1::TraceReply, hilbench_v1_TraceReply>,
    try_both<v1::ReadOutputRequest, hilbench_v1_ReadOutputRequest>,
    try_both<v1::ReadOutputReply, hilbench_v1_ReadOutputReply>,
    try_both<v1::FactsRequest, hilbench_v1_FactsRequest>,
    try_both<v1::FactsReply, hilbench_v1_FactsReply>,
    try_both<v1::StreamBeginRequest, hilbench_v1_StreamBeginRequest>,
    try_both<v1::StreamData, hilbench_v1_StreamData>,
    try_both<v1::StreamEndReply, hilbench_v1_StreamEndReply>,
};
constexpr std::uint8_t kFirstLater = 0xF0;

Try chosen(std::uint8_t by) {
  if (by < kFirstLater) return kTries[by % std::size(kTries)];
  return kLaterTries[(by - kFirstLater) % std::size(kLaterTries)];
}

}  // namespace

/// The first byte chooses the message, the rest are its bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  chosen(data[0])(bytes);
  return 0;
}
