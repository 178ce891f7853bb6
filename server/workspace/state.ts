import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const schema = z.object({
  /** Labs whose preparation is done. */
  prepared: z.array(z.string()).default([]),
  /** Set once the first lab was opened: the cluster then starts together with the host. */
  cluster: z.object({ istioProfile: z.string().optional() }).optional(),
  /** When labs were prepared in this cluster: what was written then is not the learner's. The first begins with the cluster. */
  preparations: z.array(z.object({ from: z.number(), to: z.number() })).default([]),
  /** The lab that was opened last. */
  lab: z.string().optional(),
});
export type HostState = z.infer<typeof schema>;

/** What a workspace host remembers across its own death. Written whole, before it is relied on. */
export class StateFile {
  private value: HostState;

  constructor(private readonly file: string) {
    this.value = read(file);
  }

  get current(): HostState {
    return this.value;
  }

  update(change: Partial<HostState>): void {
    this.value = { ...this.value, ...change };
    writeFileSync(`${this.file}.half`, JSON.stringify(this.value), { mode: 0o600 });
    renameSync(`${this.file}.half`, this.file);
  }
}

function read(file: string): HostState {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return schema.parse({}); // a new workspace; at worst a lab's idempotent preparation runs once more
  }
}
