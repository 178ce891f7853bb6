import type { Listener } from "../../../xds/index.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { gatewayListeners } from "./gateway-listeners.ts";
import { virtualInbound } from "./inbound-listener.ts";
import { outboundListeners, virtualOutbound } from "./outbound-listeners.ts";

export function generateListeners(proxy: MeshProxy, push: PushContext): readonly Listener[] {
  if (proxy.type === "router") return gatewayListeners(proxy, push);
  return [...outboundListeners(proxy, push), virtualOutbound(proxy, push), virtualInbound(proxy, push)];
}
