// SPDX-License-Identifier: Apache-2.0
// Intel HEX files.
#include "host/flash/formats/intel_hex.hpp"

#include <fmt/format.h>

#include "host/flash/formats/text_records.hpp"
#include "host/flash/image_builder.hpp"

namespace hil::flash {
namespace {

// A record is: count, address (2), type, data, sum.
constexpr std::size_t kData = 4;
constexpr std::size_t kAroundData = 5;

enum Type : std::uint8_t {
  kDataRecord = 0,
  kEnd = 1,
  kSegmentBase = 2,
  kSegmentStart = 3,
  kLinearBase = 4,
  kLinearStart = 5,
};

class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(text) {}

  Result<Image> read() {
    while (lines_.next()) {
      if (ended_) return lines_.broken("there is something behind the end record");
      HIL_ASSIGN(const RecordBytes record, checked_record());
      HIL_TRY(take(record));
    }
    if (!ended_) return lines_.broken("the file ends without an end record");
    return builder_.finish(Format::kIntelHex);
  }

 private:
  [[nodiscard]] Result<RecordBytes> checked_record() const {
    if (lines_.line().front() != ':') return lines_.broken("a record starts with a colon");
    HIL_ASSIGN(const RecordBytes record, lines_.bytes(1));
    if (record.count < kAroundData || record.count != kAroundData + record.bytes[0]) {
      return lines_.broken(fmt::format("{} bytes do not make a record", record.count));
    }
    const std::size_t last = record.count - 1;
    const auto expected = static_cast<std::uint8_t>(0x100 - record.sum(last));
    if (record.bytes.at(last) != expected) {
      return lines_.broken(fmt::format("its check sum is 0x{:02x}, but its bytes make 0x{:02x}",
                                       record.bytes.at(last), expected));
    }
    return record;
  }

  Status take(const RecordBytes& record) {
    const unsigned type = record.bytes[3];
    if (type == kDataRecord) return take_data(record);
    constexpr std::size_t kSizes[] = {0, 0, 2, 4, 2, 4};
    if (type > kLinearStart) return lines_.broken(fmt::format("record type {} is unknown", type));
    if (record.bytes[0] != kSizes[type]) {
      return lines_.broken(fmt::format("a record of type {} has {} bytes", type, kSizes[type]));
    }
    take_mark(static_cast<Type>(type), record);
    return {};
  }

  Status take_data(const RecordBytes& record) {
    const std::uint64_t offset = record.number(1, 2);
    const std::size_t size = record.bytes[0];
    if (segmented_ && offset + size > 0x10000) {
      return lines_.broken("its data goes across the end of a segment");
    }
    const std::uint64_t address = base_ + offset;
    if (address + size > std::uint64_t{1} << 32) {
      return lines_.broken("its data goes beyond 32 bits of address");
    }
    const Status added = builder_.add(address, record.all().subspan(kData, size));
    return added ? added : lines_.broken(added.error().what);
  }

  void take_mark(Type type, const RecordBytes& record) {
    switch (type) {
      case kEnd:
        ended_ = true;
        break;
      case kSegmentBase:
        base_ = std::uint64_t{record.number(kData, 2)} << 4;
        segmented_ = true;
        break;
      case kLinearBase:
        base_ = std::uint64_t{record.number(kData, 2)} << 16;
        segmented_ = false;
        break;
      case kSegmentStart:  // CS:IP
        builder_.set_entry((std::uint64_t{record.number(kData, 2)} << 4) +
                           record.number(kData + 2, 2));
        break;
      case kLinearStart:
        builder_.set_entry(record.number(kData, 4));
        break;
      case kDataRecord:
        break;
    }
  }

  RecordLines lines_;
  ImageBuilder builder_;
  std::uint64_t base_ = 0;
  bool segmented_ = false;
  bool ended_ = false;
};

}  // namespace

Result<Image> parse_intel_hex(std::string_view text) {
  return Reader(text).read();
}

}  // namespace hil::flash
