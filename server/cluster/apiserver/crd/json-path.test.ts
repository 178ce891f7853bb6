import { expect, it } from "vitest";
import { compileJsonPath, printResults } from "./json-path.ts";

const gateway = {
  spec: { hostnames: ["a", "b"] },
  status: {
    conditions: [
      { type: "Accepted", status: "True" },
      { type: "Programmed", status: "False" },
    ],
    addresses: [{ value: "10.0.0.1" }, { value: "10.0.0.2" }],
  },
};

it.each([
  ['.status.conditions[?(@.type=="Programmed")].status', "False"],
  [".status.addresses[*].value", "10.0.0.1 10.0.0.2"],
  [".spec.hostnames", '["a","b"]'],
  [".status.conditions[0].type", "Accepted"],
  [".status.none", ""],
])("%s", (path, printed) => {
  expect(printResults(compileJsonPath(path)(gateway))).toBe(printed);
});
