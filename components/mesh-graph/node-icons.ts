import type { GraphNode } from "../../server/contracts/index.ts";

// Drawn for this page, 24 by 24; strokes take the colour they are given.
const paths: Readonly<Record<GraphNode["kind"], string>> = {
  workload: '<path d="M12 3.5 19.5 8v8L12 20.5 4.5 16V8z"/><path d="M4.8 8.2 12 12.4l7.2-4.2M12 12.4v7.8"/>',
  app: '<rect x="4" y="4" width="7" height="7" rx="1.4"/><rect x="13" y="4" width="7" height="7" rx="1.4"/><rect x="4" y="13" width="7" height="7" rx="1.4"/><rect x="13" y="13" width="7" height="7" rx="1.4"/>',
  service:
    '<path d="M12 12 12 6M12 12 6.5 16.5M12 12l5.5 4.5"/><circle cx="12" cy="5" r="1.8"/><circle cx="5.5" cy="17.5" r="1.8"/><circle cx="18.5" cy="17.5" r="1.8"/>',
  gateway: '<path d="M3 12h13M11.5 7.5 16 12l-4.5 4.5"/><path d="M20 4v16"/>',
  unknown: '<path d="M9 9.200a3 3 0 1 1 4.3 2.700c-.9.5-1.3 1-1.3 2.1"/><path d="M12 17.500v.1"/>',
  external:
    '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.500c3 2.6 3 14.4 0 17M12 3.500c-3 2.6-3 14.4 0 17"/>',
};

export function nodeIcon(kind: GraphNode["kind"], colour: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 24 24" fill="none" stroke="${colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${paths[kind]}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
