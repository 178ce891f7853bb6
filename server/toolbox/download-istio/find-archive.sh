#!/bin/sh
# Variables that may be set: ISTIO_VERSION (else the newest release), TARGET_ARCH, TARGET_OS (else this machine's).
set -e

releases=https://github.com/istio/istio/releases
version=$ISTIO_VERSION
[ -n "$version" ] ||
  version=$(curl -sL $releases | grep -o 'releases/[0-9]*\.[0-9]*\.[0-9]*' | cut -d/ -f2 | sort -V | tail -n 1)
if [ -z "$version" ]; then
  printf 'Unable to get latest Istio version. Set ISTIO_VERSION env var and re-run. For example: export ISTIO_VERSION=1.24.1'
  exit 1
fi

machine=${TARGET_ARCH:-$(uname -m)}
case "$machine" in
x86_64 | amd64) arch=amd64 ;;
armv8* | aarch64* | arm64) arch=arm64 ;;
armv*) arch=armv7 ;;
*)
  echo "This system's architecture, $machine, isn't supported"
  exit 1
  ;;
esac

os=${TARGET_OS:-$(uname)}
case "$os-$arch" in
Linux-*) platform=linux-$arch ;;
Darwin-arm64) platform=osx-arm64 ;;
Darwin-*) platform=osx ;;
*)
  printf '\n\nUnable to download Istio %s at this moment!\n' "$version"
  printf 'Please verify the version you are trying to download.\n\n'
  exit 1
  ;;
esac

# find_archive NAME: leaves its address in $url, or ends.
find_archive() {
  archive=$1-$version-$platform.tar.gz
  url=$releases/download/$version/$archive
  printf '\nDownloading %s-%s from %s ...\n' "$1" "$version" "$url"
  curl -o /dev/null -sIf "$url" && return
  printf '\n%s is not found, please specify a valid ISTIO_VERSION and TARGET_ARCH\n' "$url"
  exit 1
}
