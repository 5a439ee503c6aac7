# SPDX-License-Identifier: Apache-2.0
# A bare Debian 12 to try things in: what the scripts check_*_in_clean_root have in common.
#
# Sourced after environment.sh, as root; needs debootstrap. The mirror is the machine's own; the bare
# root is kept as build/clean-root.tar for the next time (delete it to get a fresh one).

readonly suite=bookworm
readonly archive=build/clean-root.tar

# The first Debian mirror of the machine's apt configuration that has the suite.
mirror() {
  local targets format='$(SITE) $(RELEASE)'
  targets=$(apt-get indextargets --no-release-info --format "$format" 'Created-By: Packages')
  awk -v suite="$suite" '$2 == suite { print $1; exit }' <<<"$targets"
}

# The machine's apt proxy, "" if it has none.
apt_proxy() {
  local proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [[ $proxy == DIRECT ]] || printf '%s' "$proxy"
}

make_archive() {
  local from proxy
  from=$(mirror)
  [[ -n $from ]] || fail "apt's configuration names no mirror with $suite; run apt-get update first"
  proxy=$(apt_proxy)
  say "making a bare $suite root (once)"
  run_logged build/debootstrap.log env ${proxy:+"http_proxy=$proxy"} \
    debootstrap --variant=minbase "$suite" "$root" "$from"
  if [[ -n $proxy ]]; then
    printf 'Acquire::http::Proxy "%s";\n' "$proxy" >"$root/etc/apt/apt.conf.d/90proxy"
  fi
  tar -C "$root" --one-file-system -cf "$archive.new" .
  mv "$archive.new" "$archive"
}

# open_clean_root: a bare root in the folder $root, which is removed when the script ends.
open_clean_root() {
  ((EUID == 0)) || fail "must be run as root (chroot and mounts)"
  command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
  mkdir -p build
  root=$(mktemp -d "$source_dir/build/clean-root.XXXXXX")
  trap 'rm -rf --one-file-system "$root"' EXIT
  trap 'exit 130' INT TERM
  if [[ -f $archive ]]; then
    tar -C "$root" -xpf "$archive"
  else
    make_archive
  fi
  chmod 755 "$root"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

# in_clean_root FOLDER COMMAND...: runs it there with its own mount and process namespaces, so that
# no mount and no process outlives it.
in_clean_root() {
  unshare --mount --pid --fork --kill-child bash -euc '
    mount -t proc proc "$0/proc"
    mount -t sysfs -o ro sysfs "$0/sys"
    mount --rbind /dev "$0/dev"
    exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
      chroot "$0" bash -euc "cd \"\$0\"; exec \"\$@\"" "$@"
  ' "$root" "$@" </dev/null
}
