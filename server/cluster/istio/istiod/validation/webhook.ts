import type { AdmissionRequest, AdmissionResponse } from "../injection/webhook.ts";
import { validateObject } from "./validate.ts";

/** Answers the validation webhook. Deletions and kinds without rules pass. */
export function reviewValidation({ uid, object }: AdmissionRequest): AdmissionResponse {
  const { errors, warnings, counted } = validateObject(object);
  const noted = warnings.length > 0 ? { warnings } : {};
  if (errors.length === 0) return { uid, allowed: true, ...noted };
  return {
    uid,
    allowed: false,
    status: { message: `configuration is invalid: ${joined(errors, counted)}` },
    ...noted,
  };
}

/** Several reasons, as hashicorp/go-multierror prints them. */
function joined(errors: readonly string[], counted: true | undefined): string {
  const [only] = errors;
  if (errors.length === 1 && only !== undefined && !counted) return only;
  const lines = errors.map((error) => `\t* ${error}\n`).join("");
  return `${errors.length} error${errors.length === 1 ? "" : "s"} occurred:\n${lines}\n`;
}
