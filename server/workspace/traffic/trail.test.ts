import { expect, it } from "vitest";
import { parseAccessLine } from "../../contracts/plain/index.ts";
import type { MeshPod } from "./pods.ts";
import { hopsOf, type Written } from "./trail.ts";

const pod = (workload: string, ip: string, proxy: MeshPod["proxy"] = "sidecar"): MeshPod => ({
  ...{ namespace: "shop", name: `${workload}-1`, workload, ip, ready: true, labels: {}, proxy },
  ...{ container: workload, account: `ns/shop/sa/${workload}` },
});
const pods = [
  pod("gate", "10.0.0.9", "gateway"),
  pod("sleep", "10.0.0.1"),
  pod("web", "10.0.0.2"),
  pod("stock", "10.0.0.3"),
  pod("old", "10.0.0.4", "none"),
];
const [gate, sleep, web, stock] = pods;

interface Line {
  readonly at: string;
  readonly status: number;
  readonly flags?: string;
  readonly details?: string;
  readonly upstream?: string;
  readonly cluster: string;
  readonly local: string;
  readonly remote: string;
  readonly sni?: string;
}

/** As Istio's default format has it. */
function wrote(by: MeshPod | undefined, line: Line): Written {
  if (!by) throw new Error("a pod writes");
  const { flags = "-", details = "via_upstream", upstream = "-", sni = "-" } = line;
  const text = `[2026-11-23T10:00:00.${line.at}Z] "GET /a HTTP/1.1" ${line.status} ${flags} ${details} - "-" 0 5 7 6 "-" "meshwork/x" "id" "web:80" "${upstream}" ${line.cluster} - ${line.local} ${line.remote} ${sni} default`;
  const access = parseAccessLine(text);
  if (!access) throw new Error(`no access line: ${text}`);
  return { pod: by, line: text, access };
}

const toWeb = {
  ...{ at: "001", status: 200, upstream: "10.0.0.2:80", cluster: "outbound|80||web.shop.svc.cluster.local" },
  ...{ local: "10.96.0.1:80", remote: "10.0.0.1:1" },
};
const atWeb = {
  ...{ at: "002", status: 200, upstream: "10.0.0.2:80", cluster: "inbound|80||", local: "10.0.0.2:80" },
  ...{ remote: "10.0.0.1:2", sni: "outbound_.80_._.web.shop.svc.cluster.local" },
};
const short = (written: readonly Written[], source: MeshPod | undefined) =>
  hopsOf({ written, pods, source }).map(
    ({ from, to, status, security, decidedBy, details }) =>
      `${from.name} ${to.name} ${status} ${security} ${decidedBy} ${details}`,
  );

it("joins a sending with its arrival and goes on from there, whatever the order in which logs were read", () => {
  const toStock = {
    ...{ at: "003", status: 403, upstream: "10.0.0.3:80", local: "10.96.0.2:80", remote: "10.0.0.2:5" },
    cluster: "outbound|80||stock.shop.svc.cluster.local",
  };
  const atStock = {
    ...{ at: "004", status: 403, cluster: "inbound|80||", local: "10.0.0.3:80", remote: "10.0.0.2:6" },
    ...{ details: "rbac_access_denied_matched_policy[none]", sni: "outbound_.80_._.stock" },
  };
  const written = [wrote(stock, atStock), wrote(web, toStock), wrote(web, atWeb), wrote(sleep, toWeb)];
  expect(short(written, sleep)).toEqual([
    "sleep web 200 mtls application via_upstream",
    "web stock 403 mtls called rbac_access_denied_matched_policy[none]",
  ]);
  expect(hopsOf({ written, pods, source: sleep })[0]).toMatchObject({
    caller: "ns/shop/sa/sleep",
    called: "ns/shop/sa/web",
    sent: { pod: "sleep-1" },
    received: { pod: "web-1" },
  });
});

it("tells a gateway's one line as two hops: in from outside, and on", () => {
  const through = { ...toWeb, local: "10.0.0.9:8443", remote: "192.168.0.1:4", sni: "shop.io" };
  // Behind the gateway the remote address is the outside client's.
  const written = [wrote(gate, through), wrote(web, { ...atWeb, remote: "192.168.0.1:0" })];
  expect(short(written, undefined)).toEqual([
    "outside gate 200 tls application via_upstream",
    "gate web 200 mtls application via_upstream",
  ]);
  const lost = {
    ...through,
    status: 404,
    upstream: "-",
    cluster: "-",
    flags: "NR",
    details: "route_not_found",
  };
  expect(short([wrote(gate, lost)], undefined)).toEqual(["outside gate 404 tls called route_not_found"]);
});

it("a request that ends in the caller's own proxy goes to the service that was meant", () => {
  const none = { ...toWeb, status: 503, flags: "UH", details: "no_healthy_upstream", upstream: "-" };
  expect(short([wrote(sleep, none)], sleep)).toEqual(["sleep web 503 unknown caller no_healthy_upstream"]);
});

it("a target without a sidecar is plaintext, a caller without one is seen on arrival", () => {
  const toOld = { ...toWeb, upstream: "10.0.0.4:80", cluster: "outbound|80||old.shop.svc.cluster.local" };
  expect(short([wrote(sleep, toOld)], sleep)).toEqual(["sleep old 200 plaintext application via_upstream"]);
  const plain = { ...atWeb, remote: "10.0.0.4:9", sni: "-" };
  expect(short([wrote(web, plain)], pods[4])).toEqual(["old web 200 plaintext application via_upstream"]);
});

it("an earlier try leaves its arrival", () => {
  const written = [
    wrote(sleep, toWeb),
    wrote(web, { ...atWeb, status: 503 }),
    wrote(web, { ...atWeb, at: "005" }),
  ];
  expect(short(written, sleep)).toHaveLength(2);
});
