// What the programs we stand for typically take when they do nothing. There are no processes to measure: these are
// estimates, and the documentation says so.

export interface Figures {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

const OTHERS: Figures = { cpuMillis: 1, memoryMiB: 12 };

const KNOWN: readonly (readonly [RegExp, Figures])[] = [
  [/(^|\/)pause$/, { cpuMillis: 0, memoryMiB: 1 }],
  [/(^|\/)(busybox|alpine|curl)$/, { cpuMillis: 0, memoryMiB: 1 }],
  [/(^|\/)proxyv2$/, { cpuMillis: 3, memoryMiB: 44 }],
  [/(^|\/)pilot$/, { cpuMillis: 4, memoryMiB: 62 }],
  [/(^|\/)prometheus$/, { cpuMillis: 6, memoryMiB: 90 }],
  [/(^|\/)grafana$/, { cpuMillis: 4, memoryMiB: 80 }],
  [/(^|\/)kiali$/, { cpuMillis: 3, memoryMiB: 50 }],
  [/examples-bookinfo-reviews/, { cpuMillis: 2, memoryMiB: 120 }],
  [/examples-bookinfo-productpage/, { cpuMillis: 2, memoryMiB: 55 }],
  [/examples-bookinfo-(details|ratings)/, { cpuMillis: 1, memoryMiB: 30 }],
  [/(^|\/)httpbin$/, { cpuMillis: 1, memoryMiB: 40 }],
  [/(^|\/)hpa-example$/, { cpuMillis: 1, memoryMiB: 12 }],
];

/** By the image's repository, without registry and tag. */
export function idleFigures(repository: string): Figures {
  return KNOWN.find(([pattern]) => pattern.test(repository))?.[1] ?? OTHERS;
}
