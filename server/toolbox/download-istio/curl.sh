#!/bin/sh
# curl as the workspace has it. Where Istio's releases are downloaded from, they are files of the workspace, so that a
# learner without internet downloads them by the command of every tutorial; the host's curl fetches those and all else.
# MESHWORK_TOOLBOX is set beside a practice cluster only: with a real cluster a download is the real one.
if [ -n "$MESHWORK_TOOLBOX" ]; then
  case "$*" in
  *istio.io/downloadIstio* | *github.com/istio/istio/releases*)
    releases="file://$(printf '%s' "$MESHWORK_TOOLBOX" | sed 's/%/%25/g; s/ /%20/g; s/#/%23/g; s/?/%3F/g')/releases"
    for word in "$@"; do
      shift
      bare=${word#http://}
      bare=${bare#https://}
      case "$bare" in
      istio.io/downloadIstio | istio.io/downloadIstio/) word=$releases/downloadIstio ;;
      istio.io/downloadIstioctl | istio.io/downloadIstioctl/) word=$releases/downloadIstioctl ;;
      github.com/istio/istio/releases | github.com/istio/istio/releases/) word=$releases/index ;;
      github.com/istio/istio/releases/download/*) word=$releases/download/${bare#github.com/istio/istio/releases/download/} ;;
      esac
      set -- "$@" "$word"
    done
    ;;
  esac
fi
here=${0%/*}
set -f
IFS=:
for folder in $PATH; do
  [ "$folder" -ef "$here" ] || [ ! -x "$folder/curl" ] || exec "$folder/curl" "$@"
done
echo "curl: not found on this machine; Meshwork needs it for labs that call services from the shell" >&2
exit 127
