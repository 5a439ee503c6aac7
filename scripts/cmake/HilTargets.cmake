# SPDX-License-Identifier: Apache-2.0
# Compile options of the three kinds of code here, and one function to add each kind.

set(HIL_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
                 -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# The agent's rules (target/README.md): no exceptions, no RTTI, no hidden static guards.
set(HIL_TARGET_OPTIONS -fno-exceptions -fno-rtti -fno-threadsafe-statics -ffunction-sections
                       -fdata-sections -fno-common -fno-strict-aliasing)
if(CMAKE_CROSSCOMPILING)
  list(APPEND HIL_TARGET_OPTIONS -fno-unwind-tables -fno-asynchronous-unwind-tables)
endif()

add_library(hil_options INTERFACE)
target_include_directories(hil_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(hil_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${HIL_WARNINGS}>)
if(HIL_SANITIZE)
  target_compile_options(hil_options INTERFACE -fsanitize=${HIL_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all)
  target_link_options(hil_options INTERFACE -fsanitize=${HIL_SANITIZE})
endif()
if(HIL_FUZZ)
  target_compile_options(hil_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# hil_host_library(NAME SOURCES a.cpp ... LINK x y ...): one static library per folder of host/.
function(hil_host_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC hil_options ${ARG_LINK})
endfunction()

# hil_target_library(NAME SOURCES ... LINK ...): code of target/, with the agent's own flags.
function(hil_target_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC hil_options ${ARG_LINK})
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${HIL_TARGET_OPTIONS}>)
endfunction()
