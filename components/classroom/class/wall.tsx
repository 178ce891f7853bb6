"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { IconAlertTriangle, IconHandStop, IconMaximize } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { WallTile } from "../../../server/contracts/index.ts";
import { recall, remember } from "../../ui/index.ts";
import type { Standing } from "./standing.ts";
import { useWall } from "./use-wall.ts";
import classes from "./wall.module.css";
import { gridOf } from "./wall-layout.ts";
import { WallPicture } from "./wall-picture.tsx";

interface Props {
  readonly classroom: string;
  readonly standings: readonly Standing[];
  readonly nameOf: (learner: string) => string;
  readonly onOpen: (learner: { id: string; name: string }) => void;
}

const sizes = {
  small: { width: 220, height: 186 },
  medium: { width: 300, height: 232 },
  large: { width: 440, height: 312 },
} as const;
type Size = keyof typeof sizes;
const isSize = (value: unknown): value is Size => typeof value === "string" && Object.hasOwn(sizes, value);

/** Every learner's mesh at a glance. Only what is in sight is drawn, and only that is asked for. */
export function MeshWall({ classroom, standings, nameOf, onOpen }: Props) {
  const stage = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>("medium");
  const [view, setView] = useState({ width: 0, height: 0, scrollTop: 0 });
  useEffect(() => setSize(recall("wall:size", isSize) ?? "medium"), []);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () =>
      setView({ width: element.clientWidth, height: element.clientHeight, scrollTop: element.scrollTop });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);
  const tile = sizes[size];
  const { columns, rows, first, last } = gridOf(standings.length, { ...view, tile });
  const shown = standings.slice(first * columns, last * columns);
  const tiles = useWall(classroom, shown.map(({ row }) => row.learner).join(" "));
  return (
    <section className={classes.stage} ref={stage} aria-label="Mesh wall" data-test="wall">
      <div className={classes.bar}>
        <Legend />
        <SegmentedControl
          size="xs"
          aria-label="Size of the pictures"
          value={size}
          data={[
            { value: "small", label: "Small" },
            { value: "medium", label: "Medium" },
            { value: "large", label: "Large" },
          ]}
          onChange={(value) => {
            if (!isSize(value)) return;
            setSize(value);
            remember("wall:size", value);
          }}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconMaximize size={14} />}
          onClick={() =>
            void (document.fullscreenElement ? document.exitFullscreen() : stage.current?.requestFullscreen())
          }
        >
          Fill the screen
        </Button>
      </div>
      <div className={classes.scroller} ref={scroller}>
        <ul className={classes.sheet} style={{ height: rows * tile.height }}>
          {shown.map((standing, at) => {
            const place = first * columns + at;
            return (
              <li
                key={standing.row.learner}
                style={{
                  width: `${100 / columns}%`,
                  height: tile.height,
                  left: `${((place % columns) * 100) / columns}%`,
                  top: Math.floor(place / columns) * tile.height,
                }}
              >
                <Card
                  standing={standing}
                  name={nameOf(standing.row.learner)}
                  tile={tiles.get(standing.row.learner)}
                  onOpen={onOpen}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

const meshWords = {
  mtls: "mTLS",
  mixed: "partly mTLS",
  plaintext: "plaintext",
  "no-traffic": "no traffic",
} as const;

interface CardProps {
  readonly standing: Standing;
  readonly name: string;
  readonly tile: WallTile | undefined;
  readonly onOpen: Props["onOpen"];
}

function Card({ standing: { row, stuck }, name, tile, onOpen }: CardProps) {
  const need = row.hand ? "hand" : stuck ? "stuck" : undefined;
  const failing = tile?.nodes.filter(({ health }) => health === "failing").length ?? 0;
  return (
    <button
      type="button"
      className={classes.card}
      data-need={need}
      data-away={!row.connected}
      data-test={`wall-${row.learner}`}
      onClick={() => onOpen({ id: row.learner, name: row.name })}
    >
      <span className={classes.head}>
        <strong>{name}</strong>
        {row.hand ? <IconHandStop size={15} aria-label="hand up" /> : null}
        {!row.hand && stuck ? <IconAlertTriangle size={15} aria-label="perhaps stuck" /> : null}
        <span className={classes.mesh} data-mtls={tile?.mesh ?? "no-traffic"}>
          {tile ? meshWords[tile.mesh] : row.workspace}
        </span>
      </span>
      {tile && tile.nodes.length > 0 ? (
        <WallPicture tile={tile} />
      ) : (
        <span className={classes.nothing}>
          {tile ? "Nothing runs in this mesh yet." : row.connected ? "No picture yet." : "Away."}
        </span>
      )}
      <span className={classes.foot}>
        <span className={classes.step}>{row.stepTitle ?? "no lab open"}</span>
        {tile ? (
          <span>
            {failing > 0 ? `${failing} failing · ` : ""}
            {tile.requestsPerSecond}/s{tile.more > 0 ? ` · ${tile.more} more` : ""}
          </span>
        ) : null}
      </span>
    </button>
  );
}

function Legend() {
  return (
    <p className={classes.legend}>
      {(["mtls", "mixed", "plaintext", "no-traffic"] as const).map((mtls) => (
        <span key={mtls}>
          <svg width="26" height="8" aria-hidden="true">
            <line className={classes.edge} data-mtls={mtls} x1="1" y1="4" x2="25" y2="4" />
          </svg>
          {meshWords[mtls]}
        </span>
      ))}
    </p>
  );
}
