# SPDX-License-Identifier: Apache-2.0
# Debian's GCC for bare RISC-V (gcc-riscv64-unknown-elf); the core is HIL_CORE.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
set(HIL_TOOL_PREFIX riscv64-unknown-elf-)
set(HIL_BARE_LIBRARIES "-lgcc") # of an image without an operating system; there is no C library
include(${CMAKE_CURRENT_LIST_DIR}/cores.cmake)
# The package has no C++ headers; those of the ARM package serve header-only use.
set(headers /usr/include/newlib)
hil_use_core("-isystem ${headers}/c++/12.2.1 \
-isystem ${headers}/c++/12.2.1/arm-none-eabi/thumb/v6-m/nofp -isystem ${headers}")
