// SPDX-License-Identifier: Apache-2.0
// Reader of datasets that are two NumPy arrays: x.npy and y.npy, or an NPZ with members x and y.
#include "host/data/arrays.hpp"

#include <fmt/format.h>

#include <optional>

#include "host/base/digest.hpp"
#include "host/base/file.hpp"
#include "host/data/description.hpp"
#include "host/data/formats/npy.hpp"
#include "host/data/formats/npz.hpp"
#include "host/data/labels.hpp"
#include "host/data/values.hpp"

namespace hil::data {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

/// One array as a file or member gives it.
struct Array {
  std::string name;  ///< "x.npy", "set.npz/x"
  Bytes npy;
};

/// Splits x into the samples of @p dataset.
Status take_samples(Dataset& dataset, const Array& x) {
  const std::string where = (dataset.folder / x.name).string();
  HIL_ASSIGN(Tensor tensor, parse_npy(x.npy, where));
  if (tensor.shape.empty() || tensor.bytes.empty()) {
    return Error{Blame::kUser, fmt::format("{} holds no sample", where),
                 "the first dimension of x counts the samples"};
  }
  const auto count = static_cast<std::uint64_t>(tensor.shape.front());
  dataset.raw = false;
  if (dataset.element_type.value_or(tensor.type) != tensor.type) {
    return Error{Blame::kUser,
                 fmt::format("{} holds {} values, dataset.json says {}", where,
                             name_of(tensor.type), name_of(*dataset.element_type)),
                 "take \"element_type\" out of dataset.json: the file says it"};
  }
  dataset.element_type = tensor.type;
  std::vector<std::int32_t> shape(tensor.shape.begin() + 1, tensor.shape.end());
  if (shape.empty()) shape.push_back(1);
  if (!dataset.shape.empty() && dataset.shape != shape) {
    return Error{Blame::kUser,
                 fmt::format("{} holds samples of {}, dataset.json says {}", where,
                             shape_text(shape), shape_text(dataset.shape)),
                 "take \"shape\" out of dataset.json: the file says it"};
  }
  dataset.shape = std::move(shape);
  dataset.samples.resize(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    dataset.samples[i].name = fmt::format("{}[{}]", x.name, i);
    dataset.samples[i].row = i;
  }
  dataset.rows = std::make_shared<const Bytes>(std::move(tensor.bytes));
  return {};
}

Status take_targets(Dataset& dataset, const Tensor& y, std::size_t columns) {
  dataset.has_labels = false;
  dataset.class_count = 0;
  dataset.label_names.clear();
  for (std::size_t column = 0; column < columns; ++column)
    dataset.target_names.push_back(columns == 1 ? "target" : fmt::format("target{}", column));
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    for (std::size_t column = 0; column < columns; ++column) {
      dataset.samples[i].targets.push_back(
          static_cast<float>(value_at(y.bytes, y.type, i * columns + column)));
    }
  }
  return {};
}

/// Gives the samples of @p dataset what y says of them.
Status take_labels(Dataset& dataset, const Array& y) {
  const std::string where = (dataset.folder / y.name).string();
  HIL_ASSIGN(const Tensor tensor, parse_npy(y.npy, where));
  dataset.labels_sha256 = hex_of(sha256_of(y.npy));
  const std::size_t count = dataset.samples.size();
  const bool fits = !tensor.shape.empty() && tensor.shape.size() <= 2 &&
                    static_cast<std::size_t>(tensor.shape.front()) == count;
  const std::size_t columns =
      tensor.shape.size() == 2 ? static_cast<std::size_t>(tensor.shape.back()) : 1;
  if (!fits || columns == 0) {
    return Error{
        Blame::kUser,
        fmt::format("{} has shape {}, expected {} rows", where, shape_text(tensor.shape), count),
        "y has one row for each sample of x"};
  }
  if (tensor.type == ElementType::kFloat32) return take_targets(dataset, tensor, columns);
  if (columns != 1) {
    return Error{Blame::kUser, fmt::format("{} has {} integers a row", where, columns),
                 "give class indices: numpy.argmax(y, axis=1) for one-hot labels"};
  }
  std::vector<std::int64_t> indices(count);
  for (std::size_t i = 0; i < count; ++i)
    indices[i] = static_cast<std::int64_t>(value_at(tensor.bytes, tensor.type, i));
  return assign_indices(dataset, indices, where);
}

Result<Dataset> begin(const fs::path& folder, Layout layout) {
  Dataset dataset;
  dataset.folder = folder;
  dataset.layout = layout;
  dataset.label_file.clear();
  HIL_TRY(read_description_if_any(dataset));
  return dataset;
}

/// Member x or y of an archive, under the name that numpy.savez gives it.
Result<std::optional<Array>> read_member(const fs::path& file, const std::string& name) {
  HIL_ASSIGN(auto bytes, read_npz_member(file, name + ".npy", kMaxArrayBytes));
  if (!bytes) return std::optional<Array>();
  return std::optional(Array{file.filename().string() + "/" + name, std::move(*bytes)});
}

}  // namespace

Result<Dataset> load_npy_pair(const fs::path& folder) {
  HIL_ASSIGN(Dataset dataset, begin(folder, Layout::kNpyPair));
  HIL_ASSIGN(auto x, read_file(folder / "x.npy", kMaxArrayBytes));
  HIL_TRY(take_samples(dataset, {"x.npy", std::move(x)}));
  std::error_code ignored;
  if (fs::exists(folder / "y.npy", ignored)) {
    HIL_ASSIGN(auto y, read_file(folder / "y.npy", kMaxArrayBytes));
    HIL_TRY(take_labels(dataset, {"y.npy", std::move(y)}));
  } else {
    dataset.has_labels = false;
  }
  return dataset;
}

Result<Dataset> load_npz(const fs::path& file) {
  const fs::path parent = file.parent_path();
  HIL_ASSIGN(Dataset dataset, begin(parent.empty() ? "." : parent, Layout::kNpz));
  HIL_ASSIGN(auto x, read_member(file, "x"));
  if (!x) {
    return Error{Blame::kUser, fmt::format("{} has no member x", file.string()),
                 "write it with numpy.savez(x=..., y=...)"};
  }
  HIL_TRY(take_samples(dataset, *x));
  HIL_ASSIGN(const auto y, read_member(file, "y"));
  if (y) {
    HIL_TRY(take_labels(dataset, *y));
  } else {
    dataset.has_labels = false;
  }
  return dataset;
}

}  // namespace hil::data
