/** Keys in code unit order, grouped by their first two path segments, so that an insertion moves few of them. */
export class SortedKeys {
  private readonly groups = new Map<string, string[]>();

  add(key: string): void {
    const group = this.groups.get(groupOf(key));
    if (!group) this.groups.set(groupOf(key), [key]);
    else group.splice(lowerBound(group, key), 0, key);
  }

  remove(key: string): void {
    const group = this.groups.get(groupOf(key));
    if (!group) return;
    const index = lowerBound(group, key);
    if (group[index] === key) group.splice(index, 1);
    if (group.length === 0) this.groups.delete(groupOf(key));
  }

  /** A new, sorted array of the keys that start with `prefix`. */
  under(prefix: string): string[] {
    const whole = wholeGroup(prefix);
    if (whole !== undefined) return slice(this.groups.get(whole) ?? [], prefix);
    const found: string[] = [];
    for (const group of this.groups.values()) found.push(...slice(group, prefix));
    return found.sort();
  }
}

function slice(group: readonly string[], prefix: string): string[] {
  return group.slice(lowerBound(group, prefix), lowerBound(group, `${prefix}\uffff`));
}

function secondSlash(key: string): number {
  return key.indexOf("/", key.indexOf("/", 1) + 1);
}

function groupOf(key: string): string {
  const end = secondSlash(key);
  return end < 0 ? "" : key.slice(0, end);
}

/** The one group that a prefix can match, if the prefix is long enough to say. */
function wholeGroup(prefix: string): string | undefined {
  const first = prefix.indexOf("/", 1);
  return first > 0 && secondSlash(prefix) > first ? groupOf(prefix) : undefined;
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
