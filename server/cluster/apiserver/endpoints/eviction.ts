import {
  arrayOf,
  isObject,
  type KubeObject,
  matchesLabels,
  objectOf,
  StatusError,
  selectorOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { Handler, ResourceCall, SubresourceHandler } from "./handler.ts";
import { writeContext } from "./write-options.ts";

/** POST pods/NAME/eviction: a deletion that disruption budgets may refuse. Follows registry/core/pod/storage/eviction.go. */
export const eviction: SubresourceHandler = async (request, handler) => {
  const { call, info, resource } = request;
  const options = objectOf(valueAt(call.body, "deleteOptions"));
  const grace = options.gracePeriodSeconds;
  const dryRun = call.query.dryRun === "All" || arrayOf(options.dryRun).includes("All");
  const pod = handler.deps.reader.get(resource, info);
  if (!evictsFreely(pod)) await spend(request, handler, { pod, dryRun });
  await handler.deps.writer.delete(resource, info, {
    ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}),
    dryRun,
    context: writeContext(call, "DeleteOptions", "eviction"),
  });
  return {
    kind: "object",
    code: 201,
    object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
  };
};

/** What has ended or not begun is not missed. */
function evictsFreely({ metadata, status }: KubeObject): boolean {
  const phase = stringOf(valueAt(status, "phase"));
  return metadata.deletionTimestamp !== undefined || ["Succeeded", "Failed", "Pending"].includes(phase);
}

interface Wish {
  readonly pod: KubeObject;
  readonly dryRun: boolean;
}

/** Takes one of the disruptions that the pod's budget allows, or throws 429. */
async function spend({ call, info }: ResourceCall, handler: Handler, { pod, dryRun }: Wish): Promise<void> {
  const budgets = handler.deps.resources.find("policy", "v1", "poddisruptionbudgets");
  if (!budgets) return;
  const matching = handler.deps.reader.all(budgets, info.namespace).filter((budget) => selects(budget, pod));
  const [budget] = matching;
  if (!budget) return;
  if (matching.length > 1)
    throw refusal(
      500,
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  const allowed = Number(valueAt(budget.status, "disruptionsAllowed") ?? 0);
  if (unhealthyGoFreely(pod, budget)) return;
  if (allowed <= 0) throw violated(budget);
  if (dryRun) return;
  await handler.deps.writer.update(
    budgets,
    {
      reference: { namespace: info.namespace, name: budget.metadata.name ?? "" },
      transform: (present) => {
        const status = objectOf(present.status);
        const left = Number(status.disruptionsAllowed ?? 0);
        if (left <= 0) throw violated(present);
        return { ...present, status: { ...status, disruptionsAllowed: left - 1 } };
      },
      merge: (wanted, present) => ({ ...present, status: wanted.status }),
    },
    writeContext(call, "UpdateOptions", "eviction"),
  );
}

function selects(budget: KubeObject, pod: KubeObject): boolean {
  const found = valueAt(budget.spec, "selector");
  const selector = isObject(found) ? selectorOf(found) : undefined;
  return selector !== undefined && matchesLabels(selector, pod.metadata.labels);
}

/** A pod that does not serve anyway goes when enough others do, or always if the budget says so. */
function unhealthyGoFreely(pod: KubeObject, { spec, status }: KubeObject): boolean {
  const ready = arrayOf(valueAt(pod.status, "conditions")).some(
    (condition) => valueAt(condition, "type") === "Ready" && valueAt(condition, "status") === "True",
  );
  if (ready) return false;
  if (valueAt(spec, "unhealthyPodEvictionPolicy") === "AlwaysAllow") return true;
  const [current, desired] = [valueAt(status, "currentHealthy"), valueAt(status, "desiredHealthy")].map(
    Number,
  );
  return (desired ?? 0) > 0 && (current ?? 0) >= (desired ?? 0);
}

function violated({ metadata, status }: KubeObject): StatusError {
  const [desired, current] = [valueAt(status, "desiredHealthy"), valueAt(status, "currentHealthy")].map((n) =>
    Number(n ?? 0),
  );
  const message = `The disruption budget ${metadata.name} needs ${desired} healthy pods and has ${current} currently`;
  return refusal(429, "Cannot evict pod as it would violate the pod's disruption budget.", message);
}

function refusal(code: 429 | 500, message: string, cause?: string): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: code === 429 ? "TooManyRequests" : "InternalError",
    ...(cause ? { details: { causes: [{ reason: "DisruptionBudget", message: cause }] } } : {}),
    code,
  });
}
