import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Violet-blue, kept away from the greens, ambers and reds that mean something in the graph. */
const mesh: MantineColorsTuple = [
  "#eef1ff",
  "#dbe0fb",
  "#b5bff0",
  "#8c9be7",
  "#6a7cdf",
  "#5569da",
  "#4a5fd8",
  "#3b4fc0",
  "#3346ac",
  "#273b98",
];

export const theme = createTheme({
  primaryColor: "mesh",
  primaryShade: { light: 7, dark: 6 },
  colors: { mesh },
  defaultRadius: "md",
  // Local fonts only: nothing is fetched from elsewhere.
  fontFamily:
    'Inter, "Segoe UI Variable", "Segoe UI", system-ui, -apple-system, Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono", "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
});
