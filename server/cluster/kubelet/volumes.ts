import { downwardValue } from "./downward.ts";
import { FILES_BYTES } from "./limits.ts";
import type { ObjectStore } from "./object-store.ts";
import type {
  DownwardItem,
  KeyToPath,
  ObjectSource,
  Pod,
  ProjectedSource,
  TokenSource,
  Volume,
} from "./pod.ts";
import type { TokenStore } from "./tokens.ts";

/** A mounted volume: paths are relative, without a leading slash. Sources other than emptyDir are read live. */
export interface MountedVolume {
  files(): ReadonlyMap<string, Uint8Array>;
  /** Absent: read-only. */
  write?(path: string, content: Uint8Array): void;
  remove?(path: string): void;
}

/** What persistent volume claims come to. */
export interface Claims {
  failure(namespace: string, claim: string): Promise<string | undefined>;
  volume(namespace: string, claim: string): MountedVolume;
}

export interface VolumeDeps {
  readonly configMaps: ObjectStore;
  readonly secrets: ObjectStore;
  readonly tokens: TokenStore;
  readonly claims: Claims;
  /** The pod as it is now: labels and annotations change. */
  pod(): Pod;
}

const MOUNTABLE = new Set([
  "configMap",
  "secret",
  "downwardAPI",
  "projected",
  "emptyDir",
  "persistentVolumeClaim",
]);

type Content = ReadonlyMap<string, Uint8Array>;

/** Why a volume cannot be mounted yet, in the words of kubelet's FailedMount event; undefined when it can. */
export async function mountFailure(volume: Volume, deps: VolumeDeps): Promise<string | undefined> {
  const prefix = `MountVolume.SetUp failed for volume "${volume.name}" : `;
  const kind = Object.keys(volume).find((key) => key !== "name" && !MOUNTABLE.has(key));
  // An empty folder in its place would pass for the real thing until its data is gone.
  if (kind !== undefined) return `${prefix}volumes of kind ${kind} are not supported by the practice cluster`;
  if (volume.persistentVolumeClaim) {
    const { claimName } = volume.persistentVolumeClaim;
    const reason = await deps.claims.failure(deps.pod().metadata.namespace, claimName);
    return reason === undefined ? undefined : prefix + reason;
  }
  for (const source of sourcesOf(volume)) {
    const reason =
      (await sourceFailure(source, deps)) ?? (await tokenFailure(source.serviceAccountToken, deps));
    if (reason !== undefined) return prefix + reason;
  }
  return undefined;
}

async function sourceFailure(source: ProjectedSource, deps: VolumeDeps): Promise<string | undefined> {
  const [kind, reference] = source.configMap ? ["configmap", source.configMap] : ["secret", source.secret];
  if (!reference) return undefined;
  const { namespace } = deps.pod().metadata;
  const store = kind === "configmap" ? deps.configMaps : deps.secrets;
  const name = nameOf(reference);
  const data = await store.fetch(namespace, name);
  if (!data) return reference.optional ? undefined : `${kind} "${name}" not found`;
  const missing = reference.items?.find((item) => !data.has(item.key));
  if (!missing || reference.optional) return undefined;
  return kind === "configmap"
    ? `configmap references non-existent config key: ${missing.key}`
    : `references non-existent secret key: ${missing.key}`;
}

async function tokenFailure(source: TokenSource | undefined, deps: VolumeDeps): Promise<string | undefined> {
  if (!source) return undefined;
  try {
    await deps.tokens.ensure(deps.pod(), source);
    return undefined;
  } catch (error) {
    return `failed to fetch token: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function mountVolume(volume: Volume, deps: VolumeDeps): MountedVolume {
  if (volume.persistentVolumeClaim) {
    const { claimName, readOnly } = volume.persistentVolumeClaim;
    const shared = deps.claims.volume(deps.pod().metadata.namespace, claimName);
    return readOnly ? { files: () => shared.files() } : shared;
  }
  const sources = sourcesOf(volume);
  if (sources.length === 0) return emptyDir();
  return { files: () => new Map(sources.flatMap((source) => [...sourceFiles(source, deps)])) };
}

/** Every kind of read-only source in the shape that projected volumes have. Empty for emptyDir. */
function sourcesOf(volume: Volume): readonly ProjectedSource[] {
  if (volume.projected) return volume.projected.sources ?? [];
  if (volume.configMap) return [{ configMap: volume.configMap }];
  if (volume.secret) return [{ secret: volume.secret }];
  if (volume.downwardAPI) return [{ downwardAPI: volume.downwardAPI }];
  return [];
}

const nameOf = (source: ObjectSource) => source.name ?? source.secretName ?? "";

function sourceFiles(source: ProjectedSource, deps: VolumeDeps): Content {
  const pod = deps.pod();
  const { namespace } = pod.metadata;
  if (source.configMap)
    return keyed(deps.configMaps.data(namespace, nameOf(source.configMap)), source.configMap.items);
  if (source.secret) return keyed(deps.secrets.data(namespace, nameOf(source.secret)), source.secret.items);
  if (source.downwardAPI) return downwardFiles(pod, source.downwardAPI.items ?? []);
  const token = source.serviceAccountToken;
  const text = token && deps.tokens.current(pod, token);
  return token && text !== undefined ? new Map([[token.path, Buffer.from(text)]]) : new Map();
}

function keyed(data: Content | undefined, items: readonly KeyToPath[] | undefined): Content {
  if (!data || !items) return data ?? new Map();
  return new Map(
    items.flatMap(({ key, path }) => {
      const content = data.get(key);
      return content ? [[path, content] as const] : [];
    }),
  );
}

function downwardFiles(pod: Pod, items: readonly DownwardItem[]): Content {
  return new Map(items.map((item) => [item.path, Buffer.from(downwardValue(pod, item) ?? "")]));
}

/** A writable directory that lives as long as the pod. */
export function emptyDir(): MountedVolume {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  return {
    files: () => files,
    write(path, content) {
      const after = bytes - (files.get(path)?.length ?? 0) + content.length;
      if (after > FILES_BYTES) throw fileError("ENOSPC", path);
      bytes = after;
      files.set(path, content);
    },
    remove(path) {
      bytes -= files.get(path)?.length ?? 0;
      files.delete(path);
    },
  };
}

export function fileError(code: "ENOSPC" | "EROFS", path: string): Error {
  const words = code === "ENOSPC" ? "no space left on device" : "read-only file system";
  return Object.assign(new Error(`${code}: ${words}, open '${path}'`), { code, path });
}
