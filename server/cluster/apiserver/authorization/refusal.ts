import { forbidden, StatusError } from "../../apimachinery/index.ts";
import type { Attributes } from "./attributes.ts";

/** In upstream's words (apiserver handlers/responsewriters forbiddenMessage). */
export function refusal(attributes: Attributes, reason: string): StatusError {
  const why = reason ? `: ${reason}` : "";
  const { user, verb } = attributes;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (attributes.kind === "non-resource") {
    return new StatusError({
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
      message: `forbidden: ${who} path ${JSON.stringify(attributes.path)}${why}`,
      ...{ reason: "Forbidden", details: {}, code: 403 },
    });
  }
  const { group, resource, subresource, namespace, name } = attributes;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope";
  return forbidden(
    { group, resource },
    name,
    `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${why}`,
  );
}
