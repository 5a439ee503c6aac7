# SPDX-License-Identifier: Apache-2.0
# Drives one cross build per core that a board file names: target agents, and agents_CORE of each.
#
# A cross build is this same source tree, configured with a toolchain file and HIL_CORE; engine,
# kernels and agent are compiled once for each. Its images land in HIL_AGENT_FOLDER (those of boards
# that only tests use: in HIL_TEST_AGENT_FOLDER), and beside them missing.json: which are not built.
option(HIL_AGENTS "Build the agents of all boards whose compiler is installed" ON)
include(${PROJECT_SOURCE_DIR}/target/toolchains/cores.cmake)
include(board_list.cmake)
include(missing_agents.cmake)

set(cores "")
if(NOT HIL_AGENTS)
  hil_note_missing("${boards}" "agents (HIL_AGENTS=OFF)" "")
  set(boards "")
endif()
foreach(board ${boards})
  set(family ${family_${board}})
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${family}/CMakeLists.txt)
    hil_note_missing(${board} "target/port/${family}, which is not there" "")
  else()
    list(APPEND cores ${core_${board}})
    list(APPEND boards_of_${core_${board}} ${board})
  endif()
endforeach()
list(REMOVE_DUPLICATES cores)

add_custom_target(agents ALL)
file(REAL_PATH ${PROJECT_SOURCE_DIR}/boards boards_of_all)
foreach(core ${cores})
  hil_find_core(${core} toolchain flags)
  separate_arguments(flags)
  hil_find_missing("${toolchain}" "${flags}" lack packages)
  if(lack)
    hil_note_missing("${boards_of_${core}}" "${lack}" "${packages}")
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
      -DHIL_AGENT_FOLDER=${HIL_AGENT_FOLDER} "-DHIL_BOARD_FOLDER=${HIL_BOARD_FOLDER}"
      -DHIL_TESTS=${HIL_TESTS} -DHIL_TEST_AGENT_FOLDER=${HIL_TEST_AGENT_FOLDER}
      -DHIL_TEST_BOARD_FOLDER=${HIL_TEST_BOARD_FOLDER}
      -DHIL_NANOPB_DIR=${HIL_NANOPB_DIR} -DHIL_NANO_MESSAGES=${HIL_NANO_MESSAGES}
    DEPENDS ${toolchain_file} ${PROJECT_SOURCE_DIR}/target/toolchains/cores.cmake
    COMMENT "Configuring the agents for ${core}"
    VERBATIM)
  set(images "")
  foreach(board ${boards_of_${core}})
    list(APPEND images ${agent_folder_${board}}/hilbench-agent-${board}.elf)
    # Not those of tests, nor of anybody's own folder in HIL_BOARD_FOLDER.
    file(REAL_PATH ${file_${board}} file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    if(file STREQUAL "${boards_of_all}/${board}.json")
      install(PROGRAMS ${HIL_AGENT_FOLDER}/hilbench-agent-${board}.elf
              DESTINATION lib/hilbench/agents)
    endif()
  endforeach()
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

hil_write_missing(${HIL_AGENT_FOLDER})
install(FILES ${HIL_AGENT_FOLDER}/missing.json DESTINATION lib/hilbench/agents)
if(HIL_TESTS)
  hil_write_missing(${HIL_TEST_AGENT_FOLDER})
endif()
