// SPDX-License-Identifier: Apache-2.0
// Which board this image is for; the build names another than the host's own by two definitions.
#pragma once

#ifndef HIL_BOARD_ID
#define HIL_BOARD_ID "linux"
#define HIL_BOARD_CORE "host"
#endif
