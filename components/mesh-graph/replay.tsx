"use client";

import { SegmentedControl, Slider } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { TickRow, type TimelineUse } from "../timeline/index.ts";
import { ToolButton } from "../ui/index.ts";
import classes from "./replay.module.css";

/** Kiali's: one frame for ten seconds of traffic. */
const FRAME_MS = 10_000;
const spans = [60, 300, 600, 1_800] as const;
const words: Readonly<Record<(typeof spans)[number], string>> = {
  ...{ 60: "1 min", 300: "5 min", 600: "10 min", 1800: "30 min" },
};
const speeds = { slow: 3_000, medium: 1_500, fast: 600 } as const;
type Speed = keyof typeof speeds;

interface Props {
  readonly timeline: TimelineUse;
  /** The frame's end, in milliseconds since the epoch. */
  onFrame(at: number): void;
  onClose(): void;
}

/** Looks back: traffic of the last minutes, a frame at a time, and the learner's changes, each with before and after. */
export function Replay({ timeline, onFrame, onClose }: Props) {
  const t = useTranslations("mesh");
  const { groups, chosen, choose } = timeline;
  const [end] = useState(() => Date.now());
  const [span, setSpan] = useState<(typeof spans)[number]>(300);
  const [frame, setFrame] = useState(0);
  const [playing, setPlaying] = useState(true);
  const [speed, setSpeed] = useState<Speed>("medium");
  const last = (span * 1_000) / FRAME_MS;
  const at = end - span * 1_000 + frame * FRAME_MS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the frame alone decides.
  useEffect(() => onFrame(at), [at]);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setFrame((now) => Math.min(last, now + 1)), speeds[speed]);
    return () => clearInterval(timer);
  }, [playing, last, speed]);
  useEffect(() => {
    if (frame >= last) setPlaying(false);
  }, [frame, last]);
  // A change that is looked at stands still.
  useEffect(() => {
    if (chosen) setPlaying(false);
  }, [chosen]);
  const seen = timeline.at ?? at;
  const start = end - span * 1_000;
  const marks = groups
    .map((group) => ({ value: (group.at - start) / FRAME_MS }))
    .filter(({ value }) => value >= 0 && value <= last);
  return (
    <section className={classes.replay} aria-label={t("replay.label")} data-test="replay">
      <ToolButton
        label={t(playing ? "replay.pause" : "replay.play")}
        onClick={() => {
          choose(undefined);
          if (frame >= last) setFrame(0);
          setPlaying(!playing);
        }}
      >
        {playing ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
      </ToolButton>
      <Slider
        className={classes.slider ?? ""}
        size="sm"
        min={0}
        max={last}
        value={frame}
        marks={marks}
        label={null}
        thumbLabel={t("replay.moment")}
        onChange={(value) => {
          setPlaying(false);
          choose(undefined);
          setFrame(value);
        }}
      />
      <time dateTime={new Date(seen).toISOString()} data-test="replay-time">
        {new Date(seen).toLocaleTimeString()}
      </time>
      <SegmentedControl
        size="xs"
        aria-label={t("replay.back")}
        value={String(span)}
        data={spans.map((value) => ({ value: String(value), label: words[value] }))}
        onChange={(value) => {
          setSpan(spans.find((one) => String(one) === value) ?? 300);
          setFrame(0);
          setPlaying(true);
        }}
      />
      <SegmentedControl
        size="xs"
        aria-label={t("replay.speed")}
        value={speed}
        data={(["slow", "medium", "fast"] as const).map((value) => ({
          value,
          label: t(`replay.speeds.${value}`),
        }))}
        onChange={(value) => setSpeed(value === "slow" || value === "fast" ? value : "medium")}
      />
      <ToolButton label={t("replay.now")} onClick={onClose}>
        <IconX size={15} />
      </ToolButton>
      <TickRow groups={groups} chosen={chosen?.id} onChoose={choose} />
    </section>
  );
}
