/** As kubectl writes an age: "45s", "12m", "3h", "2d". */
export function age(from: string | undefined, now: number | undefined): string {
  if (!from || now === undefined) return "";
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
