import type { HostClient } from "./host-client.ts";

/** A running workspace, as far as a class-wide action goes. */
export const actedOn = (host: HostClient) => ({
  act: (action: Parameters<HostClient["act"]>[0]) => host.act(action),
  previewAction: (action: Parameters<HostClient["previewAction"]>[0]) => host.previewAction(action),
  apply: (text: string) => host.read("manifest:apply", { text }),
  diff: (text: string) => host.read("manifest:diff", { text }),
});
