// Learners behind walls beside each other: how long a key's echo takes while others type, flood, and attack the machine.
// Each has a host, an outer and an inner wall, and a shell; no clusters, which would only be idle here.
import {
  HostClient,
  LocalLauncher,
  probeIsolation,
  readablePaths,
} from "../server/platform/workspaces/index.ts";
import { pause, quantile, sized, within } from "./lib/measure.ts";
import { pss } from "./lib/memory.ts";
import { atEnd, benchmark, built, root, temporaryFolder } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";

const LEARNERS = sized(100, 10);
const FLOODING = 3;
const KEYS = sized(30, 8);
/** About five keys a second, uneven. */
const betweenKeys = (key: number) => 160 + ((key * 37) % 80);

class Typist {
  private waiting: (() => void) | undefined;
  private text = "";
  private seq = 0;

  private constructor(readonly client: HostClient) {}

  static async open(launcher: LocalLauncher, workspace: string): Promise<Typist> {
    const typist: Typist = new Typist(
      await HostClient.connect(await launcher.ensure(workspace), "viewer", {
        output: ({ terminal, epoch, offset, data }) => {
          client
            .request("terminal.ack", { terminal, epoch, offset: offset + data.length })
            .catch(() => undefined);
          typist.text = (typist.text + Buffer.from(data).toString("latin1")).slice(-2_000);
          typist.waiting?.();
        },
      }),
    );
    const { client } = typist;
    atEnd(() => client.close());
    await client.attach({ terminal: "main", cols: 80, rows: 24 });
    await typist.until("$ ");
    return typist;
  }

  type(data: string): Promise<unknown> {
    return this.client.request("terminal.input", {
      terminal: "main",
      writer: "writer-of-the-bench",
      seq: ++this.seq,
      data,
    });
  }

  async until(words: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.waiting = () => this.text.includes(words) && resolve();
      this.waiting();
    });
    await within(60_000, `"${words}" in a terminal`, seen);
  }

  /** The kernel echoes what is typed then; nothing but the way there and back is measured. */
  async listen(): Promise<void> {
    await this.type('stty -icanon min 1; echo raw-""mode; cat > /dev/null\r');
    await this.until("raw-mode");
    await pause(200);
  }

  /** Milliseconds of each echo; a key without one within 10 s is lost. */
  async echoes(keys: number): Promise<{ times: number[]; lost: number }> {
    const times: number[] = [];
    let lost = 0;
    for (let key = 0; key < keys; key++) {
      const mark = String.fromCharCode(97 + (key % 26));
      this.text = "";
      const pressed = performance.now();
      const typed = this.type(mark);
      await within(10_000, "an echo", this.until(mark)).then(
        () => times.push(performance.now() - pressed),
        () => lost++,
      );
      await typed;
      await pause(betweenKeys(key));
    }
    return { times, lost };
  }
}

async function typing(typists: readonly Typist[], keys: number) {
  const all = await Promise.all(typists.map((typist) => typist.echoes(keys)));
  return { times: all.flatMap(({ times }) => times), lost: all.reduce((sum, { lost }) => sum + lost, 0) };
}

const attacks: Readonly<Record<string, string>> = {
  "a fork bomb": "bomb() { bomb | bomb & }; bomb 2>/dev/null\r",
  "a memory bomb": "for n in 1 2 3 4; do perl -e '$x = \"x\" x 400e6; sleep 20' & done\r",
  "a disk filler": "cd; n=0; while :; do n=$((n+1)); head -c 8000000 /dev/zero > fill-$n; done\r",
};

await benchmark(async () => {
  const workspacesDir = `${temporaryFolder()}/workspaces`;
  const readable = readablePaths([built("."), `${root}/node_modules`, `${root}/content`]);
  const { level, reason, wall } = await probeIsolation({ workspacesDir, readable });
  if (level !== "strong") throw new Error(`not measured: ${reason}`);
  const launcher = new LocalLauncher({
    ...{ workspacesDir, wall },
    command: [process.execPath, built("workspace.mjs")],
    hostArguments: ["--content", `${root}/content`, "--toolbox-bin", built("toolbox", "bin")],
  });
  atEnd(async () => {
    await Promise.all((await launcher.running()).map((workspace) => launcher.stop(workspace)));
  });
  const ready: number[] = [];
  const typists: Typist[] = [];
  for (let n = 0; n < LEARNERS; n++) {
    const begun = performance.now();
    typists.push(await Typist.open(launcher, `learner-${n}`));
    ready.push(performance.now() - begun);
  }
  const memory = pss((await launcher.ensure("learner-0")).pid);
  const attackers = typists.slice(0, FLOODING);
  const others = typists.slice(FLOODING);
  for (const typist of others) await typist.listen();
  const quiet = await typing(others, KEYS);
  for (const attacker of attackers) await attacker.type("yes\r");
  const flooded = await typing(others, KEYS);
  for (const attacker of attackers) await attacker.type("\x03");
  const figures: Figure[] = [
    { what: "workspace with a prompt, p95, one after the other", ours: quantile(ready, 0.95), unit: "ms" },
    {
      what: "a host's memory",
      ours: memory,
      unit: "MB",
      note: "PSS of one host without its cluster and shells",
    },
    { what: "echo p99, all type", ours: quantile(quiet.times, 0.99), unit: "ms" },
    {
      ...{ what: `echo p99, ${FLOODING} flood`, ours: quantile(flooded.times, 0.99), unit: "ms" },
      budget: { limit: 50, is: "at most" },
    },
    { what: "keys lost", ours: quiet.lost + flooded.lost, unit: "keys", budget: { limit: 0, is: "at most" } },
  ];
  for (const [name, command] of Object.entries(attacks)) {
    const [attacker] = attackers;
    if (!attacker) throw new Error("nobody attacks");
    await attacker.type(command);
    const { times } = await typing(others, Math.ceil(KEYS / 2));
    await attacker.client.request("terminal.close", { terminal: "main" });
    await attacker.client.attach({ terminal: "main", cols: 80, rows: 24 });
    await pause(1_000);
    figures.push({
      ...{ what: `echo p99, ${name} in one`, ours: quantile(times, 0.99), unit: "ms" },
      budget: { limit: 100, is: "at most" },
    });
  }
  report(`sandbox (${LEARNERS} learners, ${KEYS} keys each)`, figures);
});
