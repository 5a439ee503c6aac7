// SPDX-License-Identifier: Apache-2.0
// The models of all families in one list.
#include "host/conform/operator_models.hpp"

#include <iterator>
#include <utility>

#include "host/conform/operators/families.hpp"

namespace hil::conform {

std::vector<OperatorModel> operator_models() {
  Models all;
  for (const auto& family : {weight_models, pair_models, window_models, value_models, move_models,
                             recurrent_models, variable_models}) {
    Models models = family();
    all.insert(all.end(), std::make_move_iterator(models.begin()),
               std::make_move_iterator(models.end()));
  }
  return all;
}

}  // namespace hil::conform
