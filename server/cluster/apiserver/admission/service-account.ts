import {
  arrayOf,
  forbidden,
  isNotFound,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { Clock, Random } from "../../base/index.ts";
import { SERVICE_ACCOUNT_WAIT_MS } from "../limits.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import { type AdmissionPlugin, nameInRefusal } from "./attributes.ts";

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
// One hour and seven seconds: upstream's mark for tokens that come from this plugin.
const TOKEN_SECONDS = 3607;
const MODE = 0o644;
const STEP_MS = 100;

export interface ServiceAccountDeps {
  readonly reader: Reader;
  readonly accounts: Resource;
  readonly clock: Clock;
  readonly random: Random;
}

/** Gives each pod a service account and its token. Follows plugin/pkg/admission/serviceaccount. */
export function serviceAccountAdmission(deps: ServiceAccountDeps): AdmissionPlugin {
  return {
    name: "ServiceAccount",
    async mutate(attributes) {
      const { operation, resource, subresource, namespace, object } = attributes;
      const isPod = resource.strategy.group === "" && resource.strategy.plural === "pods";
      if (!isPod || operation !== "CREATE" || subresource !== "") return object;
      // Mirror pods of a node's own manifests have no account.
      if (object.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return object;
      const spec = objectOf(object.spec);
      const name = stringOf(spec.serviceAccountName) || stringOf(spec.serviceAccount) || "default";
      const account = await findAccount(deps, { namespace, name });
      if (!account) {
        throw forbidden(
          named(resource),
          nameInRefusal(attributes),
          `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
        );
      }
      const withAccount = { ...spec, serviceAccountName: name, serviceAccount: name };
      const secrets = arrayOf(spec.imagePullSecrets);
      const own = arrayOf(account.imagePullSecrets);
      const complete =
        secrets.length === 0 && own.length > 0 ? { ...withAccount, imagePullSecrets: own } : withAccount;
      const mounts = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
      return { ...object, spec: mounts === true ? withToken(complete, deps.random) : complete };
    },
  };
}

/** A new namespace's default account is made a moment after it; a pod that comes in between waits. */
async function findAccount(
  { reader, accounts, clock }: ServiceAccountDeps,
  reference: { namespace: string; name: string },
): Promise<KubeObject | undefined> {
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      return reader.get(accounts, reference);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    if (reference.name !== "default" || waited >= SERVICE_ACCOUNT_WAIT_MS) return undefined;
    await clock.sleep(STEP_MS);
  }
}

function withToken(spec: JsonObject, random: Random): JsonObject {
  const lists = ["containers", "initContainers"] as const;
  const lacks = (container: unknown) =>
    isObject(container) &&
    !arrayOf(container.volumeMounts).some((mount) => valueAt(mount, "mountPath") === TOKEN_PATH);
  if (!lists.some((list) => arrayOf(spec[list]).some(lacks))) return spec;
  const present = arrayOf(spec.volumes).find((volume) =>
    stringOf(valueAt(volume, "name")).startsWith("kube-api-access-"),
  );
  const name = stringOf(valueAt(present, "name")) || `kube-api-access-${random.suffix(5)}`;
  const mount = { name, readOnly: true, mountPath: TOKEN_PATH };
  const mounted = (container: unknown) =>
    isObject(container) && lacks(container)
      ? { ...container, volumeMounts: [...arrayOf(container.volumeMounts), mount] }
      : container;
  const volumes = present ? spec.volumes : [...arrayOf(spec.volumes), tokenVolume(name)];
  return {
    ...spec,
    volumes,
    ...Object.fromEntries(
      lists
        .filter((list) => spec[list] !== undefined)
        .map((list) => [list, arrayOf(spec[list]).map(mounted)]),
    ),
  };
}

function tokenVolume(name: string): JsonObject {
  const namespaceFile = {
    path: "namespace",
    fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
  };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [namespaceFile] } },
      ],
      defaultMode: MODE,
    },
  };
}
