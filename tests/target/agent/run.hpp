// SPDX-License-Identifier: Apache-2.0
// Steps that many tests of the agent take: load a model, begin a run, send and check samples.
#pragma once

#include <string>

#include "protocol/messages/infer.pb.h"
#include "protocol/messages/model.pb.h"
#include "tests/target/agent/fake_engine.hpp"
#include "tests/target/agent/host.hpp"

namespace hil::test {

inline std::uint32_t crc_of(const std::string& bytes) {
  return frame::crc32({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

/// @p size bytes that the fake engine takes as a model.
inline std::string fake_model(std::size_t size) {
  std::string model(size, 'F');
  for (std::size_t i = 1; i < size; ++i)
    model[i] = static_cast<char>(i * 7);
  return model;
}

inline hilbench::v1::ModelBeginRequest begin_of(const std::string& model) {
  hilbench::v1::ModelBeginRequest begin;
  begin.set_size_bytes(static_cast<std::uint32_t>(model.size()));
  begin.set_crc32(crc_of(model));
  begin.set_format(1);
  return begin;
}

/// Streams the bytes of @p model in parts of @p part bytes.
inline void send_model(Host& host, std::uint8_t call, const std::string& model,
                       std::size_t part = 100) {
  for (std::size_t at = 0; at < model.size(); at += part) {
    hilbench::v1::ModelData data;
    data.set_offset(static_cast<std::uint32_t>(at));
    data.set_data(model.substr(at, part));
    host.send(Service::kModel, method::kModelData, Kind::kStream, call, data);
  }
}

/// Begin, data, commit; the answer to the commit.
inline Incoming upload(Host& host, const std::string& model) {
  const Incoming begun = host.call(Service::kModel, method::kModelBegin, begin_of(model));
  if (begun.head.kind == Kind::kError) return begun;
  send_model(host, begun.head.call, model);
  return host.call(Service::kModel, method::kModelCommit, hilbench::v1::ModelCommitRequest{});
}

/// The model of these tests: two inputs (@p first and 5 bytes), two outputs (12 and @p last).
inline void load_fake(Host& host, std::size_t first = 100, std::size_t last = 300) {
  fake_engine().inputs = {std::vector<std::uint8_t>(first), std::vector<std::uint8_t>(5)};
  fake_engine().outputs = {std::vector<std::uint8_t>(12), std::vector<std::uint8_t>(last)};
  const Incoming loaded = upload(host, fake_model(500));
  ASSERT_EQ(loaded.head.kind, Kind::kReply) << error_of(loaded).text();
}

inline hilbench::v1::InferBeginRequest run_of(std::uint32_t count) {
  hilbench::v1::InferBeginRequest begin;
  begin.set_count(count);
  begin.set_budget_ms(1000);
  return begin;
}

/// All input bytes of sample @p number, one tensor after the other.
inline std::string sample_bytes(std::uint32_t number) {
  std::string bytes;
  for (const auto& input : fake_engine().inputs) {
    for (std::size_t i = 0; i < input.size(); ++i)
      bytes.push_back(static_cast<char>(number * 13 + i * i));
  }
  return bytes;
}

/// Queues one sample, in parts of at most @p part bytes.
inline void send_sample(Host& host, std::uint8_t call, const std::string& bytes,
                        std::size_t part = 100) {
  std::size_t at = 0;
  const auto& inputs = fake_engine().inputs;
  for (std::uint32_t tensor = 0; tensor < inputs.size(); ++tensor) {
    const std::size_t size = inputs[tensor].size();
    for (std::size_t offset = 0; offset < size; offset += part) {
      hilbench::v1::InferInput input;
      input.set_tensor(tensor);
      input.set_offset(static_cast<std::uint32_t>(offset));
      input.set_data(bytes.substr(at + offset, std::min(part, size - offset)));
      input.set_more(tensor + 1 < inputs.size() || offset + part < size);
      host.send(Service::kInfer, method::kInferInput, Kind::kStream, call, input);
    }
    at += size;
  }
}

/// What came back for one sample.
struct Result {
  std::string bytes;  ///< all outputs, one after the other
  hilbench::v1::InferOutput last;
};

/// Waits for the next sample's outputs. Fails the test if parts are missing or out of order.
inline Result take_result(Host& host, std::uint8_t call) {
  Result result;
  std::vector<std::size_t> got(fake_engine().outputs.size() + 1);
  for (;;) {
    const auto message = host.next();
    if (!message) {
      ADD_FAILURE() << "no output came";
      return result;
    }
    EXPECT_EQ(message->head.call, call);
    EXPECT_EQ(message->head.kind, Kind::kStream) << error_of(*message).text();
    if (message->head.kind != Kind::kStream) return result;
    const auto part = parse<hilbench::v1::InferOutput>(*message);
    if (!part.data().empty()) {
      EXPECT_EQ(part.offset(), got.at(part.tensor()));
    }
    got.at(part.tensor()) += part.data().size();
    result.bytes += part.data();
    result.last = part;
    if (!part.more()) return result;
  }
}

/// All outputs that the fake engine gives for @p inputs.
inline std::string expected_outputs(const std::string& inputs, std::uint8_t state = 0) {
  std::string bytes;
  const auto& outputs = fake_engine().outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    bytes += expected_output(inputs, i, outputs[i].size(), state);
  return bytes;
}

}  // namespace hil::test
