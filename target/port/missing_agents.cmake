# SPDX-License-Identifier: Apache-2.0
# Which agents this machine can't build, why, and which Debian packages would help.

# hil_find_missing(TOOLCHAIN FLAGS LACK PACKAGES): what is missing to build for that toolchain, as it
# stands behind "built without", into the variable LACK, empty if nothing; the packages that bring
# it into PACKAGES. TOOLCHAIN is empty if cores.cmake does not know the core.
function(hil_find_missing toolchain flags lack packages)
  set(${lack} "" PARENT_SCOPE)
  set(packages_arm-none-eabi gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-dev)
  set(packages_riscv64-unknown-elf
      gcc-riscv64-unknown-elf libnewlib-dev libstdc++-arm-none-eabi-dev)
  set(packages_aarch64-linux-gnu g++-aarch64-linux-gnu)
  set(${packages} ${packages_${toolchain}} PARENT_SCOPE)
  if(NOT toolchain)
    set(${lack} "its core in target/toolchains/cores.cmake" PARENT_SCOPE)
    return()
  endif()
  find_program(compiler_${toolchain} ${toolchain}-g++)
  if(NOT compiler_${toolchain})
    set(${lack} "${toolchain}-g++" PARENT_SCOPE)
  elseif(toolchain STREQUAL "riscv64-unknown-elf" AND NOT EXISTS /usr/include/newlib/c++/12.2.1/span)
    # Those of the ARM package serve RISC-V.
    set(${lack} "C++ headers for ${toolchain}" PARENT_SCOPE)
  elseif(toolchain STREQUAL "arm-none-eabi")
    execute_process(COMMAND ${compiler_${toolchain}} ${flags} -std=c++20 -x c++ -fsyntax-only
                            -include span -include cstring /dev/null
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
      set(${lack} "C and C++ headers for ${toolchain}" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# hil_note_missing(BOARDS LACK PACKAGES): says so, and keeps it for hil_write_missing(). Of each board
# core_ID and agent_folder_ID are known (board_list.cmake).
function(hil_note_missing boards lack packages)
  set(help "")
  if(packages)
    list(JOIN packages " " words)
    set(help "; to get them: apt-get install ${words}")
  endif()
  set(names "") # without those that only tests use
  foreach(board ${boards})
    if(agent_folder_${board} STREQUAL HIL_AGENT_FOLDER)
      list(APPEND names ${board})
    endif()
  endforeach()
  if(names)
    list(JOIN names ", " names)
    message(STATUS "No agent for ${names}: built without ${lack}${help}")
  endif()
  list(TRANSFORM packages REPLACE "(.+)" "\"\\1\"")
  string(REPLACE ";" ", " packages "${packages}")
  foreach(board ${boards})
    string(CONCAT entry "{\"board\": \"${board}\", \"core\": \"${core_${board}}\", "
                        "\"reason\": \"built without ${lack}\", \"packages\": [${packages}]}")
    set_property(GLOBAL APPEND PROPERTY HIL_MISSING_IN_${agent_folder_${board}} "${entry}")
  endforeach()
endfunction()

# hil_write_missing(FOLDER): missing.json beside the images, from which hilbench tells why there is
# none; an empty list if all can be built.
function(hil_write_missing folder)
  get_property(entries GLOBAL PROPERTY HIL_MISSING_IN_${folder})
  list(JOIN entries ",\n  " text)
  if(entries)
    set(text "\n  ${text}\n")
  endif()
  file(CONFIGURE OUTPUT ${folder}/missing.json CONTENT "[${text}]\n" @ONLY)
endfunction()
