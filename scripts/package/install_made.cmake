# SPDX-License-Identifier: Apache-2.0
# Runs at install time: man pages, completions, udev rules, changelog, and the installed images' manifest.
set(prefix "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
# Where the files will lie in the end; cpack installs into a folder of its own first.
set(for_package NO)
set(final_prefix "${CMAKE_INSTALL_PREFIX}")
if(prefix MATCHES "/_CPack_Packages/")
  set(for_package YES)
  set(final_prefix /usr)
endif()

# hil_run(WORD...): a command that has to end well, with its output in the variable `said`.
function(hil_run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE output
                  ERROR_VARIABLE complaint)
  if(failed)
    message(FATAL_ERROR "${complaint}\n'${ARGN}' ended with ${failed}")
  endif()
  set(said "${output}" PARENT_SCOPE)
endfunction()

# hil_install(FILE FOLDER): FILE of HIL_MADE into FOLDER below the prefix.
function(hil_install file folder)
  file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/${folder}" TYPE FILE FILES "${HIL_MADE}/${file}")
  set(CMAKE_INSTALL_MANIFEST_FILES "${CMAKE_INSTALL_MANIFEST_FILES}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${HIL_MADE}")
file(MAKE_DIRECTORY "${HIL_MADE}")

hil_run(/usr/bin/python3 -B "${HIL_SOURCE}/scripts/package/make_udev_rules" "${HIL_SOURCE}/boards")
file(WRITE "${HIL_MADE}/70-hilbench.rules" "${said}")
hil_install(70-hilbench.rules lib/udev/rules.d)

if(for_package) # what Debian asks of one
  hil_run(/usr/bin/python3 -B "${HIL_SOURCE}/scripts/package/make_changelog"
          "${HIL_SOURCE}/CHANGELOG.md" "${HIL_VERSION}" "${HIL_MADE}/changelog.gz")
  hil_install(changelog.gz share/doc/hilbench)
  file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/share/lintian/overrides" TYPE FILE
       RENAME hilbench FILES "${HIL_SOURCE}/scripts/package/lintian-overrides")
endif()

if(HIL_HELP2MAN)
  hil_run(/usr/bin/python3 -B "${HIL_SOURCE}/scripts/package/make_man_pages" "${HIL_PROGRAM}"
          "${HIL_MADE}/man" "${final_prefix}")
  file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/share/man/man1" TYPE DIRECTORY
       FILES "${HIL_MADE}/man/")
endif()

foreach(shell_and_file bash:bash-completion/completions/hilbench zsh:zsh/vendor-completions/_hilbench
        fish:fish/vendor_completions.d/hilbench.fish)
  string(REGEX MATCH "^(.*):(.*)/(.*)$" unused ${shell_and_file})
  set(folder ${CMAKE_MATCH_2})
  set(file ${CMAKE_MATCH_3})
  hil_run("${HIL_PROGRAM}" completion ${CMAKE_MATCH_1})
  file(WRITE "${HIL_MADE}/${folder}/${file}" "${said}")
  hil_install(${folder}/${file} share/${folder})
endforeach()

set(agents lib/hilbench/agents)
hil_run(/usr/bin/python3 -B "${HIL_SOURCE}/scripts/package/make_manifest" "${prefix}/${agents}"
        "${HIL_BUILD}" "${HIL_SOURCE}/boards" "${HIL_VERSION}" "${HIL_HOST_FLAGS}")
list(APPEND CMAKE_INSTALL_MANIFEST_FILES "${CMAKE_INSTALL_PREFIX}/${agents}/manifest.json")
