import { expect, it } from "vitest";
import { cursorAt, headOf, readYamlLines } from "./yaml-lines.ts";

const manifest = `apiVersion: apps/v1 # the group
kind: "Deployment"
metadata:
  labels: {app: web}
spec:
  template:
    spec:
      containers:
      - name: web
        env:
          - name: A
            value: "x: y"
          - name: B
        command: ["sh"]
      - name: other
        args:
        - |
          key: not a key
          - neither
      nodeName: n
---
kind: Service
`;

const paths = (text: string) =>
  readYamlLines(text).map(({ path, document }) => (path ? `${document} ${path.join(".")}` : "-"));

it("knows each line's place, lists at their key's column and deeper alike", () => {
  expect(paths(manifest)).toEqual([
    "0 apiVersion",
    "0 kind",
    "0 metadata",
    "0 metadata.labels",
    "0 spec",
    "0 spec.template",
    "0 spec.template.spec",
    "0 spec.template.spec.containers",
    "0 spec.template.spec.containers.0.name",
    "0 spec.template.spec.containers.0.env",
    "0 spec.template.spec.containers.0.env.0.name",
    "0 spec.template.spec.containers.0.env.0.value",
    "0 spec.template.spec.containers.0.env.1.name",
    "0 spec.template.spec.containers.0.command",
    "0 spec.template.spec.containers.1.name",
    "0 spec.template.spec.containers.1.args",
    "0 spec.template.spec.containers.1.args.0",
    "-",
    "-",
    "0 spec.template.spec.nodeName",
    "-",
    "1 kind",
    "-",
  ]);
  expect(headOf(readYamlLines(manifest), 0)).toEqual({ apiVersion: "apps/v1", kind: "Deployment" });
  expect(headOf(readYamlLines(manifest), 1)).toBeUndefined();
});

const at = (before: string, after = "") => {
  const cursor = cursorAt(before + after, before.length);
  return cursor && `${cursor.at} ${cursor.path.join(".")} "${cursor.typed}" [${cursor.present}]`;
};

it("knows into what somebody types", () => {
  const head = "apiVersion: v1\nkind: Pod\nspec:\n";
  expect(at(`${head}  cont`)).toBe('key spec "cont" []');
  expect(at(`${head}  `, "\n  nodeName: a\n")).toBe('key spec "" [nodeName]');
  expect(at(`${head}  containers:\n  - na`)).toBe('key spec.containers.0 "na" []');
  expect(at(`${head}  containers:\n    - name: a\n      im`)).toBe('key spec.containers.0 "im" [name]');
  expect(at(`${head}  containers:\n  - name: a\n  - `)).toBe('key spec.containers.1 "" []');
  expect(at(`${head}  restartPolicy: Al`)).toBe('value spec.restartPolicy "Al" []');
  expect(at("ki")).toBe('key  "ki" []');
});

it("stays away from comments and texts", () => {
  expect(at("a: 1 # comm")).toBeUndefined();
  expect(at("data:\n  a: |\n    tex")).toBeUndefined();
});
