# SPDX-License-Identifier: Apache-2.0
# Which toolchain and options each core has; the names are those of chip.core in boards/.

# hil_find_core(CORE TOOLCHAIN FLAGS): the name of the toolchain file and the compiler's options for
# CORE, into the variables of those names; both empty if the core is not known.
function(hil_find_core core toolchain flags)
  set(${toolchain} arm-none-eabi PARENT_SCOPE)
  if(core STREQUAL "cortex-m0")
    set(${flags} "-mcpu=cortex-m0 -mthumb" PARENT_SCOPE)
  elseif(core STREQUAL "cortex-m3")
    set(${flags} "-mcpu=cortex-m3 -mthumb" PARENT_SCOPE)
  elseif(core STREQUAL "cortex-m4f")
    set(${flags} "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16" PARENT_SCOPE)
  elseif(core STREQUAL "cortex-m7")
    set(${flags} "-mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16" PARENT_SCOPE)
  elseif(core STREQUAL "cortex-m55")
    set(${flags} "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard" PARENT_SCOPE)
  elseif(core STREQUAL "rv32imac")
    set(${toolchain} riscv64-unknown-elf PARENT_SCOPE)
    # Not rv32imac_zicsr: Debian's GCC would link the libgcc of rv64.
    set(${flags} "-march=rv32imac -mabi=ilp32 -mcmodel=medany" PARENT_SCOPE)
  elseif(core STREQUAL "aarch64")
    set(${toolchain} aarch64-linux-gnu PARENT_SCOPE)
    set(${flags} "-march=armv8-a" PARENT_SCOPE)
  else()
    set(${toolchain} "" PARENT_SCOPE)
    set(${flags} "" PARENT_SCOPE)
  endif()
endfunction()

# hil_use_core(FLAGS): what every toolchain file ends with. FLAGS go to each compiler call beside
# those of the core HIL_CORE.
macro(hil_use_core extra)
  hil_find_core("${HIL_CORE}" unused core_flags)
  set(CMAKE_C_FLAGS_INIT "${core_flags} ${extra}")
  set(CMAKE_CXX_FLAGS_INIT "${core_flags} ${extra}")
  # A program needs a linker script, so CMake's own tests are libraries; they need the core, too.
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
  list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HIL_CORE)
  set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
  set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
endmacro()
