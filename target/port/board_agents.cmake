# SPDX-License-Identifier: Apache-2.0
# The agents of all boards with the core HIL_CORE; part of a cross build (cross_builds.cmake).
include(board_list.cmake)
# Behind our own libraries; they need each other.
set(CMAKE_C_STANDARD_LIBRARIES "-Wl,--start-group ${HIL_BARE_LIBRARIES} -Wl,--end-group")

# hil_bare_agents(CHIP chip.hpp UART uart.hpp SOURCES a.cpp ... [CORTEX_M] [OPTIONS ...]): an image
# for each board in HIL_BOARDS, without an operating system. CHIP and UART from the root; SOURCES from
# this folder, compiled for each board; CORTEX_M adds the parts of that folder. README.md has the rest.
function(hil_bare_agents)
  cmake_parse_arguments(ARG "CORTEX_M" "CHIP;UART" "SOURCES;OPTIONS" ${ARGN})
  set(bare i2c.cpp image.cpp kept.cpp libc.cpp serial_line.cpp start.cpp)
  list(TRANSFORM bare PREPEND ${PROJECT_SOURCE_DIR}/target/port/bare/)
  set(core "") # else it would be that of the caller
  if(ARG_CORTEX_M)
    set(core core.cpp faults.cpp startup.cpp)
    list(TRANSFORM core PREPEND ${PROJECT_SOURCE_DIR}/target/port/cortex_m/)
  endif()
  foreach(board ${HIL_BOARDS})
    set(made ${CMAKE_CURRENT_BINARY_DIR}/${board})
    hil_make_board(${board} ${made})
    hil_agent_memory(memory_${board} agent_config.hpp)
    target_include_directories(memory_${board} PRIVATE ${made})
    set(name hilbench-agent-${board})
    add_executable(${name} ${ARG_SOURCES} ${bare} ${core})
    target_include_directories(${name} PRIVATE ${made})
    target_compile_definitions(${name} PRIVATE HIL_PORT_CHIP="${ARG_CHIP}"
                                               HIL_PORT_UART="${ARG_UART}")
    target_compile_options(${name} PRIVATE ${HIL_TARGET_OPTIONS} ${ARG_OPTIONS})
    target_link_libraries(${name} PRIVATE hil_options memory_${board} hil_agent
                                          ${HIL_ENGINE_OF_${board}})
    set(script ${PROJECT_SOURCE_DIR}/target/port/bare/agent.ld)
    target_link_options(${name} PRIVATE -nostdlib -L${made} -T${script} -Wl,--gc-sections
      -Wl,--build-id=md5 -Wl,--fatal-warnings -Wl,-Map=${made}/agent.map)
    set_target_properties(${name} PROPERTIES
      SUFFIX .elf LINKER_LANGUAGE C RUNTIME_OUTPUT_DIRECTORY ${agent_folder_${board}}
      LINK_DEPENDS "${script};${made}/memory.ld")
  endforeach()
endfunction()

# hil_make_board(BOARD FOLDER): agent_config.hpp, board_generated.h and memory.ld of BOARD in FOLDER.
function(hil_make_board board folder)
  execute_process(COMMAND /usr/bin/python3 -B ${make_board} make ${file_${board}} ${folder}
                  RESULT_VARIABLE failed ERROR_VARIABLE complaint)
  if(failed)
    message(FATAL_ERROR "${complaint}")
  endif()
endfunction()

# One engine per list of operators; who needs a list has little flash.
function(hil_find_engine board operators)
  if(operators STREQUAL "-")
    set(HIL_ENGINE_OF_${board} hil_engine PARENT_SCOPE)
    return()
  endif()
  get_filename_component(name ${operators} NAME_WE)
  if(NOT TARGET hil_engine_${name})
    hil_engine_library(hil_engine_${name} OPERATORS ${operators} KERNELS hil_small_kernels)
  endif()
  set(HIL_ENGINE_OF_${board} hil_engine_${name} PARENT_SCOPE)
endfunction()

set(families "")
foreach(board ${boards})
  set(family ${family_${board}})
  if(core_${board} STREQUAL HIL_CORE AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${family}/CMakeLists.txt)
    list(APPEND families ${family})
    list(APPEND boards_of_${family} ${board})
    hil_find_engine(${board} ${operators_${board}})
  endif()
endforeach()
list(REMOVE_DUPLICATES families)
foreach(family ${families})
  set(HIL_BOARDS ${boards_of_${family}})
  add_subdirectory(${family})
endforeach()
