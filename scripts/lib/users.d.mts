export const USER_HELP: string;
export function user(
  args: readonly string[],
  options?: { dataDir?: string; print?: (line: string) => void },
): Promise<void>;
