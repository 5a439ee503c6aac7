# SPDX-License-Identifier: Apache-2.0
# The boards that need a cross build: boards, and core_ID, family_ID, operators_ID, file_ID and
# agent_folder_ID (where its image goes) of each; of host's build and of each cross build the same.
#
# Boards of HIL_BOARD_FOLDER, which may be a list; with HIL_TESTS also those that only tests use,
# whose images go elsewhere, so that nobody gets them with the others.
set(make_board ${CMAKE_CURRENT_LIST_DIR}/make_board.py)
set(test_folder "")
if(HIL_TESTS)
  set(test_folder ${HIL_TEST_BOARD_FOLDER})
endif()
set(boards "")
foreach(folder ${HIL_BOARD_FOLDER} ${test_folder})
  # A new file, and a change of any, make CMake run again here.
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${files} ${make_board} ${CMAKE_CURRENT_LIST_DIR}/board_schema.py)
  execute_process(COMMAND /usr/bin/python3 -B ${make_board} list ${folder}
                  RESULT_VARIABLE failed OUTPUT_VARIABLE lines ERROR_VARIABLE complaint
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
  if(failed)
    message(FATAL_ERROR "${complaint}\n(boards/README.md says what a board file holds)")
  endif()
  string(REPLACE "\n" ";" lines "${lines}")
  foreach(line ${lines})
    string(REPLACE " " ";" words "${line}")
    list(GET words 0 board)
    if(board IN_LIST boards)
      message(FATAL_ERROR "${file_${board}} and ${folder}/${board}.json: two boards of one id")
    endif()
    list(APPEND boards ${board})
    list(GET words 1 core_${board})
    list(GET words 2 family_${board})
    list(GET words 3 operators_${board})
    set(file_${board} ${folder}/${board}.json)
    if(folder STREQUAL test_folder)
      set(agent_folder_${board} ${HIL_TEST_AGENT_FOLDER})
    else()
      set(agent_folder_${board} ${HIL_AGENT_FOLDER})
    endif()
  endforeach()
endforeach()
