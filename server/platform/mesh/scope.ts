/** Which namespaces a graph is about. */
export interface Scope {
  includes(namespace: string): boolean;
}

/** Where Kubernetes and Istio keep their own things; nobody looks for their application there. */
const systemNamespaces = new Set([
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "local-path-storage",
  "istio-system",
]);

export function scopeOf(namespaces: readonly string[] | undefined): Scope {
  if (namespaces === undefined) return { includes: (namespace) => !systemNamespaces.has(namespace) };
  const wanted = new Set(namespaces);
  return { includes: (namespace) => wanted.has(namespace) };
}
