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

/** Dark surfaces of the same slate as globals.css; Mantine's own are neutral grey and would not match. */
const dark: MantineColorsTuple = [
  "#e4e9f1",
  "#c3ccd9",
  "#a2adbd",
  "#8693a5",
  "#333f4f",
  "#2a3340",
  "#1f2733",
  "#141a23",
  "#10161f",
  "#0d1117",
];

export const theme = createTheme({
  primaryColor: "mesh",
  primaryShade: { light: 7, dark: 6 },
  colors: { mesh, dark },
  defaultRadius: "md",
  // Local fonts only: nothing is fetched from elsewhere.
  fontFamily:
    'Inter, "Segoe UI Variable", "Segoe UI", system-ui, -apple-system, Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono", "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Who comes by keyboard sees the tips too.
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
  },
  focusRing: "auto",
});
