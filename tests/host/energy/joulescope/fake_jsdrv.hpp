// SPDX-License-Identifier: Apache-2.0
// How a test works the fake of Joulescope's driver: functions of the library beside the maker's.
#pragma once

#include <dlfcn.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace hil::energy {

/// The library that the meter loads, too: there is one of it in a process.
class FakeJsdrv {
 public:
  FakeJsdrv() : handle_(::dlopen(HIL_FAKE_JSDRV, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(::dlerror());
    function<void()>("fake_jsdrv_reset")();
  }
  FakeJsdrv(const FakeJsdrv&) = delete;
  FakeJsdrv& operator=(const FakeJsdrv&) = delete;
  ~FakeJsdrv() { ::dlclose(handle_); }

  [[nodiscard]] static std::string path() { return HIL_FAKE_JSDRV; }
  void set_devices(const std::string& list) const {
    function<void(const char*)>("fake_jsdrv_set_devices")(list.c_str());
  }
  void set_version(std::uint32_t version) const {
    function<void(std::uint32_t)>("fake_jsdrv_set_version")(version);
  }
  /// Calls whose line in calls() has @p part in it fail with @p code from now on.
  void fail(const std::string& part, std::int32_t code) const {
    function<void(const char*, std::int32_t)>("fake_jsdrv_fail")(part.c_str(), code);
  }
  /// Gives @p block to whoever has subscribed to @p topic, from the calling thread.
  void send(const std::string& topic, const std::vector<std::uint8_t>& block) const {
    function<void(const char*, const std::uint8_t*, std::uint32_t)>("fake_jsdrv_send")(
        topic.c_str(), block.data(), static_cast<std::uint32_t>(block.size()));
  }
  /// "publish u/js220/000123/s/i/ctrl=1", one a line, in order.
  [[nodiscard]] std::string calls() const { return function<const char*()>("fake_jsdrv_calls")(); }

 private:
  template <class Function>
  [[nodiscard]] Function* function(const char* name) const {
    return reinterpret_cast<Function*>(::dlsym(handle_, name));
  }

  void* handle_;
};

/// A block as the maker's jsdrv.h (version 2) lays it out, written out here once more.
struct FakeBlock {
  std::uint64_t sample_id = 0;
  std::uint8_t field = 1, index = 0;
  std::uint8_t element_type = 4, element_bits = 32;
  std::uint32_t element_count = 0, sample_rate = 2'000'000, decimate_factor = 2;
  std::uint8_t version = 1;
  std::vector<std::uint8_t> data{};

  static FakeBlock of_floats(std::uint64_t id, const std::vector<float>& values) {
    FakeBlock block;
    block.sample_id = id;
    block.element_count = static_cast<std::uint32_t>(values.size());
    block.data.resize(values.size() * sizeof(float));
    std::memcpy(block.data.data(), values.data(), block.data.size());
    return block;
  }
  static FakeBlock of_bits(std::uint64_t id, const std::vector<int>& values) {
    FakeBlock block;
    block.sample_id = id;
    block.field = 5;
    block.element_type = 3;
    block.element_bits = 1;
    block.element_count = static_cast<std::uint32_t>(values.size());
    block.data.resize((values.size() + 7) / 8);
    for (std::size_t k = 0; k < values.size(); ++k) {
      const unsigned bit = values[k] != 0 ? 1u << (k % 8) : 0u;
      block.data[k / 8] = static_cast<std::uint8_t>(block.data[k / 8] | bit);
    }
    return block;
  }
  [[nodiscard]] std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> made{version, 0, 0, 0, 0, 0, 0, 0};
    append(made, sample_id);
    made.insert(made.end(), {field, index, element_type, element_bits});
    append(made, element_count);
    append(made, sample_rate);
    append(made, decimate_factor);
    made.insert(made.end(), 24, 0xa5);  // the time map
    made.insert(made.end(), data.begin(), data.end());
    return made;
  }

 private:
  template <class Number>
  static void append(std::vector<std::uint8_t>& bytes, Number number) {
    for (std::size_t k = 0; k < sizeof number; ++k)
      bytes.push_back(static_cast<std::uint8_t>(number >> (8 * k)));
  }
};

}  // namespace hil::energy
