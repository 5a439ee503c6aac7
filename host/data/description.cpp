// SPDX-License-Identifier: Apache-2.0
// Reader of dataset.json: what raw sample files do not say about themselves.
#include "host/data/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "host/base/file.hpp"
#include "host/data/names.hpp"

namespace hil::data {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxBytes = 1 << 20;
constexpr const char* kSchema = "hilbench-dataset/1";
constexpr const char* kHint =
    "see host/data/README.md for what dataset.json may hold; it may also be left out";

Error wrong(const std::filesystem::path& path, const std::string& what) {
  return {Blame::kUser, fmt::format("{}: {}", path.string(), what), kHint};
}

/// Reads the string at @p key into @p value, which stays as it is if there is none.
Status read_text(const std::filesystem::path& path, const json& object, const char* key,
                 std::string& value) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (!found->is_string()) return wrong(path, fmt::format("\"{}\" is not a string", key));
  value = found->get<std::string>();
  if (!is_printable(value)) {
    return wrong(path, fmt::format("\"{}\" holds control characters", key));
  }
  return {};
}

Status read_schema(const std::filesystem::path& path, const json& object) {
  std::string schema;
  HIL_TRY(read_text(path, object, "schema", schema));
  if (schema == kSchema) return {};
  return wrong(path, fmt::format("\"schema\" is \"{}\", expected \"{}\"", schema, kSchema));
}

Status read_element_type(const std::filesystem::path& path, const json& object, Dataset& dataset) {
  if (!object.contains("element_type")) return {};
  std::string name;
  HIL_TRY(read_text(path, object, "element_type", name));
  dataset.element_type = element_type_of(name);
  if (dataset.element_type) return {};
  return wrong(path,
               fmt::format("\"element_type\" is \"{}\", expected i8, u8, i16, i32 or f32", name));
}

Status read_shape(const std::filesystem::path& path, const json& object, Dataset& dataset) {
  constexpr std::size_t kMaxRank = 8;
  const auto found = object.find("shape");
  if (found == object.end()) return {};
  std::vector<std::int32_t> shape;
  bool right = found->is_array() && !found->empty() && found->size() <= kMaxRank;
  for (std::size_t i = 0; right && i < found->size(); ++i) {
    const json& size = (*found)[i];
    right = size.is_number_unsigned() &&
            size.get<std::uint64_t>() <= std::numeric_limits<std::int32_t>::max();
    if (right) shape.push_back(size.get<std::int32_t>());
  }
  if (!right || !element_count_of(shape)) {
    return wrong(path, "\"shape\" is not an array of 1 to 8 sizes above 0");
  }
  dataset.shape = std::move(shape);
  return {};
}

Status read_image(const std::filesystem::path& path, const json& object, Dataset& dataset) {
  if (!object.contains("image")) return {};
  std::string channels;
  HIL_TRY(read_text(path, object, "image", channels));
  if (channels != "grey" && channels != "rgb") {
    return wrong(path, fmt::format("\"image\" is \"{}\", expected grey or rgb", channels));
  }
  dataset.image = channels == "grey" ? ImageChannels::kGrey : ImageChannels::kRgb;
  return {};
}

Status read_quantisation(const std::filesystem::path& path, const json& object, Dataset& dataset) {
  const auto found = object.find("quantisation");
  if (found == object.end()) return {};
  const bool complete = found->is_object() && found->size() == 2 && found->contains("scale") &&
                        found->contains("zero_point");
  if (!complete || !(*found)["scale"].is_number() || !(*found)["zero_point"].is_number_integer()) {
    return wrong(path, "\"quantisation\" is not {\"scale\": number, \"zero_point\": integer}");
  }
  const auto scale = (*found)["scale"].get<double>();
  const auto zero_point = (*found)["zero_point"].get<double>();  // of any size without wrapping
  if (!(scale >= std::numeric_limits<float>::min() && scale <= std::numeric_limits<float>::max())) {
    return wrong(path, "the scale of \"quantisation\" is not a float32 above 0");
  }
  if (zero_point < -32768 || zero_point > 32767) {
    return wrong(path, "the zero point of \"quantisation\" is beyond 16 bits");
  }
  dataset.scale = static_cast<float>(scale);
  dataset.zero_point = static_cast<std::int32_t>(zero_point);
  return {};
}

Status read_labels(const std::filesystem::path& path, const json& object, Dataset& dataset) {
  const auto found = object.find("labels");
  if (found == object.end()) return {};
  const bool is_array = found->is_array() && !found->empty() && found->size() <= kMaxClasses;
  if (dataset.class_count == 0 && !is_array) {
    return wrong(path, fmt::format("\"labels\" is not an array of 1 to {} names", kMaxClasses));
  }
  if (dataset.class_count != 0 && (!is_array || found->size() != dataset.class_count)) {
    return wrong(path, fmt::format("\"labels\" is not an array of {} names, one per class of {}",
                                   dataset.class_count, dataset.label_file));
  }
  std::set<std::string> seen;
  std::vector<std::string> names;
  for (const json& entry : *found) {
    const std::string name = entry.is_string() ? entry.get<std::string>() : "";
    if (name.empty() || !is_printable(name)) {
      return wrong(path, fmt::format("\"labels\" entry {} is not a readable name", names.size()));
    }
    if (!seen.insert(name).second) {
      return wrong(path, fmt::format("\"labels\" holds \"{}\" twice", name));
    }
    names.push_back(name);
  }
  dataset.label_names = std::move(names);
  dataset.class_count = static_cast<std::uint32_t>(dataset.label_names.size());
  return {};
}

Status check_keys(const std::filesystem::path& path, const json& object) {
  constexpr std::string_view kKeys[] = {"schema", "element_type", "shape",   "quantisation",
                                        "image",  "labels",       "license", "source"};
  for (const auto& [key, value] : object.items()) {
    if (std::find(std::begin(kKeys), std::end(kKeys), key) == std::end(kKeys)) {
      return wrong(path, fmt::format("unknown key \"{}\"", key));
    }
  }
  return {};
}

}  // namespace

Status read_description(const std::filesystem::path& path, Dataset& dataset) {
  HIL_ASSIGN(const std::string text, read_text_file(path, kMaxBytes));
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) return wrong(path, "not valid JSON");
  if (!object.is_object()) return wrong(path, "not a JSON object");
  HIL_TRY(read_schema(path, object));
  HIL_TRY(check_keys(path, object));
  HIL_TRY(read_element_type(path, object, dataset));
  HIL_TRY(read_shape(path, object, dataset));
  HIL_TRY(read_image(path, object, dataset));
  HIL_TRY(read_quantisation(path, object, dataset));
  HIL_TRY(read_labels(path, object, dataset));
  HIL_TRY(read_text(path, object, "license", dataset.license));
  return read_text(path, object, "source", dataset.source);
}

Status read_description_if_any(Dataset& dataset) {
  std::error_code ignored;
  const auto path = dataset.folder / kDescriptionFile;
  return std::filesystem::exists(path, ignored) ? read_description(path, dataset) : Status();
}

}  // namespace hil::data
