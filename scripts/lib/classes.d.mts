export const CLASS_HELP: string;
export function classes(
  args: readonly string[],
  options?: { dataDir?: string; print?: (line: string) => void },
): Promise<void>;
