/** The page's colours as the canvas needs them: cytoscape cannot read CSS variables. */
export interface Palette {
  readonly fontFamily: string;
  readonly panel: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly box: string;
  readonly boxBorder: string;
  readonly mtls: Readonly<Record<"mtls" | "mixed" | "plaintext" | "no-traffic", string>>;
  readonly health: Readonly<Record<"healthy" | "degraded" | "failing" | "idle", string>>;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const read = (name: string) => style.getPropertyValue(`--mw-${name}`).trim();
  return {
    fontFamily: style.fontFamily,
    panel: read("panel"),
    text: read("text"),
    dim: read("dim"),
    accent: read("accent"),
    box: read("box"),
    boxBorder: read("box-border"),
    mtls: {
      mtls: read("mtls-line"),
      mixed: read("mixed-line"),
      plaintext: read("plaintext-line"),
      "no-traffic": read("none-line"),
    },
    health: {
      healthy: read("healthy"),
      degraded: read("degraded"),
      failing: read("failing"),
      idle: read("idle"),
    },
  };
}
