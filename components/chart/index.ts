export type { ChartLine } from "./aligned.ts";
export { Chart } from "./chart.tsx";
export { lineLook } from "./colours.ts";
export { type Unit, withUnit } from "./units.ts";
