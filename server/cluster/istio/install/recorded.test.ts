import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/index.ts";
import { gatesFor, ISTIO_VERSIONS, type IstioVersion } from "../versions.ts";
import { manifestsFor } from "./manifests.ts";
import { operatorSpec } from "./operator/operator.ts";
import { installSettings } from "./settings.ts";

/** Facts of what upstream's charts render for the profile demo at the release's tag: by object, a field's path and value. */
interface Recorded {
  readonly objects: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const recorded = (release: IstioVersion): Recorded =>
  JSON.parse(readFileSync(new URL(`recorded/${release}.json`, import.meta.url), "utf8"));

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
  typeof item === "object" && item !== null
    ? "name" in item
      ? String(item.name)
      : "key" in item
        ? String(item.key)
        : undefined
    : undefined;

/** Whose they are: the charts name Helm and its release, the installer itself. */
const ofTheInstaller =
  /helm\.sh|app\.kubernetes\.io|\.labels\.(release|istio\.io\/rev|install\.operator|operator\.istio)|caBundle/;
/** What the API server writes when it is not there. */
const defaulted =
  /\.protocol$|\.subjects\[.*\.namespace$|\.fieldRef\.apiVersion$|^\.spec\.replicas$|^\.spec\.ports\[.*\]\.targetPort$|\.divisor$|\.clientConfig\.service\.port$/;
/** As the API server keeps quantities. */
const canonical = (value: string) => value.replace(/^(\d+)000m$/, "$1").replace(/^1024Mi$/, "1Gi");

function installed(release: IstioVersion): ReadonlyMap<string, KubeObject> {
  const gates = gatesFor(release);
  const settings = installSettings(operatorSpec(gates, { profile: "demo" }), gates);
  const objects = manifestsFor(settings, { isDefault: false }).flatMap((component) => component.objects);
  return new Map(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

/** Of the charts' own validator for the default revision: the installer makes it when it makes that revision the default. */
const MADE_LATER = new Set(["ValidatingWebhookConfiguration istiod-default-validator"]);

describe.each(ISTIO_VERSIONS)("what %s installs", (release) => {
  const ours = installed(release);
  const wanted = Object.entries(recorded(release).objects).filter(([name]) => !MADE_LATER.has(name));

  it.each(wanted)("%s is upstream's, fact for fact", (name, expected) => {
    const object = ours.get(name);
    expect(object, `${name} is there`).toBeDefined();
    const { apiVersion: _version, kind: _kind, metadata, ...rest } = object ?? { metadata: {} };
    const found = Object.entries(facts({ metadata: { labels: metadata.labels }, ...rest }));
    const clean = (all: readonly (readonly [string, string])[]) =>
      Object.fromEntries(
        all
          .filter(([path]) => !ofTheInstaller.test(path) && !defaulted.test(path))
          .map(([path, value]) => [path, canonical(value)] as const)
          .sort(),
      );
    expect(clean(found)).toEqual(clean(Object.entries(expected)));
  });
});
