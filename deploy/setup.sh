#!/usr/bin/env bash
# Installs what Thresher builds and runs with on Debian 12, from Debian's own packages. Safe to run again: what is there is left alone.
#
#   deploy/setup.sh            libraries, compilers and redis-server
#   deploy/setup.sh --dev      also clang, clang-tidy, valgrind, fuzzing and script-lint tools
#   deploy/setup.sh --dry-run  says what it would install, changes nothing
#
# Four libraries are newer than Debian 12 has them:
#   lexbor 3            binary packages of forky (Debian 14)
#   yyjson, llhttp      binary packages of trixie (Debian 13; llhttp's source package is node-undici)
#   hiredis 1.2         trixie's source package, rebuilt here
# The two later suites are pinned at priority -10, these packages at 600, so nothing else comes from them. Where a later suite's
# binary no longer installs (its glibc is newer than ours), its source package is rebuilt in the same way as hiredis.
set -euo pipefail

readonly LIST=/etc/apt/sources.list.d/thresher-later-suites.sources
readonly PIN=/etc/apt/preferences.d/thresher-later-suites
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
readonly BASE=(ca-certificates gcc g++ libc6-dev make cmake ninja-build pkg-config git python3
    libuv1-dev libprotobuf-c-dev protobuf-c-compiler libcmocka-dev zlib1g-dev libisal-dev libzstd-dev libbrotli-dev
    libpcre2-dev libcld2-dev libuchardet-dev libseccomp-dev libncurses-dev libxxhash-dev libssl-dev redis-server zstd iproute2)
readonly DEV=(clang clang-tidy cppcheck libclang-rt-14-dev valgrind gdb shellcheck)

dev=0 dry=0
for arg in "$@"; do
    case $arg in
    --dev) dev=1 ;;
    --dry-run) dry=1 ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "setup.sh: unknown argument '$arg' (try --help)" >&2; exit 2 ;;
    esac
done

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }
installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
at_least() { installed "$1" && dpkg --compare-versions "$(dpkg-query -W -f='${Version}' "$1")" ge "$2"; }

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "installing packages needs root: run this as root, or install sudo"
    as_root=(sudo)
fi
root() { "${as_root[@]}" "$@"; }
apt() { root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=false "$@"; }

check_system() {
    [ -r /etc/os-release ] || die "no /etc/os-release: this script knows Debian 12 only"
    # shellcheck source=/dev/null
    . /etc/os-release
    [ "${ID:-}" = debian ] || say "this is ${PRETTY_NAME:-unknown}, not Debian; going on, but only Debian 12 was tried"
    case ${VERSION_CODENAME:-} in
    bookworm) ;;
    *) say "this is ${VERSION_CODENAME:-an unknown release}; only bookworm (Debian 12) was tried" ;;
    esac
}

# Prints those of its arguments that are not installed.
missing() {
    local package
    for package in "$@"; do installed "$package" || echo "$package"; done
}

updated=0
update() {
    [ $updated -eq 1 ] && return
    say "reading the package lists"
    apt update >/dev/null || die "apt-get update failed: check the sources in /etc/apt and the network"
    updated=1
}

install_missing() {
    local need
    mapfile -t need < <(missing "$@")
    if [ ${#need[@]} -eq 0 ]; then
        say "all of these are there: $*"
        return
    fi
    say "installing: ${need[*]}"
    [ $dry -eq 1 ] && return
    update
    apt install "${need[@]}" >/dev/null || die "apt-get could not install: ${need[*]}"
}

# The address of the Debian mirror that this machine's apt uses for its main archive.
mirror() {
    apt-get indextargets --format '$(SITE)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
        awk -F'|' '$2 ~ /^(bookworm|stable|oldstable|12)$/ && $3 == "main" { print $1; exit }'
}

add_later_suites() {
    [ -r "$LIST" ] && [ -r "$PIN" ] && return
    local site
    site=$(mirror)
    [ -n "$site" ] || { update; site=$(mirror); }
    [ -n "$site" ] || die "no Debian mirror found in apt's configuration (need one with bookworm main)"
    say "adding trixie and forky, pinned so that only lexbor, yyjson and llhttp come from them: $LIST, $PIN"
    [ $dry -eq 1 ] && return
    root tee "$LIST" >/dev/null <<EOT
Types: deb deb-src
URIs: $site
Suites: trixie forky
Components: main
Signed-By: $KEYRING
EOT
    root tee "$PIN" >/dev/null <<EOT
Package: *
Pin: release n=trixie
Pin-Priority: -10

Package: *
Pin: release n=forky
Pin-Priority: -10

Package: libyyjson0 libyyjson-dev libllhttp9.2 libllhttp-dev
Pin: release n=trixie
Pin-Priority: 600

Package: liblexbor3 liblexbor-dev
Pin: release n=forky
Pin-Priority: 600
EOT
    updated=0
    update
}

# rebuild SOURCE SUITE PACKAGE...: builds a later suite's source package here and installs the named packages of it.
rebuild() {
    local source=$1 suite=$2 work
    shift 2
    say "rebuilding $source from $suite's source package, for: $*"
    [ $dry -eq 1 ] && return
    install_missing build-essential devscripts equivs fakeroot
    work=$(mktemp -d)
    (
        cd "$work"
        # Building as root needs no sandbox user; apt would only warn about it.
        apt-get -q -o APT::Sandbox::User=root source -t "$suite" "$source" >log 2>&1 || { tail -n 20 log >&2; exit 1; }
        cd "$(find . -mindepth 1 -maxdepth 1 -type d | head -n 1)"
        root mk-build-deps --install --remove --tool 'apt-get -q -y --no-install-recommends' debian/control >>../log 2>&1 ||
            { tail -n 20 ../log >&2; exit 1; }
        DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" DEB_BUILD_PROFILES=nocheck dpkg-buildpackage -b -uc -us >>../log 2>&1 ||
            { tail -n 20 ../log >&2; exit 1; }
    ) || die "rebuilding $source failed (its last lines are above)"
    local debs=() package
    for package in "$@"; do
        debs+=("$(find "$work" -maxdepth 1 -name "${package}_*.deb" | head -n 1)")
    done
    apt install "${debs[@]}" >/dev/null || die "the rebuilt $source does not install"
    rm -rf "$work"
}

# later NAME MIN SUITE PACKAGE...: from a later suite's binaries, or its source where those do not install.
later() {
    local source=$1 least=$2 suite=$3
    shift 3
    if at_least "${!#}" "$least"; then
        say "$source $(dpkg-query -W -f='${Version}' "${!#}") is there"
        return
    fi
    add_later_suites
    say "installing $source from $suite"
    [ $dry -eq 1 ] && return
    apt install "$@" >/dev/null 2>&1 || rebuild "$source" "$suite" "$@"
    at_least "${!#}" "$least" || die "$source is older than $least after installing"
}

later_hiredis() {
    if at_least libhiredis-dev 1.2; then
        say "hiredis $(dpkg-query -W -f='${Version}' libhiredis-dev) is there"
        return
    fi
    add_later_suites
    rebuild hiredis trixie "libhiredis1.1.0" libhiredis-dev
}

check_system
install_missing "${BASE[@]}"
[ $dev -eq 1 ] && install_missing "${DEV[@]}"
later lexbor 3 forky liblexbor3 liblexbor-dev
later yyjson 0.8 trixie libyyjson0 libyyjson-dev
later node-undici 9 trixie libllhttp9.2 libllhttp-dev
later_hiredis
say "done"
