# SPDX-License-Identifier: Apache-2.0
# Debian's GCC for Cortex-M (gcc-arm-none-eabi); the core is HIL_CORE.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(HIL_TOOL_PREFIX arm-none-eabi-)
set(HIL_BARE_LIBRARIES "-lc -lm -lgcc") # of an image without an operating system
include(${CMAKE_CURRENT_LIST_DIR}/cores.cmake)
# Memory at address 0 is real on some boards: an access to it is no null pointer's.
hil_use_core("--param=min-pagesize=0")
