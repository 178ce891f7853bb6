import type { Peer } from "./stats/peer.ts";
import type { PeerIdentity } from "./tls/verify.ts";
import type { Endpoint } from "./upstream/endpoint.ts";

export type TrafficDirection = "INBOUND" | "OUTBOUND";

/** What is known of a downstream connection once its filter chain has been chosen and its handshake is done. */
export interface Downstream {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Where the client meant to go. */
  readonly destination: { readonly address: string; readonly port: number };
  readonly serverName: string;
  /** Undefined: plaintext. */
  readonly tls: { readonly peer: PeerIdentity | undefined; readonly ownUri: string } | undefined;
  readonly direction: TrafficDirection;
  /** Peer of a TCP connection, by istio-peer-exchange. */
  readonly peer?: Peer | undefined;
}

/** What the access log and the statistics tell of one request or TCP connection. Filled as it goes along. */
export class StreamInfo {
  method = "";
  path = "";
  authority = "";
  protocol = "";
  grpc = false;
  responseCode = 0;
  /** In the order they were found out. */
  readonly flags: string[] = [];
  details = "";
  transportFailure = "";
  connectionTermination = "";
  bytesReceived = 0;
  bytesSent = 0;
  /** Milliseconds; undefined while running. */
  duration = 0;
  upstreamServiceTime: number | undefined;
  upstreamCluster: string | undefined;
  upstreamEndpoint: Endpoint | undefined;
  /** Of the connection the request went out on. */
  upstreamConnection: { readonly localAddress: string; readonly localPort: number } | undefined;
  upstreamPeer: PeerIdentity | undefined;
  routeName = "";
  /** Who is at the other side, by metadata exchange. */
  peer: Peer | undefined;
  grpcStatus = "";

  constructor(
    readonly downstream: Downstream,
    /** Wall clock, milliseconds. */
    readonly started: number,
  ) {}

  flag(flag: string): void {
    if (!this.flags.includes(flag)) this.flags.push(flag);
  }

  get upstreamLocal(): string | undefined {
    const local = this.upstreamConnection;
    return local && `${local.localAddress}:${local.localPort}`;
  }

  get flagText(): string {
    if (this.flags.length === 0) return "-";
    return [...this.flags].sort((a, b) => FLAG_ORDER.indexOf(a) - FLAG_ORDER.indexOf(b)).join(",");
  }
}

// The order in which Envoy prints several (stream_info/utility.h ALL_RESPONSE_STRINGS_FLAGS).
const FLAG_ORDER = [
  "UH",
  "UF",
  "UO",
  "NR",
  "URX",
  "NC",
  "UT",
  "DC",
  "LH",
  "LR",
  "UR",
  "UC",
  "DI",
  "FI",
  "RL",
  "UAEX",
  "DPE",
  "UPE",
];
