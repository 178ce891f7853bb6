import type { RedirectAction, Route, RouteAction, RouteMatch, WeightedCluster } from "../../xds/index.ts";
import type { RequestHead } from "../matchers.ts";
import type { LocalReply } from "./local-reply.ts";
import { pathOf } from "./route-match.ts";

/** The cluster of this request; `weighted` when chance chose it. `random` gives a number in [0, 1). */
export function chooseCluster(
  action: RouteAction,
  random: () => number,
): { readonly name: string; readonly weighted?: WeightedCluster } {
  const clusters = action.weightedClusters?.clusters;
  if (!clusters?.length) return { name: action.cluster ?? "" };
  const total = clusters.reduce((sum, one) => sum + (one.weight ?? 0), 0);
  let at = random() * total;
  for (const one of clusters) {
    at -= one.weight ?? 0;
    if (at < 0) return { name: one.name, weighted: one };
  }
  const last = clusters.at(-1);
  return last ? { name: last.name, weighted: last } : { name: "" };
}

export function rewritePath(route: Route, target: string): string {
  const action = route.route;
  const path = pathOf(target);
  const query = target.slice(path.length);
  if (action?.regexRewrite) {
    // RE2 writes groups `\1`; JavaScript `$1`.
    const replacement = action.regexRewrite.substitution.replace(/\$/g, "$$$$").replace(/\\(\d)/g, "$$$1");
    try {
      return path.replace(new RegExp(action.regexRewrite.pattern.regex, "g"), replacement) + query;
    } catch {
      return target; // not an expression here; istiod's webhook refuses it earlier
    }
  }
  if (!action?.prefixRewrite) return target;
  const matched = route.match.prefix ?? route.match.path ?? route.match.pathSeparatedPrefix ?? "";
  return action.prefixRewrite + path.slice(matched.length) + query;
}

const REDIRECT_STATUS = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
} as const;

/** `match` is the route's, of which a redirect may replace the prefix only. */
export function redirectReply(
  redirect: RedirectAction,
  head: RequestHead,
  match: RouteMatch = {},
): LocalReply {
  const scheme = redirect.httpsRedirect ? "https" : (redirect.schemeRedirect ?? head.scheme);
  const [host = "", port] = head.authority.split(":");
  // A port that was the default of the old scheme does not survive a change of scheme.
  const keptPort = port !== undefined && scheme === head.scheme ? `:${port}` : "";
  const target = redirect.hostRedirect ?? host;
  const suffix = redirect.portRedirect ? `:${redirect.portRedirect}` : redirect.hostRedirect ? "" : keptPort;
  const matched = match.prefix ?? match.path ?? match.pathSeparatedPrefix ?? "";
  const replaced =
    redirect.prefixRewrite === undefined
      ? undefined
      : redirect.prefixRewrite + head.path.slice(matched.length);
  const path = redirect.pathRedirect ?? replaced ?? head.path;
  return {
    status: REDIRECT_STATUS[redirect.responseCode ?? "MOVED_PERMANENTLY"],
    body: "",
    details: "direct_response",
    headers: [["location", `${scheme}://${target}${suffix}${path}`]],
  };
}

export function directReply(action: NonNullable<Route["directResponse"]>): LocalReply {
  const body = action.body?.inlineBytes
    ? Buffer.from(action.body.inlineBytes, "base64").toString("utf8")
    : (action.body?.inlineString ?? "");
  return { status: action.status, body, details: "direct_response" };
}
