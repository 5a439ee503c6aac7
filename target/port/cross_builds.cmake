# SPDX-License-Identifier: Apache-2.0
# Drives one cross build per core that a board file names: target agents, and agents_CORE of each.
#
# A cross build is this same source tree, configured with a toolchain file and HIL_CORE; engine,
# kernels and agent are compiled once for each. Its images land in HIL_AGENT_FOLDER.
option(HIL_AGENTS "Build the agents of all boards whose compiler is installed" ON)
if(NOT HIL_AGENTS)
  return()
endif()
include(${PROJECT_SOURCE_DIR}/target/toolchains/cores.cmake)

file(GLOB board_files CONFIGURE_DEPENDS ${HIL_BOARD_FOLDER}/*.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${board_files})
execute_process(COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/make_board.py
                        list ${HIL_BOARD_FOLDER}
                OUTPUT_VARIABLE lines COMMAND_ERROR_IS_FATAL ANY OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REPLACE "\n" ";" lines "${lines}")
foreach(line ${lines})
  string(REPLACE " " ";" words "${line}")
  list(GET words 0 board)
  list(GET words 1 core)
  list(GET words 2 family)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${family}/CMakeLists.txt)
    list(APPEND cores ${core})
    list(APPEND boards_of_${core} ${board})
  else()
    message(STATUS "No agent for ${board}: there is no target/port/${family}")
  endif()
endforeach()
list(REMOVE_DUPLICATES cores)

# Why no agent can be built for CORE, into the variable RESULT; empty if one can.
function(hil_what_is_missing toolchain flags result)
  set(${result} "" PARENT_SCOPE)
  if(NOT toolchain)
    set(${result} "target/toolchains/cores.cmake does not know the core" PARENT_SCOPE)
    return()
  endif()
  find_program(compiler_${toolchain} ${toolchain}-g++)
  if(NOT compiler_${toolchain})
    set(${result} "${toolchain}-g++ is not installed" PARENT_SCOPE)
  elseif(toolchain STREQUAL "riscv64-unknown-elf" AND NOT EXISTS /usr/include/newlib/c++/12.2.1/span)
    set(${result} "libstdc++-arm-none-eabi-dev, whose C++ headers serve RISC-V, is not installed"
        PARENT_SCOPE)
  elseif(toolchain STREQUAL "arm-none-eabi")
    execute_process(COMMAND ${compiler_${toolchain}} ${flags} -std=c++20 -x c++ -fsyntax-only
                            -include span -include cstring /dev/null
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
      set(${result} "libstdc++-arm-none-eabi-dev or libnewlib-arm-none-eabi is not installed"
          PARENT_SCOPE)
    endif()
  endif()
endfunction()

add_custom_target(agents ALL)
foreach(core ${cores})
  hil_find_core(${core} toolchain flags)
  separate_arguments(flags)
  hil_what_is_missing("${toolchain}" "${flags}" missing)
  if(missing)
    string(REPLACE ";" ", " boards "${boards_of_${core}}")
    message(STATUS "No agent for ${boards}: ${missing}")
    continue()
  endif()
  set(folder ${CMAKE_BINARY_DIR}/cross/${core})
  set(toolchain_file ${PROJECT_SOURCE_DIR}/target/toolchains/${toolchain}.cmake)
  add_custom_command(
    OUTPUT ${folder}/CMakeCache.txt
    COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR} -B ${folder} -G ${CMAKE_GENERATOR}
      -DCMAKE_TOOLCHAIN_FILE=${toolchain_file} -DHIL_CORE=${core} -DCMAKE_BUILD_TYPE=MinSizeRel
      -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER}
      -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
      -DHIL_AGENT_FOLDER=${HIL_AGENT_FOLDER} -DHIL_BOARD_FOLDER=${HIL_BOARD_FOLDER}
      -DHIL_NANOPB_DIR=${HIL_NANOPB_DIR} -DHIL_NANO_MESSAGES=${HIL_NANO_MESSAGES}
    DEPENDS ${toolchain_file} ${PROJECT_SOURCE_DIR}/target/toolchains/cores.cmake
    COMMENT "Configuring the agents for ${core}"
    VERBATIM)
  set(images ${boards_of_${core}})
  list(TRANSFORM images REPLACE "(.+)" "${HIL_AGENT_FOLDER}/hilbench-agent-\\1.elf")
  # The terminal is one: one cross build at a time, which uses all cores itself.
  add_custom_target(agents_${core}
    COMMAND ${CMAKE_COMMAND} --build ${folder}
    DEPENDS ${folder}/CMakeCache.txt
    BYPRODUCTS ${images}
    USES_TERMINAL
    VERBATIM)
  add_dependencies(agents_${core} hil_nano_messages)
  add_dependencies(agents agents_${core})
endforeach()
