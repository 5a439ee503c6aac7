// SPDX-License-Identifier: Apache-2.0
// From what a file says of its samples' classes to class indices.
#include "host/data/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/data/names.hpp"

namespace hil::data {
namespace {

Error wrong(const Dataset& dataset, std::size_t index, const std::string& where,
            const std::string& what, const char* hint) {
  const Sample& sample = dataset.samples[index];
  const std::string place = sample.line != 0 ? fmt::format("{} line {}", where, sample.line)
                                             : fmt::format("{} ({})", where, sample.name);
  return {Blame::kUser, fmt::format("{}: {}", place, what), hint};
}

constexpr const char* kIndexHint =
    "classes are 0 to 4095; for a regression name the column \"target\" (CSV) or give floats (NPY)";

Status assign_known_names(Dataset& dataset, const std::vector<std::string>& labels,
                          const std::string& where) {
  const auto& names = dataset.label_names;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto found = std::find(names.begin(), names.end(), labels[i]);
    const auto index = found != names.end()
                           ? static_cast<std::uint32_t>(found - names.begin())
                           : whole_number_of(labels[i]).value_or(dataset.class_count);
    if (index >= dataset.class_count) {
      return wrong(dataset, i, where,
                   fmt::format("label \"{}\" is none of the {} in dataset.json",
                               printable(labels[i]), names.size()),
                   "correct the label, or \"labels\" in dataset.json");
    }
    dataset.samples[i].label = index;
  }
  return {};
}

Status assign_new_names(Dataset& dataset, const std::vector<std::string>& labels,
                        const std::string& where) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty() || !is_printable(labels[i])) {
      return wrong(dataset, i, where, "a label is empty or holds control characters",
                   "each sample needs one");
    }
    if (number_of(labels[i]) && !whole_number_of(labels[i])) {
      return wrong(dataset, i, where, fmt::format("label \"{}\" is no class index", labels[i]),
                   kIndexHint);
    }
  }
  const std::set<std::string> distinct(labels.begin(), labels.end());
  if (distinct.size() > kMaxClasses) {
    return Error{Blame::kUser, fmt::format("{}: {} different labels", where, distinct.size()),
                 kIndexHint};
  }
  dataset.label_names.assign(distinct.begin(), distinct.end());
  dataset.class_count = static_cast<std::uint32_t>(distinct.size());
  const auto& names = dataset.label_names;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto at = std::lower_bound(names.begin(), names.end(), labels[i]);
    dataset.samples[i].label = static_cast<std::uint32_t>(at - names.begin());
  }
  return {};
}

}  // namespace

Status assign_labels(Dataset& dataset, const std::vector<std::string>& labels,
                     const std::string& where) {
  dataset.has_labels = true;
  if (!dataset.label_names.empty()) return assign_known_names(dataset, labels, where);
  std::vector<std::int64_t> indices;
  for (const std::string& label : labels) {
    const auto index = whole_number_of(label);
    if (!index) return assign_new_names(dataset, labels, where);
    indices.push_back(*index);
  }
  return assign_indices(dataset, indices, where);
}

Status assign_indices(Dataset& dataset, const std::vector<std::int64_t>& indices,
                      const std::string& where) {
  dataset.has_labels = true;
  const bool known = !dataset.label_names.empty();
  const std::int64_t most = known ? dataset.class_count : kMaxClasses;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || indices[i] >= most) {
      return wrong(dataset, i, where, fmt::format("class {} is not 0 to {}", indices[i], most - 1),
                   known ? "correct the label, or \"labels\" in dataset.json" : kIndexHint);
    }
    dataset.samples[i].label = static_cast<std::uint32_t>(indices[i]);
    dataset.class_count = std::max(dataset.class_count, dataset.samples[i].label + 1);
  }
  return {};
}

}  // namespace hil::data
