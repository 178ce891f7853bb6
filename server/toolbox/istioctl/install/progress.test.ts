import { expect, it } from "vitest";
import { Progress } from "./progress.ts";

function shown(columns: number | undefined, version: string, work: (progress: Progress) => void): string {
  let text = "";
  work(
    new Progress({
      write: (more) => {
        text += more;
      },
      columns,
      version,
    }),
  );
  return text;
}

const gateways = (progress: Progress) => {
  progress.working("IngressGateways", ["Deployment/istio-system/istio-ingressgateway"]);
  progress.working("IngressGateways", ["Deployment/istio-system/istio-ingressgateway"]);
  progress.working("EgressGateways");
  progress.installed("IngressGateways");
  progress.failed("EgressGateways", "no");
};

it("says each change once, on a line of its own", () => {
  expect(shown(undefined, "1.21.6", gateways)).toBe(
    [
      "- Processing resources for Ingress gateways. Waiting for Deployment/istio-system/istio-ingressgateway",
      "- Processing resources for Egress gateways, Ingress gateways. Waiting for Deployment/istio-system/istio-ingressgateway",
      "✔ Ingress gateways installed",
      "✘ Egress gateways encountered an error: no",
      "",
    ].join("\n"),
  );
});

it("changes one coloured line of a terminal", () => {
  const work = (progress: Progress) => {
    progress.working("Pilot");
    progress.installed("Pilot");
  };
  expect(shown(80, "1.21.6", work)).toBe(
    "\r\x1b[33m-\x1b[0m Processing resources for Istiod.\x1b[K\r\x1b[32m✔\x1b[0m Istiod installed\x1b[K\n",
  );
});

it("does not let a line wrap", () => {
  const line = shown(40, "1.21.6", (progress) =>
    progress.working("Pilot", ["Deployment/istio-system/istiod"]),
  );
  expect(line).toBe("\r\x1b[33m-\x1b[0m Processing resources for Istiod. Wa...\x1b[K");
});

it("1.29 has pictures", () => {
  expect(shown(undefined, "1.29.6", (progress) => progress.installed("Base"))).toBe(
    "✔ Istio core installed ⛵️\n",
  );
});
