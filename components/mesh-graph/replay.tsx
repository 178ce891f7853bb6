"use client";

import { SegmentedControl, Slider } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
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
  /** The frame's end, in milliseconds since the epoch. */
  onFrame(at: number): void;
  onClose(): void;
}

/** Looks back: traffic of the last minutes, a frame at a time. Configuration is today's; only the traffic is the past's. */
export function Replay({ onFrame, onClose }: Props) {
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
  const clock = new Date(at).toLocaleTimeString();
  return (
    <section className={classes.replay} aria-label="Replay of earlier traffic" data-test="replay">
      <ToolButton
        label={playing ? "Pause the replay" : "Play the replay"}
        onClick={() => {
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
        label={null}
        thumbLabel="Moment that is shown"
        onChange={(value) => {
          setPlaying(false);
          setFrame(value);
        }}
      />
      <time dateTime={new Date(at).toISOString()} data-test="replay-time">
        {clock}
      </time>
      <SegmentedControl
        size="xs"
        aria-label="How far back"
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
        aria-label="Speed"
        value={speed}
        data={["slow", "medium", "fast"]}
        onChange={(value) => setSpeed(value === "slow" || value === "fast" ? value : "medium")}
      />
      <ToolButton label="Back to now" onClick={onClose}>
        <IconX size={15} />
      </ToolButton>
    </section>
  );
}
