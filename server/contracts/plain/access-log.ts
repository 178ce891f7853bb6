/** One line of an Envoy access log in Istio's default format. */
export interface AccessLine {
  /** RFC 3339. */
  readonly startedAt: string;
  readonly method: string;
  readonly path: string;
  readonly protocol: string;
  readonly status: number;
  /** Empty: none. */
  readonly flags: readonly string[];
  readonly details: string;
  readonly milliseconds: number | undefined;
  readonly authority: string;
  readonly upstream: string;
  readonly cluster: string;
  readonly requestId: string;
  readonly userAgent: string;
  /** The proxy's own end of the caller's connection, and the caller's: address:port. */
  readonly downstreamLocal: string;
  readonly downstreamRemote: string;
  /** The name asked for in the caller's TLS handshake; "-" without TLS. */
  readonly serverName: string;
  readonly route: string;
}

/**
 * Istio's default text format (istio/pkg/config/mesh: EnvoyTextLogFormat): start time, "method path protocol", code, flags,
 * code details, termination details, "transport failure", bytes in, bytes out, duration, service time, "x-forwarded-for",
 * "user agent", "request id", "authority", "upstream host", cluster, upstream local, downstream local, downstream remote,
 * SNI, route name.
 */
export function parseAccessLine(line: string): AccessLine | undefined {
  if (!/^\[\d{4}-/.test(line)) return undefined;
  const words = wordsOf(line.slice(line.indexOf("]") + 1));
  const [request = "", status = "", flags = "", details = ""] = words;
  if (words.length < 16 || !/^\d+$/.test(status)) return undefined;
  const [method = "", path = "", protocol = ""] = request.split(" ");
  const duration = Number(words[8]);
  return {
    startedAt: line.slice(1, line.indexOf("]")),
    ...{ method, path, protocol, details },
    status: Number(status),
    flags: flags === "-" ? [] : flags.split(","),
    milliseconds: Number.isFinite(duration) ? duration : undefined,
    requestId: words[12] ?? "",
    authority: words[13] ?? "",
    upstream: words[14] ?? "",
    cluster: words[15] ?? "",
    userAgent: words[11] ?? "",
    downstreamLocal: words[17] ?? "",
    downstreamRemote: words[18] ?? "",
    serverName: words[19] ?? "",
    route: words[20] ?? "",
  };
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}

/** inbound|8080|| or outbound|9080|v1|reviews.default.svc.cluster.local, in words. */
export function clusterWords(cluster: string): string {
  const [direction = "", port = "", subset = "", host = ""] = cluster.split("|");
  if (host === "") return direction === "inbound" ? `own port ${port}` : cluster;
  const short = host.replace(/\.svc\.cluster\.local$/, "");
  return `${short}:${port}${subset ? ` (${subset})` : ""}`;
}
