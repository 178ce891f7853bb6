import type { PodToInject } from "./pod.ts";

/**
 * Volumes (`sidecar.istio.io/userVolume`) or mounts (`…/userVolumeMount`) that the author gives the proxy: a JSON object by
 * volume name. Text that is no such object counts as none.
 */
export function userVolumes(
  pod: PodToInject,
  annotation: "userVolume" | "userVolumeMount",
): readonly { readonly name: string }[] {
  const text = pod.metadata.annotations?.[`sidecar.istio.io/${annotation}`];
  if (!text) return [];
  const parsed = parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ({ ...(typeof value === "object" ? value : {}), name }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
