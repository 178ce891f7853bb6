import type { Listener } from "../../xds/index.ts";
import { routeNames } from "../wanted.ts";

/**
 * Which version of each listener takes connections. As in Envoy's listener manager, one whose routes have not come yet
 * is warming: a new one does not listen, a changed one leaves the work to its last version that was warm.
 */
export class Warming {
  private active = new Map<string, Listener>();
  private waiting = new Set<string>();

  /** The listeners to run of those wanted, in their order. */
  choose(wanted: readonly Listener[], hasRoute: (name: string) => boolean): readonly Listener[] {
    const active = new Map<string, Listener>();
    this.waiting = new Set();
    for (const listener of wanted) {
      const name = listener.name ?? "";
      const warm = routesOf(listener).every(hasRoute);
      if (!warm) this.waiting.add(name);
      const running = warm ? listener : this.active.get(name);
      if (running) active.set(name, running);
    }
    this.active = active;
    return [...active.values()];
  }

  /** Whether some listener waits for routes. */
  get pending(): boolean {
    return this.waiting.size > 0;
  }

  get count(): number {
    return this.waiting.size;
  }

  isWarming(name: string): boolean {
    return this.waiting.has(name);
  }

  /** Routes that listeners at work still read, wanted or not. */
  routesInUse(): readonly string[] {
    return routeNames([...this.active.values()].map((resource) => ({ resource })));
  }
}

const routesOf = (listener: Listener): readonly string[] => routeNames([{ resource: listener }]);
