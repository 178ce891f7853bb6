import type { RouteAction } from "../../xds/index.ts";
import { within } from "../matchers.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { RequestBody } from "./request-body.ts";
import type { StreamView } from "./stream-view.ts";

/** Copies of a request go out at once; their answers are dropped (Envoy router/shadow_writer_impl.cc). */
export function mirrorRequest(stream: StreamView, action: RouteAction, body: RequestBody): void {
  const { services } = stream.scope;
  for (const policy of action.requestMirrorPolicies ?? []) {
    const fraction = policy.runtimeFraction?.defaultValue;
    if (fraction && !within(fraction, services.random.fraction())) continue;
    const cluster = services.cluster(policy.cluster);
    if (cluster)
      void sendCopy(cluster, { stream, body, sameHost: policy.disableShadowHostSuffixAppend ?? false });
  }
}

async function sendCopy(
  cluster: ClusterRuntime,
  of: { readonly stream: StreamView; readonly body: RequestBody; readonly sameHost: boolean },
): Promise<void> {
  const { head, info, request, scope } = of.stream;
  const copy = { ...head, headers: head.headers.clone() };
  const [host = "", port] = copy.authority.split(":");
  if (!of.sameHost) copy.authority = `${host}-shadow${port === undefined ? "" : `:${port}`}`;
  const endpoint = await cluster.pick({ originalDestination: info.downstream.destination });
  if (!endpoint) return;
  const http2 = cluster.speaksHttp2(request.protocol);
  const { alpn } = scope.facts;
  cluster.pool(endpoint, { http2, alpn: http2 ? alpn.http2 : alpn.http1 }).request(
    { head: copy, hasBody: of.body.present, upgrade: false },
    {
      ready: (stream) => {
        if (of.body.present) of.body.mirror(stream);
      },
      head: ignore,
      data: ignore,
      end: ignore,
      failed: ignore,
      upgraded: (_headers, connection) => connection.socket.destroy(),
    },
  );
}

const ignore = () => undefined;
