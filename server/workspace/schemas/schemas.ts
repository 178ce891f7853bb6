import { z } from "zod";
import type { ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { notFound, tooLarge, unavailable } from "../errors.ts";
import { compactSchema } from "./compact.ts";
import { limits } from "./limits.ts";

const kindsOfVersion = z.looseObject({
  version: z.string(),
  resources: z
    .array(
      z.looseObject({
        responseKind: z.looseObject({ kind: z.string() }).optional(),
      }),
    )
    .default([]),
});
const discovery = z.looseObject({
  items: z
    .array(
      z.looseObject({
        metadata: z.looseObject({ name: z.string().default("") }).default({ name: "" }),
        versions: z.array(kindsOfVersion).default([]),
      }),
    )
    .default([]),
});
// Kubernetes 1.30 and later answer v2; v2beta1 is the same for what is read here.
const aggregated = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

const asking = async <T>(ask: Promise<T>): Promise<T> => {
  try {
    return await ask;
  } catch (error) {
    if (!isKubeError(error)) throw error;
    if (error.reason === "NotFound") throw notFound(error.message);
    throw unavailable(error.message);
  }
};

/** Which kinds this cluster serves. */
export async function schemaKinds(cluster: KubeCluster): Promise<ReadAnswer<"schema:kinds">> {
  const signal = AbortSignal.timeout(limits.answerMs);
  const both = await asking(
    Promise.all(["/api", "/apis"].map((path) => cluster.document(path, { accept: aggregated, signal }))),
  );
  const kinds = both.flatMap((answer) =>
    discovery.parse(answer).items.flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) =>
        resources.flatMap(({ responseKind }) =>
          responseKind
            ? [
                {
                  apiVersion: metadata.name === "" ? version : `${metadata.name}/${version}`,
                  kind: responseKind.kind,
                },
              ]
            : [],
        ),
      ),
    ),
  );
  return { kinds: kinds.slice(0, limits.kinds) };
}

/** What the cluster itself says of a kind's fields: its OpenAPI v3. */
export async function readSchema(
  cluster: KubeCluster,
  { apiVersion, kind }: ReadParams<"schema:read">,
): Promise<ReadAnswer<"schema:read">> {
  const signal = AbortSignal.timeout(limits.answerMs);
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const path = group === "" ? `api/${version}` : `apis/${group}/${version}`;
  const document = await asking(cluster.document(`/openapi/v3/${path}`, { signal }));
  const compacted = compactSchema(document, { group, version, kind });
  if (!compacted) throw notFound(`The cluster says nothing of a kind ${kind} in ${apiVersion}.`);
  const schema = JSON.stringify(compacted);
  if (schema.length > limits.characters)
    throw tooLarge(`The schema of ${kind} has ${schema.length} characters.`);
  return { schema };
}
