import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { HostEvent } from "../contracts/host-protocol.ts";
import type { ClusterIdentity, WorkspaceStatus } from "../contracts/index.ts";
import { type ClusterReady, PracticeCluster, RealCluster } from "./cluster/index.ts";
import { notFound } from "./errors.ts";
import { seedCertificates, seedFiles } from "./files/index.ts";
import { LabActions } from "./lab-actions.ts";
import type { LabsPort } from "./labs-port.ts";
import { SHELL_WAITS_FOR_CLUSTER_MS } from "./limits.ts";
import { clusterCommand, type HostOptions } from "./options.ts";
import { OwnWork } from "./own-work.ts";
import {
  type CommandOptions,
  type LabPreparation,
  prepareLab,
  type RunDeps,
  runCommand,
  runInOrder,
} from "./preparation/index.ts";
import { type Enclosure, watchQuotas } from "./sandbox/index.ts";
import { type GatewayAddress, ShellEnvironment } from "./shell/environment.ts";
import { type LabStart, SnapshotShelf } from "./snapshot-shelf.ts";
import { StateFile } from "./state.ts";
import { StatusBoard } from "./status.ts";
import { openKeepsakes, type ShellCommand, TerminalStore } from "./terminals/index.ts";

export interface HostDeps {
  readonly options: HostOptions;
  /** The folder of what the learner's programs read of ours. */
  readonly handout: string;
  readonly enclosure: Enclosure;
  readonly labs: LabsPort;
  readonly kubeconfig: string;
  readonly log: Logger;
  /** For a real cluster: where its ingress gateway answers, when that is known. */
  readonly findGateway: () => Promise<GatewayAddress | undefined>;
  readonly broadcast: (event: HostEvent) => void;
}

/** One learner's workspace: home folder, terminals, cluster, lab. Lives as long as this process. */
export class WorkspaceHost {
  readonly terminals: TerminalStore;
  readonly board: StatusBoard;
  readonly actions: LabActions;
  private readonly environment: ShellEnvironment;
  private readonly state: StateFile;
  private readonly aborted = new AbortController();
  private readonly endQuotaWatch: () => void;
  private practice: PracticeCluster | undefined;
  private real: RealCluster | undefined;
  private clusterReady: (ready?: ClusterReady) => void = () => undefined;
  private firstReady = this.nextReady();
  private seeded: Promise<void> = Promise.resolve();
  private readonly snapshots: SnapshotShelf;
  private readonly work: OwnWork;
  /** The cluster was begun by this process, and nothing was typed or run since. */
  private pristine = false;
  private turn: Promise<unknown> = Promise.resolve();
  private preparing: { lab: string; done: Promise<void> } | undefined;

  constructor(private readonly deps: HostDeps) {
    const { options } = deps;
    mkdirSync(options.home, { recursive: true, mode: 0o700 });
    this.state = new StateFile(path.join(options.dir, "state.json"));
    this.environment = new ShellEnvironment({
      dir: options.dir,
      handout: deps.handout,
      enclosure: deps.enclosure,
      home: options.home,
      toolboxBin: options["toolbox-bin"],
      kubeconfig: kubeconfigFor(deps),
      istioVersion: options["istio-version"],
      workshop: options.workshop,
      practice: !options.kubeconfig,
    });
    this.snapshots = new SnapshotShelf(options, this.environment.workshopFolder);
    this.board = new StatusBoard(identityOf(options), deps.enclosure.isolation, (status) =>
      deps.broadcast({ event: "status", status }),
    );
    this.work = new OwnWork({
      labs: deps.labs,
      files: () => ({ root: this.commandOptions().cwd, home: options.home }),
      preparations: () => this.state.current.preparations,
      now: () => new Date(),
    });
    this.actions = new LabActions({
      labs: deps.labs,
      realCluster: options.kubeconfig !== undefined,
      status: () => this.board.status,
      run: async (commands, what) => {
        this.pristine = false;
        const outcome = await runInOrder(commands, what, this.runDeps());
        this.board.setPreparation(undefined);
        return outcome;
      },
      startAfresh: (lab, preparation) => this.startAfresh(lab, preparation),
      failed: (detail) => this.board.setPreparation({ detail, failed: true }),
      work: this.work,
    });
    this.terminals = new TerminalStore({
      keepsakes: openKeepsakes(path.join(options.dir, "screens")),
      command: (cwd) => this.shellCommand(cwd),
    });
    this.endQuotaWatch = watchQuotas(deps.enclosure, {
      spared: () => (this.practice?.pid === undefined ? [] : [this.practice.pid]),
      shells: () => this.terminals.pids,
      tell: (sentence) => {
        deps.log.warn({ sentence }, "over a quota");
        this.terminals.say(sentence);
      },
      failed: (error) => deps.log.error({ err: error }, "the quotas could not be looked after"),
    });
  }

  /** What must be in place before anybody asks is in place when this returns its promise; the rest when it resolves. */
  async start(): Promise<void> {
    const { options, log } = this.deps;
    const folder = this.environment.workshopFolder;
    if (options.content)
      seedFiles(path.join(options.content, "workshops", options.workshop, "files"), {
        ...{ home: options.home, folder },
      });
    else mkdirSync(folder, { recursive: true });
    if (!options.kubeconfig && this.state.current.cluster) {
      this.startPractice({ istioProfile: this.state.current.cluster.istioProfile });
    }
    this.seeded = seedCertificates(options.home, folder).catch((error: unknown) =>
      log.error({ err: error }, "the certificates of lab 2 could not be made"),
    );
    if (options.kubeconfig) this.joinRealCluster(options.kubeconfig);
    const { lab } = this.state.current;
    if (lab)
      await this.open(lab).catch((error: unknown) => log.warn({ err: error, lab }, "last lab not reopened"));
    await this.seeded;
  }

  /** Starts what the lab needs and answers at once; `status` events tell how it goes. */
  open(lab: string): Promise<WorkspaceStatus> {
    const opened = this.turn.then(() => this.openInTurn(lab));
    this.turn = opened.catch(() => undefined);
    return opened;
  }

  private async openInTurn(lab: string): Promise<WorkspaceStatus> {
    const preparation = await this.deps.labs.preparation(lab);
    if (!preparation) throw notFound(`There is no lab "${lab}".`);
    if (await this.losesNothing(lab, preparation)) await this.discardCluster(lab, preparation);
    if (this.state.current.lab !== lab) this.state.update({ lab });
    const found = this.practice ? undefined : await this.snapshots.find(lab, preparation);
    let snapshot: LabStart["snapshot"];
    if (!this.deps.options.kubeconfig && !this.practice) {
      snapshot = found;
      this.state.update({ cluster: { istioProfile: preparation.istioProfile } });
      this.startPractice({ istioProfile: preparation.istioProfile, restore: snapshot?.cluster });
    }
    if (!this.state.current.prepared.includes(lab) && this.preparing?.lab !== lab) {
      const before = this.preparing?.done ?? Promise.resolve();
      const done = before.then(() => this.prepare(lab, { preparation, snapshot }));
      this.preparing = { lab, done };
      // Said now, so that the cluster's "ready" is not taken for the lab's.
      if (!this.deps.options.kubeconfig)
        this.board.setPreparation({ detail: "Preparing the lab …", failed: false });
    }
    return this.board.status;
  }

  /** A cluster with nothing in it, for whoever wants no lab. */
  openEmpty(): void {
    if (!this.deps.options.kubeconfig && !this.practice) this.startPractice({ istioProfile: undefined });
  }

  get home(): string {
    return this.deps.options.home;
  }

  /** How a shell of the learner starts. Waits until its environment is complete. */
  async shellCommand(cwd?: string): Promise<ShellCommand> {
    await Promise.all([this.seeded, this.clusterSettled()]);
    return this.environment.shell(cwd);
  }

  /** See ShellEnvironment. */
  get checks(): ShellEnvironment["checks"] {
    return this.environment.checks;
  }

  /** The learner's environment, for commands that checks run. */
  commandOptions(): CommandOptions {
    const folder = this.environment.workshopFolder;
    return {
      cwd: existsSync(folder) ? folder : this.deps.options.home,
      env: this.environment.variables(),
      signal: this.aborted.signal,
      enclosure: this.deps.enclosure,
    };
  }

  async stop(): Promise<void> {
    this.aborted.abort();
    this.endQuotaWatch();
    this.terminals.save();
    this.terminals.dispose();
    this.deps.labs.stop();
    this.real?.stop();
    await this.practice?.stop();
  }

  /** A real cluster is not ours to change without being asked: preparation is for the practice cluster. */
  private async prepare(lab: string, { preparation, snapshot }: LabStart): Promise<void> {
    const from = Date.now();
    const [ready] = await Promise.all([this.firstReady, this.seeded]);
    if (this.aborted.signal.aborted) return;
    if (this.deps.options.kubeconfig) return this.finishPreparation(lab, from);
    if (snapshot && ready?.restored && this.snapshots.layFiles(snapshot))
      return this.finishPreparation(lab, from);
    this.board.setPreparation({ detail: "Preparing the lab …", failed: false });
    const outcome = await prepareLab(preparation, {
      istioVersion: this.deps.options["istio-version"],
      installedProfile: this.state.current.cluster?.istioProfile,
      ...this.runDeps(),
    });
    if (outcome.kind === "prepared") return this.finishPreparation(lab, from);
    this.deps.log.warn({ lab, detail: outcome.detail }, "lab preparation failed");
    this.preparing = undefined; // opening the lab again tries again
    if (!this.aborted.signal.aborted) this.board.setPreparation({ detail: outcome.detail, failed: true });
  }

  private runDeps(): RunDeps {
    return {
      run: runCommand,
      options: this.commandOptions(),
      sleep: (ms, signal) =>
        sleep(ms, undefined, { signal }).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        }),
      progress: (detail) => this.board.setPreparation({ detail, failed: false }),
    };
  }

  /** A new practice cluster in the place of the old one, prepared for this lab; other labs prepare it again when opened. */
  private async startAfresh(lab: string, preparation: LabPreparation): Promise<void> {
    await this.preparing?.done;
    await this.discardCluster(lab, preparation);
    await this.open(lab);
    await this.preparing?.done;
  }

  private async discardCluster(lab: string, { istioProfile }: LabPreparation): Promise<void> {
    await this.practice?.stop();
    this.practice = undefined;
    rmSync(path.join(this.deps.options.dir, "cluster"), { recursive: true, force: true });
    this.firstReady = this.nextReady();
    this.state.update({ prepared: [], preparations: [], cluster: { istioProfile }, lab });
  }

  /** Another lab's prepared start may take the place of a cluster in which the learner has done nothing yet. */
  private async losesNothing(lab: string, preparation: LabPreparation): Promise<boolean> {
    if (!this.pristine || this.preparing || this.state.current.prepared.includes(lab)) return false;
    if (this.terminals.typedInto || !(await this.snapshots.find(lab, preparation))) return false;
    const made = await this.work.names().catch(() => undefined);
    return made?.length === 0;
  }

  private nextReady(): Promise<ClusterReady | undefined> {
    return new Promise((resolve) => {
      this.clusterReady = resolve;
    });
  }

  private finishPreparation(lab: string, from: number): void {
    const { prepared, preparations } = this.state.current;
    this.state.update({
      prepared: [...prepared, lab],
      preparations: [...preparations, { from, to: Date.now() }],
    });
    this.board.setPreparation(undefined);
    if (this.preparing?.lab === lab) this.preparing = undefined;
  }

  private startPractice({
    istioProfile,
    restore,
  }: {
    istioProfile: string | undefined;
    restore?: string | undefined;
  }): void {
    const { options, kubeconfig, log } = this.deps;
    const inDir = (name: string) => path.join(options.dir, name);
    const cluster = new PracticeCluster(
      {
        command: clusterCommand(options),
        stateDir: inDir("cluster"),
        addonsDir: this.environment.addonsDir,
        kubeconfig,
        istioVersion: options["istio-version"],
        ...{ istioProfile, restore },
        edges: options.edges,
        logFile: inDir("cluster.log"),
        pidFile: inDir("cluster.pid"),
      },
      {
        phase: (phase) => {
          log.info({ phase }, "practice cluster");
          this.board.setCluster(phase);
        },
        ready: (ready) => {
          log.info({ ready }, "practice cluster ready");
          this.environment.setGateway(ready.gateway);
          this.deps.labs.clusterReady();
          this.clusterReady(ready);
          this.board.setCluster(
            { phase: "ready" },
            { ...identityOf(options), istioVersion: ready.istioVersion },
          );
        },
      },
    );
    this.practice = cluster;
    this.pristine = !existsSync(inDir("cluster"));
    this.terminals.forgetTyping();
    cluster.start();
  }

  private joinRealCluster(kubeconfig: string): void {
    const { options, log, labs, findGateway } = this.deps;
    const { name } = identityOf(options);
    this.real = new RealCluster(
      { kubeconfig, context: options.context, name },
      {
        phase: (phase) => {
          log.info({ phase }, "real cluster");
          this.board.setCluster(phase);
        },
        ready: async () => {
          const gateway = await findGateway().catch((error: unknown) => {
            log.warn({ error: String(error) }, "the ingress gateway's address is not known");
            return undefined;
          });
          if (gateway) this.environment.setGateway(gateway);
          labs.clusterReady();
          this.clusterReady();
          this.board.setCluster({ phase: "ready" });
        },
      },
    );
    this.real.run().catch((error: unknown) => log.error({ err: error }, "the real cluster is not looked at"));
  }

  /** A shell opened before its cluster would lack GATEWAY_IP; one that waits for a cluster that never comes is worse. */
  private async clusterSettled(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHELL_WAITS_FOR_CLUSTER_MS).unref();
    });
    if (this.board.clusterPhase.phase === "starting") await Promise.race([this.firstReady, enough]);
    clearTimeout(timer);
  }
}

/** kubectl merges a list of files and takes the first current-context it finds: the operator's file stays untouched. */
function kubeconfigFor({ options: { context }, handout, kubeconfig }: HostDeps): string {
  if (!context) return kubeconfig;
  const chosen = path.join(handout, "context.yaml");
  writeFileSync(chosen, JSON.stringify({ apiVersion: "v1", kind: "Config", "current-context": context }), {
    mode: 0o600,
  });
  return [chosen, kubeconfig].join(path.delimiter);
}

function identityOf(options: HostOptions): ClusterIdentity {
  return options.kubeconfig
    ? { kind: "real", name: options.context ?? path.basename(options.kubeconfig) }
    : { kind: "practice", name: "practice cluster" };
}
