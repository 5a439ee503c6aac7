// SPDX-License-Identifier: Apache-2.0
// One sample file that says itself what its values are, whatever its format.
#include "host/data/formats/decode.hpp"

#include <algorithm>

#include "host/base/file.hpp"
#include "host/data/formats/image.hpp"
#include "host/data/formats/jpeg.hpp"
#include "host/data/formats/npy.hpp"
#include "host/data/formats/png.hpp"
#include "host/data/formats/wav.hpp"

namespace hil::data {

FileFormat file_format_of(std::string_view name) {
  std::string extension(name.substr(std::min(name.rfind('.'), name.size())));
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (extension == ".npy") return FileFormat::kNpy;
  if (extension == ".png") return FileFormat::kPng;
  if (extension == ".jpg" || extension == ".jpeg") return FileFormat::kJpeg;
  if (extension == ".wav") return FileFormat::kWav;
  return FileFormat::kRaw;
}

Result<Tensor> decode_file(const std::filesystem::path& path, ImageChannels channels,
                           const std::string& where) {
  HIL_ASSIGN(const auto bytes, read_file(path, kMaxSampleBytes));
  switch (file_format_of(path.filename().string())) {
    case FileFormat::kNpy:
      return parse_npy(bytes, where);
    case FileFormat::kWav:
      return decode_wav(bytes, where);
    case FileFormat::kPng: {
      HIL_ASSIGN(Tensor image, decode_png(bytes, where));
      return with_channels(std::move(image), channels);
    }
    case FileFormat::kJpeg: {
      HIL_ASSIGN(Tensor image, decode_jpeg(bytes, where));
      return with_channels(std::move(image), channels);
    }
    case FileFormat::kRaw:
      break;
  }
  return Error{Blame::kBug, where + ": a raw file was to be decoded", ""};
}

}  // namespace hil::data
