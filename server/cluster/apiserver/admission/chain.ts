import type { KubeObject } from "../../apimachinery/index.ts";
import type { AdmissionPlugin, Attributes } from "./attributes.ts";

/** All plugins in order: first everyone may change the object, then everyone may refuse it. */
export class AdmissionChain {
  constructor(private readonly plugins: readonly AdmissionPlugin[]) {}

  async mutate(attributes: Attributes & { readonly object: KubeObject }): Promise<KubeObject> {
    let { object } = attributes;
    let again = false;
    for (const plugin of this.plugins) {
      const before = object;
      if (plugin.mutate) object = await plugin.mutate({ ...attributes, object });
      again ||= plugin.asksOthers === true && object !== before;
    }
    if (!again) return object;
    // What a webhook added gets what the plugins before it give, e.g. an injected sidecar the service account's token
    // (apiserver admission/reinvocation.go).
    for (const plugin of this.plugins)
      if (plugin.mutate && !plugin.asksOthers) object = await plugin.mutate({ ...attributes, object });
    return object;
  }

  async validate(attributes: Attributes): Promise<void> {
    for (const plugin of this.plugins) if (plugin.validate) await plugin.validate(attributes);
  }
}
