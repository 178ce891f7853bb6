import type { IncomingMessage } from "node:http";

interface AdminCall {
  readonly dataDir?: string;
}

export function dataFolder(): string;
export function openAdmin(
  command: string,
  options?: AdminCall & { readonly body?: string | NodeJS.ReadableStream },
): Promise<IncomingMessage>;
export function askAdmin(command: string, params?: object, options?: AdminCall): Promise<unknown>;
