import { MAX_INTERNED, MAX_VALUE_LENGTH } from "./limits.ts";

/** Equal texts of many spans (addresses, clusters, node ids) stored once. Long texts are cut. */
export class Interner {
  private known = new Map<string, string>();

  of(value: string): string {
    const cut = value.length > MAX_VALUE_LENGTH ? value.slice(0, MAX_VALUE_LENGTH) : value;
    const found = this.known.get(cut);
    if (found !== undefined) return found;
    if (this.known.size >= MAX_INTERNED) this.known = new Map();
    this.known.set(cut, cut);
    return cut;
  }
}
