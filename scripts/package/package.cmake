# SPDX-License-Identifier: Apache-2.0
# The Debian package, which `cpack -G DEB` makes in the build tree; scripts/package_deb does it all.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hilbench)
set(CPACK_PACKAGE_VENDOR "the hilbench developers")
set(CPACK_PACKAGE_CONTACT "hilbench developers <hilbench@example.org>") # make_changelog has the same
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "hardware-in-the-loop test bench and flasher for TinyML")
set(CPACK_PACKAGE_DESCRIPTION
"hilbench puts a prebuilt agent onto a microcontroller board, sends it a
TensorFlow Lite model and a dataset over a serial line, and brings back
outputs, latency, memory and accuracy as measured on the device, in one
record. Nothing is compiled to try another model, and every output is checked
against a bit-exact reference.

Boards need not be there: virtual ones run the same firmware in QEMU, flashed
by OpenOCD through a virtual debug probe.")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION electronics)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# Libraries by what the programs are linked with; images for other processors are static.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "openocd, qemu-system-arm, qemu-system-misc, qemu-user")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gdb-multiarch, bash-completion")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
include(CPack)
