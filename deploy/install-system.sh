#!/bin/sh
# What the image needs of Debian besides Node: the learners' programs, and those that build the walls around their shells.
# One of the Dockerfile's steps; scripts/deploy.test.mjs runs it against an apt-get of its own.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends \
  bash ca-certificates curl jq less openssl procps vim-tiny \
  bubblewrap iproute2 util-linux
rm -rf "${APT_LISTS:-/var/lib/apt/lists}"/*
# The walls are built by these; without one of them the server would refuse to start a class.
for program in bash curl openssl bwrap ip setpriv prlimit; do
  command -v "$program" >/dev/null || { echo "missing after the installation: $program" >&2; exit 1; }
done
