import { expect, it } from "vitest";
import { explainFailure } from "./flags.ts";

it.each([
  ["503", "UH", "no healthy instance: none is ready, or all were ejected by outlier detection"],
  [
    "503",
    "UF,URX",
    "the connection to the instance failed: nobody listens there, or TLS was refused; all retries, or all connection attempts, were used up",
  ],
  ["403", "-", "refused: by an AuthorizationPolicy (RBAC: access denied) or by the application"],
  ["500", "-", "the application answered so"],
  ["0", "-", "no answer at all"],
  ["503", "XX", "Envoy's flag XX"],
])("%s %s: %s", (...[code = "", flags = "", sentence]) => {
  expect(explainFailure({ code, flags })).toBe(sentence);
});
