import {
  addIncorrectly,
  relativeOperation,
  relativeOperationWithVersion,
  removeIncorrectly,
  replaceIncorrectly,
} from "../findings.ts";
import { about, type Finding, type Message } from "../message.ts";
import type { EnvoyFilter } from "../specs.ts";
import type { Analyzer } from "../world.ts";

type Patch = EnvoyFilter["configPatches"][number];

const IGNORED_TARGETS = ["ROUTE_CONFIGURATION", "HTTP_ROUTE"];
const REPLACEABLE = ["NETWORK_FILTER", "HTTP_FILTER"];

/** Patches that depend on their order, or on what they cannot do. */
export const envoyPatchAnalyzer: Analyzer = {
  name: "envoyfilter.EnvoyPatchAnalyzer",
  // With the final blank of upstream's.
  description: "Checks an envoyFilters ",
  inputs: ["EnvoyFilter"],
  run({ envoyFilters }) {
    // Names of filters that some patch changes for one proxy version only.
    const versioned = new Set<string>();
    const messages: Message[] = [];
    for (const filter of envoyFilters)
      for (const [index, patch] of filter.spec.configPatches.entries()) {
        if (!patch.patch) break;
        const name = instanceName(patch);
        const finding = findingOf(patch, {
          prioritized: (filter.spec.priority ?? 0) !== 0,
          versioned: versioned.has(name),
        });
        if (finding) messages.push(about(filter, finding, `spec.configPatches[${index}].patch.value`));
        if (patch.match?.proxy?.proxyVersion) versioned.add(name);
      }
    return messages;
  },
};

function instanceName({ patch, match }: Patch): string {
  if (!patch?.value) return "";
  return typeof patch.value.name === "string"
    ? patch.value.name
    : (match?.listener?.filterChain?.filter?.name ?? "");
}

function findingOf(
  { patch, applyTo }: Patch,
  { prioritized, versioned }: { readonly prioritized: boolean; readonly versioned: boolean },
): Finding | undefined {
  const relative = () => {
    if (prioritized) return undefined;
    return versioned ? relativeOperationWithVersion() : relativeOperation();
  };
  switch (patch?.operation) {
    case "ADD":
      return IGNORED_TARGETS.includes(applyTo) ? addIncorrectly() : undefined;
    case "REMOVE":
      return IGNORED_TARGETS.includes(applyTo) ? removeIncorrectly() : relative();
    case "REPLACE":
      return REPLACEABLE.includes(applyTo) ? relative() : replaceIncorrectly();
    case "INSERT_BEFORE":
    case "INSERT_AFTER":
      return relative();
    default:
      return undefined;
  }
}
