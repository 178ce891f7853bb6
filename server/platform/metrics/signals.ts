// What the platform tells whoever measures it. A channel of the process: the parts that speak need nobody to hand them a
// meter, and speaking costs next to nothing while nobody listens.
import { channel } from "node:diagnostics_channel";

export interface Signal<T> {
  tell(value: T): void;
  /** Returns what ends the listening. */
  listen(listener: (value: T) => void): () => void;
}

function signal<T>(name: string): Signal<T> {
  const it = channel(`meshwork.${name}`);
  return {
    tell: (value) => it.publish(value),
    listen(listener) {
      // Only `tell` above publishes on this channel.
      const heard = (message: unknown) => listener(message as T);
      it.subscribe(heard);
      return () => it.unsubscribe(heard);
    },
  };
}

export const signals = {
  /** Seconds from a key's arrival here until the learner's host had taken it. */
  echo: signal<number>("echo"),
  /** Bytes of terminal output sent to a browser. */
  output: signal<number>("output"),
  /** Terminals that browsers look at: one more, or one less. */
  terminals: signal<1 | -1>("terminals"),
  /** A workspace's host was lost and is started again. */
  hostRestart: signal<string>("host-restart"),
  /** A practice cluster was lost and is started again. */
  clusterRestart: signal<string>("cluster-restart"),
  /** A condition of a lab was looked at, and what came of it. */
  condition: signal<string>("condition"),
  /** Somebody could not join a class, and why, in one word. */
  joinRefused: signal<string>("join-refused"),
  /** A question to the database: which, and how many seconds it took. */
  query: signal<{ readonly operation: string; readonly seconds: number }>("query"),
  /** An HTTP answer's status code. */
  answer: signal<number>("answer"),
} as const;
