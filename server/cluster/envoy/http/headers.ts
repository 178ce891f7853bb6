/** An ordered list of lower-case header fields, as Envoy keeps them. Values of one name stay separate fields. */
export class HeaderMap {
  constructor(private fields: [string, string][] = []) {}

  /** From Node's rawHeaders; names become lower case. Pseudo headers (`:path`) are left out. */
  static fromRaw(raw: readonly string[]): HeaderMap {
    const fields: [string, string][] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = raw[i] ?? "";
      if (!name.startsWith(":")) fields.push([name.toLowerCase(), raw[i + 1] ?? ""]);
    }
    return new HeaderMap(fields);
  }

  /** The first value. */
  get(name: string): string | undefined {
    for (const field of this.fields) if (field[0] === name) return field[1];
    return undefined;
  }

  all(name: string): string[] {
    return this.fields.filter((field) => field[0] === name).map((field) => field[1]);
  }

  /** All values joined as one list field. */
  joined(name: string): string | undefined {
    let joined: string | undefined;
    for (const field of this.fields)
      if (field[0] === name) joined = joined === undefined ? field[1] : `${joined},${field[1]}`;
    return joined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: string): void {
    let placed = false;
    for (let i = 0; i < this.fields.length; i++) {
      if (this.fields[i]?.[0] !== name) continue;
      if (placed) this.fields.splice(i--, 1);
      else this.fields[i] = [name, value];
      placed = true;
    }
    if (!placed) this.fields.push([name, value]);
  }

  append(name: string, value: string): void {
    this.fields.push([name, value]);
  }

  /** Removes and returns the first value. */
  remove(name: string): string | undefined {
    const value = this.get(name);
    if (value !== undefined) this.fields = this.fields.filter((field) => field[0] !== name);
    return value;
  }

  hasAny(names: ReadonlySet<string>): boolean {
    for (const field of this.fields) if (names.has(field[0])) return true;
    return false;
  }

  /** In one pass, and without one when there is nothing to remove. */
  removeAll(names: ReadonlySet<string>): void {
    if (this.hasAny(names)) this.fields = this.fields.filter((field) => !names.has(field[0]));
  }

  entries(): readonly (readonly [string, string])[] {
    return this.fields;
  }

  clone(): HeaderMap {
    return new HeaderMap(this.fields.slice());
  }

  /** Flat list, as Node's writeHead takes it. */
  toRaw(): string[] {
    const raw: string[] = [];
    for (const [name, value] of this.fields) raw.push(name, value);
    return raw;
  }
}

// Follows Envoy: connection-level fields never travel on (http/conn_manager_utility.cc, codec_helper).
const HOP_BY_HOP = new Set(["connection", "proxy-connection", "keep-alive", "upgrade", "http2-settings"]);

export function removeHopByHop(headers: HeaderMap): void {
  headers.removeAll(HOP_BY_HOP);
  const te = headers.get("te");
  if (te !== undefined && te !== "trailers") headers.remove("te");
}
