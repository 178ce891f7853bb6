import { memo } from "react";
import type { WallNode, WallTile } from "../../../server/contracts/index.ts";
import classes from "./wall.module.css";
import { PICTURE, type Spot, wallLayout } from "./wall-layout.ts";

/** A mesh the size of a card. What it shows stands beside it in words; nobody needs to see it. */
export const WallPicture = memo(function WallPicture({ tile }: { tile: WallTile }) {
  const spots = wallLayout(tile);
  const named = tile.nodes.length <= NAMES_UP_TO;
  return (
    <svg className={classes.picture} viewBox={`0 0 ${PICTURE.width} ${PICTURE.height}`} aria-hidden="true">
      {tile.edges.map(({ from, to, mtls, failing }) => {
        const [a, b] = [spots[from], spots[to]];
        if (!a || !b) return null;
        return (
          <line
            key={`${from} ${to} ${mtls}`}
            className={classes.edge}
            data-mtls={mtls}
            data-failing={failing}
            {...{ x1: a.x, y1: a.y, x2: b.x, y2: b.y }}
          />
        );
      })}
      {tile.nodes.map((node, at) => {
        const spot = spots[at];
        // Names are not unique in a mesh: their places are.
        // biome-ignore lint/suspicious/noArrayIndexKey: a node is its place in the picture.
        return spot ? <Node key={at} node={node} spot={spot} named={named} /> : null;
      })}
    </svg>
  );
});

/** More names than this would cover each other. */
const NAMES_UP_TO = 8;
const NAME_LENGTH = 14;

function Node({ node, spot: { x, y }, named }: { node: WallNode; spot: Spot; named: boolean }) {
  const look = { className: classes.node, "data-health": node.health, "data-meshed": node.meshed };
  return (
    <>
      {node.kind === "gateway" ? (
        <rect {...look} x={x - 6} y={y - 6} width={12} height={12} rx={2} />
      ) : node.kind === "service" ? (
        <path {...look} d={`M${x - 7} ${y + 5}L${x} ${y - 7}L${x + 7} ${y + 5}Z`} />
      ) : (
        <circle {...look} cx={x} cy={y} r={6} />
      )}
      {node.health === "failing" ? (
        <path className={classes.cross} d={`M${x - 3} ${y - 3}l6 6m0 -6l-6 6`} />
      ) : null}
      {named ? (
        <text className={classes.nodeName} x={x} y={y + 17}>
          {node.name.length > NAME_LENGTH ? `${node.name.slice(0, NAME_LENGTH - 1)}…` : node.name}
        </text>
      ) : null}
    </>
  );
}
