import { type ComponentManifest, istioNamespace, objectPath } from "../../../cluster/istio/install/index.ts";
import { send } from "../../kube/client.ts";
import type { KubeAccess } from "../../kube/kubeconfig.ts";
import type { Command, CommandContext } from "../command.ts";
import { Cancelled, CommandError } from "../errors.ts";
import { atLeast } from "../release.ts";
import { confirm } from "./confirm.ts";
import { INSTALL_FLAGS } from "./flags.ts";
import { READY_TIMEOUT_MS } from "./limits.ts";
import { applyObject, getObject } from "./objects.ts";
import { asCommandError, readOverlay } from "./overlay.ts";
import { type InstallPlan, planInstall } from "./plan.ts";
import { controlPlanes, injectors, versionDifference } from "./present.ts";
import { componentName, type Progress, progressOf } from "./progress.ts";
import { leftovers, removeObjects } from "./prune.ts";
import { verify } from "./verify.ts";
import { waitForObjects } from "./wait.ts";
import { endOfLifeWarning, joined, milliseconds, warningMark } from "./words.ts";

/** `istioctl install` (operator/cmd/mesh/install.go): through the API alone, as a learner could with kubectl. */
export const install: Command = {
  name: "install",
  aliases: ["apply"],
  short: "Applies an Istio manifest, installing or reconfiguring Istio on a cluster.",
  usage: "install [flags]",
  flags: INSTALL_FLAGS,
  run: runInstall,
};

export const upgrade: Command = {
  name: "upgrade",
  short: "Upgrade Istio control plane in-place",
  usage: "upgrade [flags]",
  flags: INSTALL_FLAGS,
  run: runInstall,
};

async function runInstall(context: CommandContext): Promise<void> {
  const { args } = context;
  if (args.operands.length > 0) throw new CommandError(`accepts 0 arg(s), received ${args.operands.length}`);
  const dryRun = args.flag("dry-run") === true;
  const timeoutMs = milliseconds(args.text("readiness-timeout")) ?? READY_TIMEOUT_MS;
  const access = context.access();
  // Whoever cannot reach the cluster learns it before anything else is said.
  const running = await controlPlanes(access, context.istioNamespace);
  context.stdout(endOfLifeWarning(context.version));
  const plan = asCommandError(() => planInstall(context.version, readOverlay(args)), "generate config: ");
  const { settings } = plan;
  for (const path of plan.withoutEffect)
    context.stderr(`${warningMark()} ${path} has no effect: not supported by the practice cluster\n`);
  const [present, namespace] = await Promise.all([
    injectors(access),
    getObject(access, objectPath(istioNamespace)),
  ]);
  context.stderr(versionDifference(settings, running, warningMark()));
  const isDefault = present.length === 0 || (settings.revision === "" && settings.enabled.pilot);
  const components = plan.components({ isDefault });
  if (
    !dryRun &&
    args.flag("skip-confirmation") !== true &&
    !(await confirm(question(plan, context), context.stdout))
  )
    throw new Cancelled();
  if (!namespace && !dryRun)
    await send(access, { method: "POST", path: "/api/v1/namespaces", body: istioNamespace });
  const progress = progressOf(context);
  await installComponents(components, { access, progress, dryRun, timeoutMs });
  if (!dryRun) await prune(components, { plan, context, progress });
  progress.finished("Installation");
  if (isDefault && settings.enabled.pilot && !atLeast(context.version, "1.24"))
    context.stderr("Made this installation the default for injection and validation.\n");
  if (args.flag("verify")) await verifyAfter(components, context, dryRun);
}

/** `--verify`: what was just installed, as the cluster has it now. */
async function verifyAfter(
  components: readonly ComponentManifest[],
  context: CommandContext,
  dryRun: boolean,
): Promise<void> {
  if (dryRun) {
    context.stdout("Control plane health check is not applicable in dry-run mode\n");
    return;
  }
  context.stdout("\n\nVerifying installation:\n");
  const access = context.access();
  const paths = components.flatMap(({ objects }) => objects.map(objectPath));
  const found = await Promise.all(paths.map((path) => getObject(access, path)));
  try {
    await verify(
      found.filter((one) => one !== undefined),
      context,
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`verification failed with the following error: ${error.message}`, {
      cause: error,
    });
  }
}

function question({ settings, components }: InstallPlan, { version }: CommandContext): string {
  const { tag, profile } = settings;
  if (atLeast(version, "1.24"))
    return `This will install the Istio ${tag} profile "${profile}" into the cluster. Proceed? (y/N)`;
  const order = ["Base", "Pilot", "IngressGateways", "EgressGateways"];
  const names = components({ isDefault: false })
    .map(({ component }) => component)
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map(componentName);
  return `This will install the Istio ${tag} "${profile}" profile (with components: ${joined(names)}) into the cluster. Proceed? (y/N)`;
}

interface Work {
  readonly access: KubeAccess;
  readonly progress: Progress;
  readonly dryRun: boolean;
  readonly timeoutMs: number;
}

/** Base, then istiod, then the gateways side by side. A component that fails leaves the later ones out. */
async function installComponents(components: readonly ComponentManifest[], work: Work): Promise<void> {
  const isGateway = ({ component }: ComponentManifest) => component.endsWith("Gateways");
  for (const component of components.filter((one) => !isGateway(one)))
    await installComponent(component, work);
  const gateways = await Promise.allSettled(
    components.filter(isGateway).map((component) => installComponent(component, work)),
  );
  const failed = gateways.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

async function installComponent({ component, objects }: ComponentManifest, work: Work): Promise<void> {
  const { access, progress, dryRun, timeoutMs } = work;
  progress.working(component);
  try {
    if (!dryRun) {
      for (const group of inOrder(objects))
        await Promise.all(group.map((object) => applyObject(access, object)));
      const waiting = (resources: readonly string[]) => progress.working(component, resources);
      await waitForObjects(access, objects, { timeoutMs, waiting }).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`failed to wait for resource: ${why}`, { cause: error });
      });
    }
    progress.installed(component);
  } catch (error) {
    progress.failed(component, error instanceof Error ? error.message : String(error));
    throw new CommandError("failed to install manifests: errors occurred during operation", { cause: error });
  }
}

/** Definitions and accounts, then webhooks, then what refers to them: pods must not come before what they mount. */
function inOrder(objects: ComponentManifest["objects"]): readonly ComponentManifest["objects"][] {
  const rank = (kind: string) => (kind === "Deployment" ? 2 : kind.endsWith("WebhookConfiguration") ? 1 : 0);
  return [0, 1, 2].map((wanted) => objects.filter(({ kind }) => rank(kind) === wanted));
}

async function prune(
  components: readonly ComponentManifest[],
  { plan, context, progress }: { plan: InstallPlan; context: CommandContext; progress: Progress },
): Promise<void> {
  progress.pruning();
  const { revision, tag } = plan.settings;
  const labels = {
    "operator.istio.io/managed": "Reconcile",
    "operator.istio.io/version": tag,
    "istio.io/rev": revision || "default",
  };
  const gone = await leftovers(context.access(), components, labels);
  await removeObjects(context.access(), gone, { dryRun: false, context });
}
