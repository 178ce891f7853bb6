interface BackupOptions {
  readonly dataDir?: string;
  readonly print?: (line: string) => void;
}

export function backup(file: string, options?: BackupOptions): Promise<void>;
export function restoreLearner(
  file: string,
  who: string,
  options?: BackupOptions & { readonly keep?: boolean; readonly only?: string | undefined },
): Promise<void>;
export function restore(file: string, options?: BackupOptions & { readonly keep?: boolean }): Promise<void>;
