// The only file that knows uPlot. Draws lines over time into one element.
import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { aligned, type ChartLine } from "./aligned.ts";
import { lineLook } from "./colours.ts";
import { type Unit, withUnit } from "./units.ts";

export interface ChartOptions {
  readonly element: HTMLElement;
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
  readonly dark: boolean;
  /** Time from left to right, ending with the last point; absent: what the points span. */
  readonly seconds?: number | undefined;
  onHover(at: ChartHover | undefined): void;
}

export interface ChartHover {
  /** Seconds since the epoch. */
  readonly time: number;
  /** By line; undefined is a gap. */
  readonly values: readonly (number | undefined)[];
  readonly left: number;
}

export interface ChartView {
  dispose(): void;
}

export function createChart({ element, lines, unit, dark, seconds, onHover }: ChartOptions): ChartView {
  const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  const font = `11px ${colour("--mantine-font-family")}`;
  const axis = {
    stroke: colour("--mw-dim"),
    font,
    grid: { stroke: colour("--mw-border"), width: 1 },
    ticks: { stroke: colour("--mw-border"), width: 1, size: 4 },
  };
  const data = aligned(lines);
  const size = () => ({
    width: Math.max(80, element.clientWidth),
    height: Math.max(60, element.clientHeight),
  });
  const plot = new uPlot(
    {
      ...size(),
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: {
        x: { range: (_plot, low, high) => [seconds === undefined ? low : high - seconds, high] },
        y: { range: (_plot, low, high) => yRange(low, high) },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 4,
          values: (_plot, times) => times.map((time, index) => clock(time, times[index - 1])),
        },
        {
          ...axis,
          gap: 4,
          size: (_plot, values) => 14 + 6.4 * Math.max(3, ...(values ?? []).map((value) => value.length)),
          values: (_plot, values) => values.map((value) => withUnit(value, unit)),
        },
      ],
      series: [
        {},
        ...lines.map((line, index) => {
          const look = lineLook(index, dark);
          return {
            label: line.name,
            stroke: look.colour,
            width: 1.6,
            dash: [...look.dash],
            points: { show: line.points.length < 3, size: 5, fill: look.colour },
            spanGaps: false,
          };
        }),
      ],
      hooks: {
        setCursor: [
          (drawn) => {
            const at = drawn.cursor.idx;
            const time = at === null || at === undefined ? undefined : drawn.data[0][at];
            if (at === null || at === undefined || time === undefined || (drawn.cursor.left ?? -1) < 0)
              return onHover(undefined);
            onHover({
              time,
              values: drawn.data.slice(1).map((row) => row[at] ?? undefined),
              left: drawn.cursor.left ?? 0,
            });
          },
        ],
      },
    },
    data,
    element,
  );
  let frame = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (element.clientWidth > 40 && element.clientHeight > 30) plot.setSize(size());
    });
  });
  observer.observe(element);
  return {
    dispose() {
      cancelAnimationFrame(frame);
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** From zero where that is near; a flat line has air above it. */
function yRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const floor = low > 0 && low < high * 0.75 ? 0 : low >= 0 && low === high ? 0 : low;
  const air = (high - floor || Math.abs(high) || 1) * 0.08;
  return [floor < 0 ? floor - air : floor, high + air];
}

const two = (value: number) => String(value).padStart(2, "0");

/** Seconds only where two ticks lie in one minute. */
function clock(time: number, before: number | undefined): string {
  const date = new Date(time * 1000);
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return before !== undefined && time - before < 60 ? `${minutes}:${two(date.getSeconds())}` : minutes;
}
