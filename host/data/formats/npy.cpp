// SPDX-License-Identifier: Apache-2.0
// The header of NPY is a Python dictionary in text; its grammar here is just what NumPy writes.
#include "host/data/formats/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace hil::data {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kMaxHeaderBytes = 65536;
constexpr std::size_t kMaxRank = 32;
constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 40;
constexpr const char* kHint = "write the array with numpy.save, as float32 or an integer type";

/// Cursor over the dictionary; every take_ function skips spaces first.
class HeaderText {
 public:
  HeaderText(std::string_view text, std::size_t offset) : text_(text), offset_(offset) {}

  bool take(char expected) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::optional<std::string_view> take_string() {
    skip_spaces();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return std::nullopt;
    const auto end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return value;
  }
  std::optional<std::uint64_t> take_number() {
    skip_spaces();
    std::uint64_t value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, fault] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (fault != std::errc()) return std::nullopt;
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2 wrote 10L
    return value;
  }
  bool at_end() {
    skip_spaces();
    return at_ == text_.size();
  }
  [[nodiscard]] std::size_t byte() const { return offset_ + at_; }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
  }

  std::string_view text_;
  std::size_t offset_;
  std::size_t at_ = 0;
};

/// Reads one header; remembers what was given, so that nothing is given twice or left out.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::size_t offset, const std::string& where)
      : text_(text, offset), where_(where) {}

  Status parse(NpyHeader& header) {
    if (!text_.take('{')) return wrong("expected a dictionary");
    while (!text_.take('}')) {
      const auto key = text_.take_string();
      if (!key || !text_.take(':')) return wrong("expected a key of the dictionary");
      HIL_TRY(parse_value(*key, header));
      if (text_.take(',')) continue;
      if (!text_.take('}')) return wrong("the dictionary does not end");
      break;
    }
    if (!text_.at_end()) return wrong("there is more than the dictionary");
    if (!seen_type_ || !seen_order_ || !seen_shape_) {
      return wrong("one of descr, fortran_order and shape is missing");
    }
    return {};
  }

 private:
  Status parse_value(std::string_view key, NpyHeader& header) {
    if (key == "descr" && !seen_type_) {
      seen_type_ = true;
      return parse_type(header);
    }
    if (key == "fortran_order" && !seen_order_) {
      seen_order_ = true;
      header.column_major = text_.take_word("True");
      if (header.column_major || text_.take_word("False")) return {};
      return wrong("fortran_order is neither True nor False");
    }
    if (key == "shape" && !seen_shape_) {
      seen_shape_ = true;
      return parse_shape(header);
    }
    return wrong("a key is unknown or given twice");
  }

  Status parse_type(NpyHeader& header) {
    const auto text = text_.take_string();
    if (!text) return wrong("arrays of structures are not read");
    constexpr std::array<std::string_view, 12> kTypes{"b1", "i1", "u1", "i2", "u2", "f2",
                                                      "i4", "u4", "f4", "i8", "u8", "f8"};
    const bool known = text->size() == 3 &&
                       std::string_view("<>|=").find((*text)[0]) != std::string_view::npos &&
                       std::find(kTypes.begin(), kTypes.end(), text->substr(1)) != kTypes.end();
    if (!known) {
      std::string printed(text->substr(0, 20));
      std::replace_if(
          printed.begin(), printed.end(), [](char c) { return c < 0x20 || c == 0x7f; }, '?');
      return wrong(fmt::format("element type '{}' is not read", printed));
    }
    header.big_endian = (*text)[0] == '>';
    header.kind = (*text)[1];
    header.item_bytes = static_cast<std::size_t>((*text)[2] - '0');
    return {};
  }

  Status parse_shape(NpyHeader& header) {
    if (!text_.take('(')) return wrong("shape is not a tuple");
    header.element_count = 1;
    while (!text_.take(')')) {
      const auto size = text_.take_number();
      if (!size || header.shape.size() == kMaxRank) return wrong("shape is not a tuple of sizes");
      if (*size > std::numeric_limits<std::int32_t>::max() ||
          (*size != 0 && header.element_count > kMaxElements / *size)) {
        return wrong("shape is beyond what is read");
      }
      header.element_count *= *size;
      header.shape.push_back(static_cast<std::int32_t>(*size));
      if (text_.take(',')) continue;
      if (!text_.take(')')) return wrong("shape does not end");
      break;
    }
    return {};
  }

  [[nodiscard]] Error wrong(const std::string& what) const {
    return {Blame::kUser, fmt::format("{} byte {}: NPY header: {}", where_, text_.byte(), what),
            kHint};
  }

  HeaderText text_;
  const std::string& where_;
  bool seen_type_ = false, seen_order_ = false, seen_shape_ = false;
};

/// Value @p index of @p data as T, byte order put right.
template <class T>
T load(std::span<const std::uint8_t> data, std::uint64_t index, bool big_endian) {
  std::array<std::uint8_t, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), data.data() + index * sizeof(T), sizeof(T));
  if (big_endian) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

/// IEEE 754 binary16 as float; every value is exact.
float half_to_float(std::uint16_t half) {
  const float sign = (half & 0x8000U) != 0 ? -1.0F : 1.0F;
  const int exponent = (half >> 10U) & 0x1f;
  const int fraction = half & 0x3ff;
  if (exponent == 0x1f) {
    return fraction != 0 ? std::numeric_limits<float>::quiet_NaN()
                         : sign * std::numeric_limits<float>::infinity();
  }
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return sign * std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
}

template <class T>
void append(std::vector<std::uint8_t>& bytes, T value) {
  const auto raw = std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

/// Appends every value of @p data, read as From, as the To that @p convert gives; the index of the
/// first that has none is returned.
template <class From, class To, class Convert>
std::optional<std::uint64_t> convert_all(const NpyHeader& header,
                                         std::span<const std::uint8_t> data,
                                         std::vector<std::uint8_t>& bytes, Convert convert) {
  bytes.reserve(static_cast<std::size_t>(header.element_count) * sizeof(To));
  for (std::uint64_t i = 0; i < header.element_count; ++i) {
    const std::optional<To> value = convert(load<From>(data, i, header.big_endian));
    if (!value) return i;
    append(bytes, *value);
  }
  return std::nullopt;
}

/// The same value, which the wider type always holds.
template <class T>
std::optional<T> same(T value) {
  return value;
}

template <class From>
std::optional<std::int32_t> narrowed(From value) {
  if (std::in_range<std::int32_t>(value)) return static_cast<std::int32_t>(value);
  return std::nullopt;
}

std::optional<float> rounded(double value) {
  const bool fits = !std::isfinite(value) || std::isfinite(static_cast<float>(value));
  return fits ? std::optional(static_cast<float>(value)) : std::nullopt;
}

std::optional<std::uint64_t> convert_floats(const NpyHeader& header,
                                            std::span<const std::uint8_t> data, Tensor& tensor) {
  tensor.type = ElementType::kFloat32;
  if (header.item_bytes == 2) {
    return convert_all<std::uint16_t, float>(header, data, tensor.bytes, [](std::uint16_t value) {
      return std::optional(half_to_float(value));
    });
  }
  if (header.item_bytes == 4) {
    return convert_all<float, float>(header, data, tensor.bytes, same<float>);
  }
  return convert_all<double, float>(header, data, tensor.bytes, rounded);
}

std::optional<std::uint64_t> convert_integers(const NpyHeader& header,
                                              std::span<const std::uint8_t> data, Tensor& tensor) {
  const bool is_signed = header.kind == 'i';
  if (header.item_bytes == 1) {
    tensor.type = is_signed ? ElementType::kInt8 : ElementType::kUint8;
    tensor.bytes.assign(data.begin(), data.end());
    return std::nullopt;
  }
  if (header.item_bytes == 2 && is_signed) {
    tensor.type = ElementType::kInt16;
    return convert_all<std::int16_t, std::int16_t>(header, data, tensor.bytes, same<std::int16_t>);
  }
  tensor.type = ElementType::kInt32;
  const auto convert = [&](auto example) {
    using From = decltype(example);
    return convert_all<From, std::int32_t>(header, data, tensor.bytes, narrowed<From>);
  };
  if (header.item_bytes == 2) return convert(std::uint16_t{});
  if (header.item_bytes == 4) return is_signed ? convert(std::int32_t{}) : convert(std::uint32_t{});
  return is_signed ? convert(std::int64_t{}) : convert(std::uint64_t{});
}

}  // namespace

Result<NpyHeader> parse_npy_header(std::span<const std::uint8_t> file, const std::string& where) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with(kMagic)) {
    return Error{Blame::kUser, where + " byte 0: not an NPY file", kHint};
  }
  const std::size_t version = text.size() > 6 ? file[6] : 0;
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  if (version < 1 || version > 3) {
    return Error{Blame::kUser, fmt::format("{} byte 6: NPY format version {}", where, version),
                 kHint};
  }
  const std::size_t start = 8 + length_bytes;
  std::size_t header_bytes = 0;
  for (std::size_t i = 0; i < length_bytes && text.size() >= start; ++i)
    header_bytes |= static_cast<std::size_t>(file[8 + i]) << (8 * i);
  if (text.size() < start || header_bytes > text.size() - start) {
    return Error{Blame::kUser,
                 fmt::format("{} byte {}: the NPY header is cut off", where, text.size()), kHint};
  }
  if (header_bytes > kMaxHeaderBytes) {
    return Error{Blame::kUser,
                 fmt::format("{} byte 8: an NPY header of {} bytes", where, header_bytes), kHint};
  }
  NpyHeader header;
  header.data_offset = start + header_bytes;
  HIL_TRY(HeaderParser(text.substr(start, header_bytes), start, where).parse(header));
  return header;
}

Result<Tensor> parse_npy(std::span<const std::uint8_t> file, const std::string& where) {
  HIL_ASSIGN(const NpyHeader header, parse_npy_header(file, where));
  const std::uint64_t expected = header.element_count * header.item_bytes;
  const auto data = file.subspan(header.data_offset);
  if (data.size() != expected) {
    return Error{
        Blame::kUser,
        fmt::format("{}: {} bytes of values, the NPY header says {}", where, data.size(), expected),
        "the file is cut off or damaged: write it again"};
  }
  const auto long_sides = std::count_if(header.shape.begin(), header.shape.end(),
                                        [](std::int32_t size) { return size > 1; });
  if (header.column_major && long_sides > 1) {
    return Error{Blame::kUser, where + ": the array is in column-major (Fortran) order",
                 "save numpy.ascontiguousarray(x) instead"};
  }
  Tensor tensor;
  tensor.shape = header.shape;
  std::optional<std::uint64_t> misfit;
  if (header.kind == 'f') {
    misfit = convert_floats(header, data, tensor);
  } else if (header.kind == 'b') {
    tensor.type = ElementType::kUint8;
    misfit = convert_all<std::uint8_t, std::uint8_t>(
        header, data, tensor.bytes,
        [](std::uint8_t value) { return std::optional<std::uint8_t>(value != 0 ? 1 : 0); });
  } else {
    misfit = convert_integers(header, data, tensor);
  }
  if (!misfit) return tensor;
  return Error{Blame::kUser,
               fmt::format("{}: value {} does not fit {}", where, *misfit,
                           tensor.type == ElementType::kFloat32 ? "float32" : "32 bits"),
               "save the array as float32 or int32"};
}

}  // namespace hil::data
