import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { runIstioctl } from "./testing/fake-api.ts";

const folder = mkdtempSync(path.join(tmpdir(), "meshwork-validate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

const rule = (http: string, more = "") => `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: {hosts: [web], http: ${http}}
${more}`;
const right = file("right.yaml", rule("[{route: [{destination: {host: web}}]}]"));
const warned = file(
  "warned.yaml",
  rule("[{route: [{destination: {host: web}}]}, {route: [{destination: {host: web}}]}]"),
);
const wrong = file("wrong.yaml", `${rule("[{}]", "specs: {}\n")}---\n${rule("[{}]")}`);
const kube = file(
  "kube.json",
  JSON.stringify({
    kind: "List",
    apiVersion: "v1",
    items: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: { ports: [{ name: "web", port: 80 }, { port: 81 }, { name: "http-x", port: 82 }] },
      },
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web" },
        spec: { template: { metadata: { labels: { app: "web" } } } },
      },
    ],
  }),
);

const errors = (...lines: string[]) =>
  `Error: ${lines.length} error${lines.length === 1 ? "" : "s"} occurred:\n${lines.map((line) => `\t* ${line}\n`).join("")}\n\n`;
const REQUIREMENTS = "https://istio.io/v1.21/docs/ops/deployment/requirements/";

it.each([
  [[right], 0, `"${right}" is valid\n`],
  [
    [warned],
    0,
    `"${warned}" has warnings: \n\t* VirtualService/shop/web: virtualService rule #1 not used (only the last rule can have no matches)\n\n`,
  ],
  [
    [right, wrong],
    1,
    errors(
      'VirtualService/shop/web: unknown field "specs"',
      "VirtualService/shop/web: HTTP route, redirect or direct_response is required",
    ),
  ],
  [
    [kube],
    1,
    `deployment "web/:" may not provide Istio metrics and telemetry labels: map["app":"web"]. See ${REQUIREMENTS}\n${errors(
      `Service//web: service "web//:" port "web" does not follow the Istio naming convention. See ${REQUIREMENTS}`,
      `Service//web: service "web//:" has an unnamed port. This is not recommended, See ${REQUIREMENTS}`,
    )}`,
  ],
  [["/nowhere"], 1, errors('cannot stat file "/nowhere": stat /nowhere: no such file or directory')],
] as const)("istioctl validate -f %j", async (files, exitCode, stderr) => {
  expect(await runIstioctl(["validate", "-f", files.join(",")])).toEqual({ exitCode, stdout: "", stderr });
});

it("looks into folders, and needs to be told what to look at", async () => {
  const { stderr } = await runIstioctl(["v", "--filename", folder]);
  expect(stderr).toContain("Error: 4 errors occurred:\n");
  expect((await runIstioctl(["validate"])).stderr).toBe(
    "Error: error: you must specify resources by --filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n",
  );
});
