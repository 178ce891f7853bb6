import type { HttpConnectionManager } from "../../xds/index.ts";
import { MAX_DECODED_PEERS } from "../limits.ts";
import type { ProxyServices } from "../services.ts";
import { decodePeer, encodePeer, type Peer } from "../stats/peer.ts";
import type { Downstream } from "../stream-info.ts";
import { type HeaderMap, removeHopByHop } from "./headers.ts";
import { ensureRequestId } from "./request-id.ts";
import { pathOf } from "./route-match.ts";
import { judgeTrust, sanitize } from "./trust.ts";

export const PEER_METADATA = "x-envoy-peer-metadata";
export const PEER_METADATA_ID = "x-envoy-peer-metadata-id";

/**
 * What Envoy does to the head of a request before any filter (conn_manager_utility.cc mutateRequestHeaders): removes
 * what the client may not say, adds what the upstream may rely on.
 */
export function prepareRequest(
  headers: HeaderMap,
  config: HttpConnectionManager,
  context: { readonly downstream: Downstream; readonly services: ProxyServices },
): void {
  const { downstream, services } = context;
  removeHopByHop(headers);
  const useRemoteAddress = config.useRemoteAddress ?? false;
  const trust = judgeTrust(headers, {
    useRemoteAddress,
    trustedHops: config.xffNumTrustedHops ?? 0,
    remoteAddress: downstream.remoteAddress,
    trustPrivate: services.trustPrivateAddresses,
  });
  if (useRemoteAddress) {
    const before = headers.joined("x-forwarded-for");
    headers.set(
      "x-forwarded-for",
      before ? `${before},${downstream.remoteAddress}` : downstream.remoteAddress,
    );
  }
  if (useRemoteAddress || !headers.has("x-forwarded-proto"))
    headers.set("x-forwarded-proto", downstream.tls ? "https" : "http");
  sanitize(headers, trust);
  ensureRequestId(headers, services.random, trust.edge);
  forwardClientCertificate(headers, config, downstream);
}

/** X-Forwarded-Client-Cert (conn_manager_utility.cc mutateXfccRequestHeader). */
function forwardClientCertificate(
  headers: HeaderMap,
  config: HttpConnectionManager,
  downstream: Downstream,
): void {
  const mode = config.forwardClientCertDetails ?? "SANITIZE";
  if (mode === "ALWAYS_FORWARD_ONLY") return;
  const peer = downstream.tls?.peer;
  if (!peer || mode === "SANITIZE") {
    headers.remove("x-forwarded-client-cert");
    return;
  }
  if (mode === "FORWARD_ONLY") return;
  const details = config.setCurrentClientCertDetails ?? {};
  const parts = [];
  if (downstream.tls?.ownUri) parts.push(`By=${downstream.tls.ownUri}`);
  parts.push(`Hash=${peer.hash}`);
  if (details.subject) parts.push(`Subject="${peer.subject}"`);
  if (details.uri) parts.push(`URI=${peer.uri}`);
  if (details.dns) for (const name of peer.dns) parts.push(`DNS=${name}`);
  const before = mode === "APPEND_FORWARD" ? headers.joined("x-forwarded-client-cert") : undefined;
  const element = parts.join(";");
  headers.set("x-forwarded-client-cert", before ? `${before},${element}` : element);
}

/** Takes the peer's facts out of a head; they never reach an application. */
export function takePeer(headers: HeaderMap): Peer | undefined {
  const id = headers.remove(PEER_METADATA_ID);
  const encoded = headers.remove(PEER_METADATA);
  if (!encoded) return undefined;
  const peer = knownPeer(encoded);
  if (peer?.id === id) return peer;
  return peer && id ? { ...peer, id } : peer;
}

// The same few neighbours say the same again with every request.
const decodedPeers = new Map<string, Peer>();

function knownPeer(encoded: string): Peer | undefined {
  const known = decodedPeers.get(encoded);
  if (known) return known;
  const peer = decodePeer(encoded);
  if (decodedPeers.size >= MAX_DECODED_PEERS) decodedPeers.clear();
  if (peer) decodedPeers.set(encoded, peer);
  return peer;
}

const encodedPeers = new WeakMap<Peer, string>();

export function givePeer(headers: HeaderMap, self: Peer): void {
  let encoded = encodedPeers.get(self);
  if (encoded === undefined) {
    encoded = encodePeer(self);
    encodedPeers.set(self, encoded);
  }
  headers.set(PEER_METADATA_ID, self.id);
  headers.set(PEER_METADATA, encoded);
}

/** Removes dot segments of the path part (RFC 3986 §5.2.4), as normalize_path. */
export function normalizePath(target: string): string {
  const path = pathOf(target);
  if (!/\/\.|%2e/i.test(path)) return target;
  const out: string[] = [];
  for (const segment of path.replace(/%2e/gi, ".").split("/").slice(1)) {
    if (segment === "..") out.pop();
    else if (segment !== ".") out.push(segment);
  }
  const last = /\/\.{1,2}$/.test(path) && out.at(-1) !== "" ? "/" : "";
  return `/${out.join("/")}${last}${target.slice(path.length)}`;
}
