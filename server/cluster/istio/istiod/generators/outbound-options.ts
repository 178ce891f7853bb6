import type { PortPolicy } from "../model/networking.ts";
import type { EffectiveRule } from "../push/destination-rules.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { MeshPort, MeshService } from "../push/registry.ts";

/** One outbound cluster: a port of a service, as one subset of one rule has it. */
export interface OutboundOptions {
  readonly service: MeshService;
  readonly port: MeshPort;
  readonly subset: string;
  readonly policy: PortPolicy;
  readonly rule: EffectiveRule | undefined;
  readonly proxy: MeshProxy;
  readonly push: PushContext;
}
