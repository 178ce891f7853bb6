#!/usr/bin/env bash
# Sets up six small meshes, each broken in another way. Reading on takes the fun out of it.
set -euo pipefail
cd "$(dirname "$0")"
kubectl delete namespace case-1 case-2 case-3 case-4 case-4-caller case-5 case-6 --ignore-not-found >/dev/null
kubectl delete gateways.networking.istio.io stock-gateway -n istio-system --ignore-not-found >/dev/null

namespace() { # name, labels
  printf -- '---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: %s\n  labels: {%s}\n' "$1" "$2"
}
into() { # namespace, file …: the objects of these files, in that namespace
  local file
  for file in "${@:2}"; do
    echo ---
    sed "s/^metadata:\$/metadata:\\n  namespace: $1/" "$file"
  done
}
{
  for n in 1 2 3 4 5 6; do namespace "case-$n" "istio-injection: enabled"; done
  namespace case-4-caller ""
} | kubectl apply -f - >/dev/null

sleeper=../../sample-apps/sleep.yaml
{
  into case-1 stock.yaml case-1.yaml "$sleeper" | sed 's/^        app: stock$/&\n        sidecar.istio.io\/inject: "false"/'
  into case-2 stock.yaml | sed 's/- name: http$/- name: tcp-stock/'
  into case-2 stock-v2.yaml case-2.yaml "$sleeper"
  into case-3 stock.yaml
  echo ---
  cat case-3.yaml
  into case-4 stock.yaml case-4.yaml
  into case-4-caller "$sleeper"
  into case-5 stock.yaml case-5.yaml "$sleeper"
  into case-6 stock.yaml case-6.yaml
} | kubectl apply -f - >/dev/null

bash make-cert.sh -3
kubectl create -n istio-system secret tls secure-stock-cert --key certs/secure.key --cert certs/secure.crt \
  --dry-run=client -o yaml | kubectl apply -f - >/dev/null
kubectl wait deployment --all -A --for=condition=Available --timeout=110s >/dev/null
