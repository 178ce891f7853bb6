import { describe, expect, it } from "vitest";
import { type ConnectionFacts, type FilterChainMatch, matchFilterChain } from "./filter-chain-match.ts";

const facts = (over: Partial<ConnectionFacts>): ConnectionFacts => ({
  address: "10.42.0.12",
  port: 8081,
  serverName: "",
  transportProtocol: "raw_buffer",
  applicationProtocols: [],
  ...over,
});

const mesh = ["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"];
const permissive = [
  { name: "blackhole", filterChainMatch: { destinationPort: 15006 } },
  {
    name: "catch-all",
    filterChainMatch: { transportProtocol: "raw_buffer", prefixRanges: [{ addressPrefix: "0.0.0.0" }] },
  },
  {
    name: "mtls",
    filterChainMatch: { destinationPort: 8081, transportProtocol: "tls", applicationProtocols: mesh },
  },
  { name: "plain", filterChainMatch: { destinationPort: 8081, transportProtocol: "raw_buffer" } },
];
const strict = [
  { name: "catch-all", filterChainMatch: { transportProtocol: "raw_buffer" } },
  { name: "mtls", filterChainMatch: { destinationPort: 8081, transportProtocol: "tls" } },
];
const gateway = [
  { name: "exact", filterChainMatch: { serverNames: ["a.example.com"] } },
  { name: "wild", filterChainMatch: { serverNames: ["*.example.com"] } },
];

describe("matchFilterChain", () => {
  it.each([
    { name: "plaintext takes the raw chain", chains: permissive, facts: facts({}), expected: "plain" },
    {
      name: "mesh ALPN takes the TLS chain",
      chains: permissive,
      facts: facts({ transportProtocol: "tls", applicationProtocols: ["istio"] }),
      expected: "mtls",
    },
    {
      name: "foreign TLS finds none in PERMISSIVE",
      chains: permissive,
      facts: facts({ transportProtocol: "tls", applicationProtocols: ["h2"] }),
      expected: undefined,
    },
    {
      name: "an undeclared port is passed through",
      chains: permissive,
      facts: facts({ port: 9999 }),
      expected: "catch-all",
    },
    {
      name: "STRICT: plaintext to a known port does not fall back to the catch-all",
      chains: strict,
      facts: facts({}),
      expected: undefined,
    },
    {
      name: "STRICT: TLS of any ALPN",
      chains: strict,
      facts: facts({ transportProtocol: "tls" }),
      expected: "mtls",
    },
    {
      name: "exact server name",
      chains: gateway,
      facts: facts({ serverName: "a.example.com", transportProtocol: "tls" }),
      expected: "exact",
    },
    {
      name: "wildcard server name",
      chains: gateway,
      facts: facts({ serverName: "b.c.example.com", transportProtocol: "tls" }),
      expected: "wild",
    },
    {
      name: "unknown server name",
      chains: gateway,
      facts: facts({ serverName: "example.org", transportProtocol: "tls" }),
      expected: undefined,
    },
    {
      name: "no server name",
      chains: gateway,
      facts: facts({ transportProtocol: "tls" }),
      expected: undefined,
    },
  ])("$name", ({ chains, facts: given, expected }) => {
    expect(matchFilterChain<{ name: string; filterChainMatch: FilterChainMatch }>(chains, given)?.name).toBe(
      expected,
    );
  });
});
