#!/bin/sh
# istioctl @VERSION@ for the practice cluster, in a workspace of Meshwork.
if [ -z "$MESHWORK_TOOLBOX" ]; then
  echo "istioctl: this one works in a workspace of Meshwork with a practice cluster only (MESHWORK_TOOLBOX is not set)" >&2
  exit 1
fi
ISTIO_VERSION=@VERSION@ exec "${MESHWORK_NODE:-node}" "$MESHWORK_TOOLBOX/istioctl.mjs" "$@"
