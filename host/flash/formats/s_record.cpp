// SPDX-License-Identifier: Apache-2.0
// Motorola S-record files.
#include "host/flash/formats/s_record.hpp"

#include <fmt/format.h>

#include "host/flash/formats/text_records.hpp"
#include "host/flash/image_builder.hpp"

namespace hil::flash {
namespace {

/// Bytes of the address (or the count, S5 and S6) in records S0 to S9; 0: no such record.
constexpr std::size_t kAddressBytes[] = {2, 2, 3, 4, 0, 2, 3, 4, 3, 2};

class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(text) {}

  Result<Image> read() {
    while (lines_.next()) {
      if (ended_) return lines_.broken("there is something behind the end record");
      HIL_TRY(take_line());
    }
    if (!ended_) return lines_.broken("the file ends without an end record");
    return builder_.finish(Format::kSRecord);
  }

 private:
  Status take_line() {
    const std::string_view line = lines_.line();
    if (line.size() < 2 || line[0] != 'S' || line[1] < '0' || line[1] > '9') {
      return lines_.broken("a record starts with S and a digit");
    }
    const auto type = static_cast<unsigned>(line[1] - '0');
    const std::size_t address_bytes = kAddressBytes[type];
    if (address_bytes == 0) return lines_.broken(fmt::format("record type S{} is unknown", type));
    HIL_ASSIGN(const RecordBytes record, checked_record(address_bytes));
    return take(type, record, address_bytes);
  }

  /// A record is: count of what follows, address, data, sum.
  [[nodiscard]] Result<RecordBytes> checked_record(std::size_t address_bytes) const {
    HIL_ASSIGN(const RecordBytes record, lines_.bytes(2));
    if (record.count < address_bytes + 2 || record.count != std::size_t{1} + record.bytes[0]) {
      return lines_.broken(fmt::format("{} bytes do not make a record", record.count));
    }
    const std::size_t last = record.count - 1;
    const auto expected = static_cast<std::uint8_t>(~record.sum(last));
    if (record.bytes.at(last) != expected) {
      return lines_.broken(fmt::format("its check sum is 0x{:02x}, but its bytes make 0x{:02x}",
                                       record.bytes.at(last), expected));
    }
    return record;
  }

  Status take(unsigned type, const RecordBytes& record, std::size_t address_bytes) {
    const std::uint64_t address = record.number(1, address_bytes);
    const std::size_t size = record.count - address_bytes - 2;
    if (type == 0) return {};
    if (type > 3 && size != 0) return lines_.broken(fmt::format("an S{} record has no data", type));
    if (type > 6) {
      ended_ = true;
      if (address != 0) builder_.set_entry(address);
      return {};
    }
    if (type > 3) return check_count(address, address_bytes);
    return take_data(address, record.all().subspan(1 + address_bytes, size));
  }

  [[nodiscard]] Status check_count(std::uint64_t count, std::size_t bytes) const {
    const std::uint64_t counted = data_records_ & ((std::uint64_t{1} << (8 * bytes)) - 1);
    if (count == counted) return {};
    return lines_.broken(
        fmt::format("it counts {} data records, but there are {}", count, data_records_));
  }

  Status take_data(std::uint64_t address, std::span<const std::uint8_t> data) {
    ++data_records_;
    if (address + data.size() > std::uint64_t{1} << 32) {
      return lines_.broken("its data goes beyond 32 bits of address");
    }
    const Status added = builder_.add(address, data);
    return added ? added : lines_.broken(added.error().what);
  }

  RecordLines lines_;
  ImageBuilder builder_;
  std::uint64_t data_records_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<Image> parse_s_record(std::string_view text) {
  return Reader(text).read();
}

}  // namespace hil::flash
