import { expect, it } from "vitest";
import { clusterWords, parseAccessLine } from "./access-log.ts";

// Lines of Istio 1.21's default format, as its documentation of access logs shows them.
it("reads a line of Istio's default access log", () => {
  expect(
    parseAccessLine(
      '[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 4 4 "-" "curl/7.73.0-DEV" "84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "10.44.1.27:80" outbound|8000||httpbin.foo.svc.cluster.local 10.44.1.23:37652 10.0.45.184:8000 10.44.1.23:46520 - default',
    ),
  ).toEqual({
    startedAt: "2020-11-25T21:26:18.409Z",
    method: "GET",
    path: "/status/418",
    protocol: "HTTP/1.1",
    status: 418,
    flags: [],
    details: "via_upstream",
    milliseconds: 4,
    requestId: "84961386-6d84-929d-98bd-c5aee93b5c88",
    authority: "httpbin:8000",
    upstream: "10.44.1.27:80",
    cluster: "outbound|8000||httpbin.foo.svc.cluster.local",
    userAgent: "curl/7.73.0-DEV",
    downstreamLocal: "10.0.45.184:8000",
    downstreamRemote: "10.44.1.23:46520",
    serverName: "-",
    route: "default",
  });
});

it("reads flags, and a connection that never was a request", () => {
  const line = parseAccessLine(
    '[2026-11-23T10:00:00.000Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.0.0.1:8080 10.0.0.2:1234 - -',
  );
  expect(line).toMatchObject({
    method: "-",
    status: 0,
    flags: ["NR"],
    details: "filter_chain_not_found",
    milliseconds: 0,
  });
  expect(
    parseAccessLine(
      '[2026-11-23T10:00:00.000Z] "GET / HTTP/1.1" 503 UF,URX a - "-" 1 2 3 - "-" "-" "r" "a" "-" c - - - -',
    )?.flags,
  ).toEqual(["UF", "URX"]);
});

it("another line is not one", () => {
  expect(parseAccessLine("2026-11-23T10:00:00Z info xdsproxy connected")).toBeUndefined();
  expect(parseAccessLine('[2026-11-23T10:00:00.000Z] "GET')).toBeUndefined();
});

it("names clusters shortly", () => {
  expect(
    ["inbound|8080||", "outbound|9080|v1|reviews.default.svc.cluster.local", "PassthroughCluster"].map(
      clusterWords,
    ),
  ).toEqual(["own port 8080", "reviews.default:9080 (v1)", "PassthroughCluster"]);
});
