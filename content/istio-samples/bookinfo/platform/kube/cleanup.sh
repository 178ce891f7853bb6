#!/bin/bash
# Takes Bookinfo out of a namespace: its routes, rules and gateways, then its workloads.
# NAMESPACE=demo ./cleanup.sh
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
namespace=${NAMESPACE:-default}
for kind in destinationrules virtualservices gateways.networking.istio.io; do
  kubectl get -n "$namespace" "$kind" -o name | xargs -r kubectl delete -n "$namespace"
done
kubectl delete -n "$namespace" --ignore-not-found -f "$here/bookinfo.yaml"
