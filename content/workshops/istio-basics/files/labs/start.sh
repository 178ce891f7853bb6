#!/usr/bin/env bash
# Brings the cluster to where a lab begins, whatever was tried before. Safe to run again.
#   start.sh plain   the sample apps in istioinaction, without sidecars
#   start.sh mesh    the same with sidecars
# The lab's own objects come on top of that.
set -euo pipefail
cd "$(dirname "$0")/.."
ns=istioinaction

bash labs/02/certs/make-certs.sh
kinds=gateways.networking.istio.io,virtualservices.networking.istio.io,destinationrules.networking.istio.io
kinds+=,serviceentries.networking.istio.io,sidecars.networking.istio.io,peerauthentications.security.istio.io
kinds+=,requestauthentications.security.istio.io,authorizationpolicies.security.istio.io
kubectl delete "$kinds" --all -A >/dev/null
kubectl delete deployment purchase-history-v2 purchase-history-v3 -n "$ns" --ignore-not-found >/dev/null
kubectl delete -n default -f sample-apps/sleep.yaml --ignore-not-found >/dev/null

kubectl create namespace "$ns" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
if [[ "$1" == mesh ]]; then want=istio-injection=enabled; else want=istio-injection-; fi
kubectl label namespace "$ns" --overwrite "$want" >/dev/null
kubectl apply -n "$ns" -f sample-apps/ >/dev/null

# Pods that were made under the other rule are made again: a label changes nothing for those that run.
containers='{range .items[*]}{.metadata.labels.app}{" "}{.spec.initContainers[*].name}{" "}{.spec.containers[*].name}{"\n"}{end}'
pods=$(kubectl get pods -n "$ns" -o jsonpath="$containers")
if [[ "$1" == mesh ]]; then wrong=$(grep -v istio-proxy <<<"$pods" || true); else wrong=$(grep istio-proxy <<<"$pods" || true); fi
if [[ -n "${wrong// /}" ]]; then
  kubectl rollout restart deployment -n "$ns" >/dev/null
  for deployment in $(kubectl get deployments -n "$ns" -o name); do
    kubectl rollout status -n "$ns" "$deployment" --timeout=100s >/dev/null
  done
fi
kubectl wait deployment --all -n "$ns" --for=condition=Available --timeout=100s >/dev/null
