import type { GraphEdge, MtlsBadge, MtlsState } from "../../server/contracts/index.ts";

/** Words of the four states. The shape is chosen by state in mtls-icon.tsx, so that no state is told by colour alone. */
export function badgeWords(badge: MtlsBadge): string {
  switch (badge.state) {
    case "mtls":
      return "mTLS";
    case "mixed":
      return badge.percent === undefined ? "partly mTLS" : `${betweenOneAnd99(badge.percent)} % mTLS`;
    case "plaintext":
      return "plaintext";
    case "no-traffic":
      return "no traffic";
  }
}

type EdgeSays = Pick<GraphEdge, "mtls" | "rate">;

// The caller counts what it sends; where it got in, or how, is for the other end to say: it may lie outside the mesh.
const unseenByTarget = ({ mtls, rate }: EdgeSays) => mtls.state === "no-traffic" && rate > 0;

export const edgeWords = (edge: EdgeSays): string =>
  unseenByTarget(edge) ? "mTLS unknown" : badgeWords(edge.mtls);

export const edgeSentence = (edge: EdgeSays): string =>
  unseenByTarget(edge)
    ? "Only the caller counts these requests: the other end took none in, or is outside the mesh."
    : badgeSentence(edge.mtls);

/** Of the mesh as a whole: "mixed" is the word, how much is a detail. */
export const meshWords = (badge: MtlsBadge): string =>
  badge.state === "mixed" && badge.percent !== undefined ? `mixed · ${badgeWords(badge)}` : badgeWords(badge);

/** A mixed edge never reads "100 %" or "0 %": one plaintext request among a thousand is still plaintext. */
const betweenOneAnd99 = (percent: number) => Math.min(99, Math.max(1, Math.round(percent)));

/** The whole truth in one sentence, for tool tips and screen readers. */
export function badgeSentence(badge: MtlsBadge): string {
  switch (badge.state) {
    case "mtls":
      return "All requests seen were mutual TLS.";
    case "mixed":
      return badge.percent === undefined
        ? "Some requests seen were mutual TLS, some were plaintext."
        : `${betweenOneAnd99(badge.percent)} % of the requests seen were mutual TLS; the rest were plaintext.`;
    case "plaintext":
      return "All requests seen were plaintext: readable by anyone on the way.";
    case "no-traffic":
      return "No requests seen in this time window.";
  }
}

export function rateWords(edge: Pick<GraphEdge, "protocol" | "rate">): string {
  if (edge.rate === 0) return "";
  return edge.protocol === "tcp" ? bytesWords(edge.rate) : `${number(edge.rate)} rps`;
}

/** Bytes per second. */
export function bytesWords(rate: number): string {
  if (rate < 1_000) return `${number(rate)} B/s`;
  return rate < 1_000_000 ? `${number(rate / 1_000)} kB/s` : `${number(rate / 1_000_000)} MB/s`;
}

/** Milliseconds; seconds from one on. */
export const timeWords = (ms: number): string =>
  ms < 1_000 ? `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`;

export const errorWords = (percent: number): string =>
  percent === 0 ? "" : percent < 1 ? "< 1 % errors" : `${Math.round(percent)} % errors`;

const number = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** Order of the legend and of severity: what a learner should look at first comes last. */
export const mtlsStates: readonly MtlsState[] = ["mtls", "mixed", "plaintext", "no-traffic"];
