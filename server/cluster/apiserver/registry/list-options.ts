import {
  badRequest,
  expired,
  type FieldSelector,
  type KubeObject,
  type LabelSelector,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
} from "../../apimachinery/index.ts";
import type { Resource } from "./resource.ts";

export interface ListOptions {
  readonly namespace: string;
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
}

export interface WatchOptions extends ListOptions {
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean;
  readonly timeoutSeconds?: number;
  /** Of the server itself: never ends by itself. */
  readonly endless?: boolean;
}

type Query = Readonly<Record<string, string>>;

export function listOptions(query: Query, namespace: string, name = ""): ListOptions {
  const fields = parseFieldSelector(query.fieldSelector ?? "");
  return {
    namespace,
    labels: parseLabelSelector(query.labelSelector ?? ""),
    fields: name ? [...fields, { field: "metadata.name", equal: true, value: name }] : fields,
    ...(query.limit ? { limit: integer("limit", query.limit) } : {}),
    ...(query.continue ? { continue: query.continue } : {}),
    ...(query.resourceVersion ? { resourceVersion: query.resourceVersion } : {}),
    ...(query.resourceVersionMatch ? { resourceVersionMatch: query.resourceVersionMatch } : {}),
  };
}

export function watchOptions(query: Query, namespace: string, name = ""): WatchOptions {
  return {
    ...listOptions(query, namespace, name),
    bookmarks: query.allowWatchBookmarks === "true" || query.allowWatchBookmarks === "1",
    sendInitialEvents: query.sendInitialEvents === "true" || query.sendInitialEvents === "1",
    ...(query.timeoutSeconds ? { timeoutSeconds: integer("timeoutSeconds", query.timeoutSeconds) } : {}),
  };
}

function integer(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax (${name})`);
  }
  return Number(text);
}

/** The revision a client names, or undefined for "" and "0", which mean "any". */
export function revisionOf(resourceVersion: string | undefined): number | undefined {
  if (!resourceVersion || resourceVersion === "0") return undefined;
  if (!/^\d{1,15}$/.test(resourceVersion)) {
    throw badRequest(
      `Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`,
    );
  }
  return Number(resourceVersion);
}

/** Whether an object is selected. */
export function selected(resource: Resource, options: ListOptions, object: KubeObject): boolean {
  if (!matchesLabels(options.labels, object.metadata.labels)) return false;
  if (options.fields.length === 0) return true;
  return matchesFields(options.fields, {
    "metadata.name": object.metadata.name ?? "",
    ...(resource.strategy.namespaced ? { "metadata.namespace": object.metadata.namespace ?? "" } : {}),
    ...resource.strategy.selectableFields?.(object),
  });
}

interface ContinueToken {
  readonly revision: number;
  readonly after: string;
}

/** Opaque to clients; the same fields as upstream's (v, rv, start), in our own order. */
export function encodeContinue({ revision, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: after })).toString(
    "base64url",
  );
}

export function decodeContinue(token: string): ContinueToken {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (typeof parsed === "object" && parsed !== null && "rv" in parsed && "start" in parsed) {
      const { rv, start } = parsed;
      if (typeof rv === "number" && typeof start === "string") return { revision: rv, after: start };
    }
  } catch {
    // Falls through to the refusal below: whatever it was, it is not a token of ours.
  }
  throw badRequest("continue key is not valid: encoded continue key does not match the expected format");
}

export function continueExpired() {
  return expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
}
