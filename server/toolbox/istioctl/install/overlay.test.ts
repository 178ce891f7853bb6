import { describe, expect, it } from "vitest";
import { parseArguments } from "../args.ts";
import { temporaryFile } from "../testing/temporary-file.ts";
import { INSTALL_FLAGS } from "./flags.ts";
import { parseSet, readOverlay } from "./overlay.ts";
import { endOfLifeWarning, joined, milliseconds } from "./words.ts";

const overlay = (...words: readonly string[]) => readOverlay(parseArguments(words, INSTALL_FLAGS));

describe("--set", () => {
  it.each([
    ["profile=demo", { profile: "demo" }],
    ["spec.hub=x", { hub: "x" }],
    ["values.pilot.traceSampling=50", { values: { pilot: { traceSampling: 50 } } }],
    ["values.pilot.traceSampling=0.5", { values: { pilot: { traceSampling: 0.5 } } }],
    ["meshConfig.enableTracing=true", { meshConfig: { enableTracing: true } }],
    ["tag=1.21.6", { tag: "1.21.6" }],
    ["components.egressGateways[1].name=a", { components: { egressGateways: [{}, { name: "a" }] } }],
    ["values.a\\.b/c.d=e", { values: { "a.b/c": { d: "e" } } }],
    ["meshConfig.accessLogFile=", { meshConfig: { accessLogFile: "" } }],
    [
      "meshConfig.defaultConfig.proxyMetadata.A=true",
      { meshConfig: { defaultConfig: { proxyMetadata: { A: "true" } } } },
    ],
  ])("%s", (flag, tree) => {
    expect(parseSet(flag)).toEqual(tree);
  });

  it.each(["profile", "a=b=c"])("refuses %s", (flag) => {
    expect(() => parseSet(flag)).toThrow(`set flag ${flag} has incorrect format, must be path=value`);
  });
});

describe("files", () => {
  it("lie under flags, the later over the earlier", () => {
    const files = [
      "spec: {profile: demo, meshConfig: {accessLogFile: a, rootNamespace: r}}",
      "spec: {meshConfig: {accessLogFile: b}, components: {egressGateways: [{name: x, enabled: true}]}}",
    ].map(temporaryFile);
    const flags = [
      "--set",
      "meshConfig.enableTracing=false",
      "--set",
      "components.egressGateways[0].enabled=false",
    ];
    expect(overlay(...files.flatMap(({ path }) => ["-f", path]), ...flags, "-r", "canary")).toEqual({
      profile: "demo",
      revision: "canary",
      meshConfig: { accessLogFile: "b", rootNamespace: "r", enableTracing: false },
      components: { egressGateways: [{ name: "x", enabled: false }] },
    });
    for (const file of files) file.dispose();
  });

  it.each([
    [
      "kind: IstioOperator\n---\nkind: IstioOperator\n",
      /contains multiple IstioOperator CRs, only one per file/,
    ],
    ["kind: Deployment\n", /kind "Deployment" is not an IstioOperator$/],
    ["- a\n", /not an IstioOperator$/],
    ["a: [\n", /could not unmarshal/],
    [`${"a: {".repeat(200)}${"}".repeat(200)}`, /could not unmarshal/],
  ])("refuses %j", (text, message) => {
    const file = temporaryFile(text);
    expect(() => overlay("-f", file.path)).toThrow(message);
    file.dispose();
  });

  it("of other charts are not supported", () => {
    expect(() => overlay("--manifests", "istio-1.21.6/manifests")).toThrow(
      "--manifests: installing from other charts is not supported by the practice cluster's istioctl yet",
    );
  });
});

it("words", () => {
  expect([joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])]).toEqual([
    "a",
    "a and b",
    "a, b, and c",
  ]);
  expect([
    milliseconds("5m0s"),
    milliseconds("1h30m"),
    milliseconds("1.5s"),
    milliseconds(undefined),
  ]).toEqual([300_000, 5_400_000, 1_500, undefined]);
  expect(() => milliseconds("soon")).toThrow(
    'invalid argument "soon" for "--readiness-timeout" flag: time: invalid duration "soon"',
  );
  expect(endOfLifeWarning("1.29.6", new Date("2026-10-31T00:00:00Z"))).toBe("");
  expect(endOfLifeWarning("1.29.6", new Date("2026-11-01T00:00:00Z"))).toBe(
    "WARNING: Istio 1.29.0 may be out of support (EOL) already: see https://istio.io/latest/docs/releases/supported-releases/ for supported releases\n",
  );
});
