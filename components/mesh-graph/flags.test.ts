import { expect, it } from "vitest";
import { explainFailure } from "./flags.ts";

it.each([
  ["503", "FI", "The request was ended on purpose. A VirtualService injects a fault: fault.abort."],
  [
    "503",
    "UF,URX",
    "No connection to the upstream could be made. Nobody listens there, or TLS settings differ: compare DestinationRule and PeerAuthentication. The limit of retries or of connection attempts was reached. The upstream failed each time; look at the tries before.",
  ],
  ["403", "-", "Refused by an AuthorizationPolicy (RBAC: access denied) or by the application."],
  ["500", "-", "The application answered so."],
  ["0", "-", "There was no answer at all."],
  ["503", "XX", "Envoy's flag is XX."],
])("%s %s: %s", (...[code = "", flags = "", sentence]) => {
  expect(explainFailure({ code, flags })).toBe(sentence);
});
