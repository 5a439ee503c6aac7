// SPDX-License-Identifier: Apache-2.0
// Checks of one tensor: shape, memory, quantisation.
#pragma once

#include "host/base/result.hpp"
#include "host/model/graph.hpp"

namespace hil::model {

/// Whether @p tensor is something a plan can carry. `what` lacks the subject (the tensor's title).
///   kModel  unknown dimensions, too many or too large ones, variable, sparse, external data
///   kUser   damaged: constant of another size than its shape, contradicting quantisation
Status check_tensor(const Tensor& tensor);

}  // namespace hil::model
