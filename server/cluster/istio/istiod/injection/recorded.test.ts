import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gatesFor, ISTIO_VERSIONS, type IstioVersion } from "../../versions.ts";
import { defaultMeshConfig } from "../push/mesh-config.ts";
import { injectSidecar } from "./mutate.ts";
import type { PodToInject } from "./pod.ts";
import { parseInjectionValues } from "./settings.ts";

/**
 * Facts of upstream's own injection, recorded from the golden files of its repository at the release's tag: `source` says
 * which. A fact is a field's path and its value; elements of a list go by their name. All cases but the first say only
 * in which facts they differ from the first (`null`: not there).
 */
interface Recorded {
  readonly release: string;
  readonly cases: readonly {
    readonly name: string;
    readonly source: string;
    readonly owner: { readonly kind: string; readonly name: string; readonly namespace: string };
    readonly pod: PodToInject;
    readonly facts: Readonly<Record<string, string | null>>;
  }[];
}

function recorded(release: IstioVersion): Recorded {
  return JSON.parse(readFileSync(new URL(`recorded/${release}.json`, import.meta.url), "utf8"));
}

type Facts = Record<string, string>;

function facts(value: unknown, path = "", found: Facts = {}): Facts {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      facts(item, `${path}[${nameOf(item) ?? index}]`, found);
    });
  } else if (typeof value === "object" && value !== null) {
    for (const [field, item] of Object.entries(value)) facts(item, `${path}.${field}`, found);
  } else if (value !== undefined && value !== null) found[path] = String(value);
  return found;
}

const nameOf = (item: unknown) =>
  typeof item === "object" && item !== null && "name" in item ? String(item.name) : undefined;

/** What the API server writes into every pod, whoever made it, and the golden files hold in part. */
const ofTheApiServer = (path: string) => path.endsWith(".divisor") || path.endsWith(".httpGet.scheme");

function injected({ owner, pod }: Recorded["cases"][number], release: IstioVersion): Facts {
  const reference = { apiVersion: "apps/v1", ...owner, uid: "of-the-owner", controller: true };
  const metadata =
    owner.kind === "Pod"
      ? { ...pod.metadata, name: owner.name }
      : { ...pod.metadata, ownerReferences: [reference] };
  const gates = gatesFor(release);
  const result = injectSidecar(
    { ...pod, metadata },
    {
      ...{ namespace: owner.namespace, gates },
      settings: {
        values: parseInjectionValues('{"global":{"hub":"gcr.io/istio-testing","tag":"latest"}}', release),
        mesh: defaultMeshConfig,
        nativeSidecar: gates.nativeSidecars,
      },
    },
  );
  const { annotations, labels } = result.metadata;
  return facts({ metadata: { annotations, labels }, spec: result.spec });
}

describe.each(ISTIO_VERSIONS)("injection of %s", (release) => {
  const { cases } = recorded(release);
  const base = cases[0]?.facts ?? {};

  it.each(cases.map((entry) => [entry.name, entry] as const))(
    "%s is upstream's, fact for fact",
    (_, entry) => {
      const expected = Object.entries({ ...base, ...entry.facts }).filter(
        ([path, value]) => value !== null && !ofTheApiServer(path),
      );
      const ours = Object.entries(injected(entry, release)).filter(([path]) => !ofTheApiServer(path));
      expect(Object.fromEntries(ours.sort())).toEqual(Object.fromEntries(expected.sort()));
    },
  );
});
