import { z } from "zod";
import type { Command, CommandContext } from "../command.ts";
import { CommandError, notSupported } from "../errors.ts";
import { FILENAME, MANIFESTS, REVISION } from "./flags.ts";
import type { ApiObject } from "./objects.ts";
import { controlPlanes } from "./present.ts";
import { everythingInstalled } from "./prune.ts";

/** `istioctl verify-install` of releases before 1.24 (operator/pkg/verifier): every object that was installed is looked up. */
export const verifyInstall: Command = {
  name: "verify-install",
  short: "Verifies Istio Installation Status",
  usage: "verify-install [-f <deployment or istio operator file>] [--revision <revision>] [flags]",
  flags: [FILENAME, MANIFESTS, REVISION],
  before: "1.24",
  run,
};

async function run(context: CommandContext): Promise<void> {
  const { args } = context;
  const revision = args.text("revision");
  if (args.text("filename") && revision)
    throw new CommandError("supply either a file or revision, but not both");
  if (args.text("filename")) throw notSupported("istioctl verify-install --filename");
  const access = context.access();
  if (revision === undefined) await sayWhichRevision(context);
  // As upstream: by component alone, whatever the revision.
  await verify(await everythingInstalled(access), context);
}

/** The one that is not the default's, if there is such a one. */
async function sayWhichRevision(context: CommandContext): Promise<void> {
  const running = await controlPlanes(context.access(), context.istioNamespace);
  const chosen = running.findLast((one) => one.revision !== "default")?.revision ?? "default";
  context.stdout(`${running.length} Istio control planes detected, checking --revision "${chosen}" only\n`);
}

const mark = (good: boolean): string => {
  const [symbol, code] = good ? ["✔", 32] : ["✘", 31];
  return process.stdout.isTTY ? `\x1b[${code}m${symbol}\x1b[0m` : symbol;
};

const rollout = z.object({
  spec: z.object({ replicas: z.number().default(1) }).loose(),
  status: z
    .object({
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions: z.array(z.object({ type: z.string(), reason: z.string().default("") })).default([]),
    })
    .prefault({}),
});

/** Prints a line for each object; throws at the first that is not as it should be. */
export async function verify(objects: readonly ApiObject[], context: CommandContext): Promise<void> {
  const say = (line: string) => context.stdout(`${line}\n`);
  for (const object of objects) {
    const { kind, metadata } = object;
    const name = `${kind}: ${metadata.name}.${metadata.namespace ?? context.istioNamespace}`;
    const why = kind === "Deployment" ? unfinished(object) : undefined;
    if (why) {
      const failure = `Istio installation failed, incomplete or does not match "generated from default": ${why}`;
      say(`${mark(false)} ${name}: ${failure}`);
      throw new CommandError(failure);
    }
    say(`${mark(true)} ${name} checked successfully`);
  }
  const counted = (kind: string, test: (object: ApiObject) => boolean = () => true) =>
    objects.filter((object) => object.kind === kind && test(object)).length;
  const deployments = counted(
    "Deployment",
    ({ metadata }) => metadata.namespace === context.istioNamespace && metadata.name.startsWith("istio"),
  );
  say(`Checked ${counted("CustomResourceDefinition")} custom resource definitions`);
  say(`Checked ${deployments} Istio Deployments`);
  if (deployments === 0) {
    say("! No Istio installation found");
    throw new CommandError("no Istio installation found");
  }
  say(`${mark(true)} Istio is installed and verified successfully`);
}

/** What a rollout still waits for, in upstream's words (operator/pkg/verifier/k8s_util.go); undefined when it is done. */
function unfinished(object: ApiObject): string | undefined {
  const { spec, status } = rollout.parse(object);
  const { replicas, updatedReplicas, availableReplicas, conditions } = status;
  const waiting = `waiting for deployment "${object.metadata.name}" rollout to finish:`;
  if (conditions.some(({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded"))
    return `deployment "${object.metadata.name}" exceeded its progress deadline`;
  if (updatedReplicas < spec.replicas)
    return `${waiting} ${updatedReplicas} out of ${spec.replicas} new replicas have been updated`;
  if (replicas > updatedReplicas)
    return `${waiting} ${replicas - updatedReplicas} old replicas are pending termination`;
  if (availableReplicas < updatedReplicas)
    return `${waiting} ${availableReplicas} of ${updatedReplicas} updated replicas are available`;
  return undefined;
}
