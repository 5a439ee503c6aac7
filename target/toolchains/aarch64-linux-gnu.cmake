# SPDX-License-Identifier: Apache-2.0
# Debian's GCC for 64-bit ARM Linux (g++-aarch64-linux-gnu); the core is HIL_CORE.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(HIL_TOOL_PREFIX aarch64-linux-gnu-)
include(${CMAKE_CURRENT_LIST_DIR}/cores.cmake)
hil_use_core("")
