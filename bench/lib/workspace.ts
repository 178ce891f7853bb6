// A learner's workspace, started as web starts it: the same launcher, the same host, the same socket.
import { existsSync } from "node:fs";
import type { WorkspaceStatus } from "../../server/contracts/index.ts";
import { HostClient, LocalLauncher } from "../../server/platform/workspaces/index.ts";
import { pause, within } from "./measure.ts";
import { atEnd, built, kubectl, root, runToEnd } from "./processes.ts";

export const LAB = "secure-services-mtls";

export function launcherIn(folder: string, more: readonly string[] = []): LocalLauncher {
  const launcher = new LocalLauncher({
    workspacesDir: folder,
    command: [process.execPath, built("workspace.mjs")],
    hostArguments: [
      ...["--content", `${root}/content`, "--toolbox-bin", built("toolbox", "bin")],
      ...["--istio-version", "1.21.6", ...more],
    ],
  });
  atEnd(async () => {
    for (const workspace of await launcher.running()) await launcher.stop(workspace);
  });
  return launcher;
}

export interface OpenTerminal {
  readonly pid: number;
  /** When the first prompt (or the screen that holds it) had arrived. */
  readonly promptAt: number;
}

/** One page's connection. `prompt` is the end of what bash prints before it waits. */
export class Visitor {
  private readonly listeners = new Set<(status: WorkspaceStatus) => void>();

  private constructor(
    readonly client: HostClient,
    private readonly output: { text: string; heard: () => void },
  ) {}

  static async connect(launcher: LocalLauncher, workspace: string): Promise<Visitor> {
    const address = await launcher.ensure(workspace);
    const output = { text: "", heard: (): void => undefined };
    const listeners: ((status: WorkspaceStatus) => void)[] = [];
    const client = await HostClient.connect(address, "control", {
      output: ({ data }) => {
        output.text = (output.text + Buffer.from(data).toString("utf8")).slice(-10_000);
        output.heard();
      },
      event: (event) => {
        if (event.event === "status") for (const listener of listeners) listener(event.status);
      },
    });
    atEnd(() => client.close());
    const visitor = new Visitor(client, output);
    listeners.push((status) => {
      for (const listener of visitor.listeners) listener(status);
    });
    return visitor;
  }

  async openTerminal(): Promise<OpenTerminal> {
    const prompted = new Promise<number>((resolve) => {
      this.output.heard = () => {
        // Root's prompt ends in #.
        if (/learner.*[$#] /s.test(this.output.text)) resolve(performance.now());
      };
    });
    const attached = await this.client.attach({ terminal: "main", cols: 80, rows: 24 });
    this.output.text += attached.screen ?? "";
    this.output.heard();
    return { pid: attached.pid, promptAt: await within(20_000, "the prompt", prompted) };
  }

  /** Resolves when the lab is prepared; a failed preparation is an error. */
  async openLab(lab: string): Promise<void> {
    const prepared = new Promise<void>((resolve, reject) => {
      const judge = ({ phase, detail }: WorkspaceStatus) => {
        if (phase === "ready") resolve();
        if (phase === "failed") reject(new Error(detail));
      };
      this.listeners.add(judge);
    });
    await this.client.openLab(lab);
    await within(120_000, "the preparation of the lab", prepared);
  }
}

/** When a page that opened this lab had its prompt. */
export async function promptIn(
  launcher: LocalLauncher,
  { workspace, lab }: { readonly workspace: string; readonly lab: string },
): Promise<number> {
  const visitor = await Visitor.connect(launcher, workspace);
  await visitor.client.openLab(lab);
  const { promptAt } = await visitor.openTerminal();
  visitor.client.close();
  return promptAt;
}

/** When `kubectl get ns`, asked again until it succeeds, had its answer. */
export function kubectlAnswers(kubeconfig: string): Promise<number> {
  const command = [kubectl, "--kubeconfig", kubeconfig, "get", "ns"];
  const answered = async () => {
    for (;;) {
      try {
        if (existsSync(kubeconfig)) {
          await runToEnd(command);
          return performance.now();
        }
      } catch {
        // A kubeconfig with nobody behind it yet.
      }
      await pause(5);
    }
  };
  return within(120_000, "kubectl get ns", answered());
}
