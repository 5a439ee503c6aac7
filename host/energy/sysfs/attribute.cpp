// SPDX-License-Identifier: Apache-2.0
// Files of sysfs by pread() from their beginning.
#include "host/energy/sysfs/attribute.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <span>
#include <system_error>

#include "host/rpc/printable.hpp"

namespace hil::energy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostText = 120;

std::string_view without_end(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

/// Bytes from the beginning, at most as many as @p space has; -1 and errno as pread().
ssize_t read_start(int file, std::span<char> space) {
  ssize_t size = 0;
  do {
    size = ::pread(file, space.data(), space.size(), 0);
  } while (size < 0 && errno == EINTR);
  return size;
}

FileDescriptor opened(const fs::path& path) {
  // Without O_NONBLOCK a pipe of that name would block for ever.
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

/// "hwmon10" as "hwmon" and 10.
std::pair<std::string, unsigned long long> name_and_number(const fs::path& path) {
  const std::string name = path.filename().string();
  std::size_t digits = name.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(name[digits - 1])) != 0)
    --digits;
  unsigned long long number = 0;
  std::from_chars(name.data() + digits, name.data() + name.size(), number);
  return {name.substr(0, digits), number};
}

}  // namespace

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string attribute_text(const fs::path& path) {
  const FileDescriptor file = opened(path);
  std::array<char, kMostText> space{};
  const ssize_t size = file.is_open() ? read_start(file.get(), space) : -1;
  if (size <= 0) return "";
  return rpc::printable(without_end({space.data(), static_cast<std::size_t>(size)}));
}

std::optional<double> attribute_number(const fs::path& path) {
  return number_in(attribute_text(path));
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(name_and_number(a), a) < std::pair(name_and_number(b), b);
  });
  return found;
}

std::string permission_hint(const fs::path& path) {
  return fmt::format("run sudo chmod a+r {} (until the next boot), or run hilbench as root",
                     path.string());
}

Result<Attribute> Attribute::open(const fs::path& path) {
  FileDescriptor file = opened(path);
  if (file.is_open()) return Attribute(std::move(file), path);
  const int why = errno;
  const bool denied = why == EACCES || why == EPERM;
  return Error{Blame::kLab, fmt::format("cannot read {}: {}", path.string(), std::strerror(why)),
               denied ? permission_hint(path) : "'hilbench meters' lists what is there"};
}

Result<std::optional<double>> Attribute::read() const {
  std::array<char, 64> space{};
  const ssize_t size = read_start(file_.get(), space);
  if (size < 0) {
    const int why = errno;
    if (why == ENODEV || why == ENOENT) {
      return Error{Blame::kLink, fmt::format("{} is gone", path_.string()),
                   "see 'dmesg' for why its driver let it go"};
    }
    return Error{Blame::kLab, fmt::format("cannot read {}: {}", path_.string(), std::strerror(why)),
                 why == EACCES || why == EPERM ? permission_hint(path_) : ""};
  }
  if (static_cast<std::size_t>(size) == space.size()) return std::optional<double>();
  return number_in(without_end({space.data(), static_cast<std::size_t>(size)}));
}

}  // namespace hil::energy
