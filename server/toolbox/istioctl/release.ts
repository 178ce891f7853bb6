/** Whether `release` ("1.21.6") is `minimum` ("1.23") or newer, by major and minor. */
export function atLeast(release: string, minimum: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  const [minMajor = 0, minMinor = 0] = minimum.split(".").map(Number);
  return major > minMajor || (major === minMajor && minor >= minMinor);
}
