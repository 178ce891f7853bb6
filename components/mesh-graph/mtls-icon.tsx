import type { MtlsState } from "../../server/contracts/index.ts";

/** Four shapes: closed lock · lock filled by half · open lock · dashed ring. */
export function MtlsIcon({ state, size = 14 }: { state: MtlsState; size?: number }) {
  const common = { width: size, height: size, viewBox: "0 0 16 16" } as const;
  switch (state) {
    case "mtls":
      return (
        <svg {...common} aria-hidden="true">
          <path d="M5 7V5a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" strokeWidth="1.7" />
          <rect x="2.8" y="6.8" width="10.4" height="7.6" rx="1.8" fill="currentColor" />
        </svg>
      );
    case "mixed":
      return (
        <svg {...common} aria-hidden="true">
          <path d="M5 7V5a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" strokeWidth="1.7" />
          <rect
            x="3.5"
            y="7.4"
            width="9"
            height="6.5"
            rx="1.4"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
          />
          <path
            d="M3.5 10.600h9v2a1.4 1.4 0 0 1-1.4 1.400H4.900a1.4 1.4 0 0 1-1.4-1.400z"
            fill="currentColor"
          />
        </svg>
      );
    case "plaintext":
      return (
        <svg {...common} aria-hidden="true">
          <path
            d="M8.8 7V4.300a2.7 2.7 0 0 1 5.4 0v1.2"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.7"
          />
          <rect
            x="1.7"
            y="7.4"
            width="9"
            height="6.5"
            rx="1.4"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
          />
        </svg>
      );
    case "no-traffic":
      return (
        <svg {...common} aria-hidden="true">
          <circle
            cx="8"
            cy="8"
            r="5.5"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeDasharray="2.6 2.160"
          />
        </svg>
      );
  }
}
