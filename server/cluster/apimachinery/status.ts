import type { GroupVersionResource } from "./types.ts";

/** metav1.Status, the body of every refusal. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Record<string, never>;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
    readonly retryAfterSeconds?: number;
  };
  readonly code?: number;
}

/** field.Error of apimachinery: `type` is the cause's reason, `detail` completes the message. */
export interface FieldError {
  readonly type:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueTypeInvalid"
    | "FieldValueNotFound";
  /** JSON path as upstream prints it, e.g. `spec.containers[0].name`. */
  readonly field: string;
  /** Whole message without the field, e.g. `Required value` or `Invalid value: "A": must be lower case`. */
  readonly message: string;
}

/** A refusal that a client sees as it is. Make it with the constructors below; recognise it with the predicates. */
export class StatusError extends Error {
  override readonly name = "StatusError";

  constructor(
    readonly status: Status,
    options?: ErrorOptions,
  ) {
    super(status.message ?? status.reason ?? "unknown", options);
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string {
    return this.status.reason ?? "Unknown";
  }
}

function failure(
  code: number,
  reason: string,
  rest: { message: string; details?: Status["details"] },
): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason,
    code,
    ...rest,
  });
}

type Resource = Pick<GroupVersionResource, "group" | "resource">;

/** `pods`, or `deployments.apps` outside the core group. */
function qualified({ group, resource }: Resource): string {
  return group ? `${resource}.${group}` : resource;
}

function about({ group, resource }: Resource, name: string): Status["details"] {
  return { name, ...(group ? { group } : {}), kind: resource };
}

export function notFound(resource: Resource, name: string): StatusError {
  return failure(404, "NotFound", {
    message: `${qualified(resource)} "${name}" not found`,
    details: about(resource, name),
  });
}

export function alreadyExists(resource: Resource, name: string): StatusError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return failure(409, "AlreadyExists", { message, details: about(resource, name) });
}

export function conflict(resource: Resource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return failure(409, "Conflict", { message, details: about(resource, name) });
}

/** `kind` is the object's kind (`Deployment`), with `group` when not core: upstream names the kind, not the resource. */
export function invalid(
  kind: { group: string; kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const texts = errors.map((error) => `${error.field}: ${error.message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const qualifiedKind = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return failure(422, "Invalid", {
    message: `${qualifiedKind} "${name}" is invalid: ${list}`,
    details: {
      name,
      ...(kind.group ? { group: kind.group } : {}),
      kind: kind.kind,
      causes: errors.map(({ type, field, message }) => ({ reason: type, message, field })),
    },
  });
}

export function badRequest(message: string): StatusError {
  return failure(400, "BadRequest", { message });
}

export function forbidden(resource: Resource, name: string, why: string): StatusError {
  const what = name ? `${qualified(resource)} "${name}"` : qualified(resource);
  return failure(403, "Forbidden", {
    message: `${what} is forbidden: ${why}`,
    details: about(resource, name),
  });
}

export function expired(message: string): StatusError {
  return failure(410, "Expired", { message });
}

export function methodNotSupported(resource: Resource, verb: string): StatusError {
  return failure(405, "MethodNotAllowed", {
    message: `${verb} is not supported on resources of kind "${qualified(resource)}"`,
  });
}

export function internalError(message: string): StatusError {
  return failure(500, "InternalError", { message: `Internal error occurred: ${message}` });
}

const hasReason = (reason: string) => (error: unknown) =>
  error instanceof StatusError && error.reason === reason;

export const isNotFound = hasReason("NotFound");
export const isAlreadyExists = hasReason("AlreadyExists");
export const isConflict = hasReason("Conflict");
export const isExpired = hasReason("Expired");
