const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number) => String(value).padStart(2, "0");

/** `23/Nov/2026:15:04:05 +0000`, as common log format has it; the zone's spelling differs from server to server. */
export function clfTime(ms: number, zone = "+0000"): string {
  const at = new Date(ms);
  const date = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${date}:${clock(at)}${zone ? ` ${zone}` : ""}`;
}

/** `23/Nov/2026 15:04:05`, as werkzeug and Python's http.server write it. */
export function pythonTime(ms: number): string {
  return clfTime(ms, "").replace(":", " ");
}

/** `2026-11-23 15:04:05`. */
export function plainTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

const clock = (at: Date) => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
