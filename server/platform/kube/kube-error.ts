/** Why a cluster did not do what it was asked: the API's own reason, or one of ours for what never became an answer. */
export type KubeErrorReason =
  | "NotFound"
  | "Forbidden"
  | "Unauthorized"
  | "Expired"
  | "Invalid"
  | "Conflict"
  | "ServiceUnavailable"
  /** Nobody answers at the server's address. */
  | "Unreachable"
  | "Timeout"
  | "Aborted"
  /** The answer is larger than our limit. */
  | "TooLarge"
  /** The kubeconfig cannot be used. */
  | "Kubeconfig"
  | "Other";

export class KubeError extends Error {
  override readonly name = "KubeError";
  readonly reason: KubeErrorReason;
  readonly status: number | undefined;
  /** What a service behind the API server answered, when it was not a Status. */
  readonly body: string | undefined;

  constructor(
    what: {
      readonly reason: KubeErrorReason;
      readonly status?: number | undefined;
      readonly body?: string | undefined;
    },
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.reason = what.reason;
    this.status = what.status;
    this.body = what.body;
  }
}

export function isKubeError(error: unknown): error is KubeError {
  return error instanceof KubeError;
}

export function isNotFound(error: unknown): boolean {
  return isKubeError(error) && error.reason === "NotFound";
}

export function isAborted(error: unknown): boolean {
  return isKubeError(error) && error.reason === "Aborted";
}
