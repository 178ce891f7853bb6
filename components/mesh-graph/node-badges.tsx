import {
  IconArrowsSplit2,
  IconBolt,
  IconBug,
  IconCopy,
  IconHourglass,
  IconRoute,
  IconRouteAltLeft,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { NodeBadge } from "../../server/contracts/index.ts";
import classes from "./mesh-graph.module.css";

interface BadgeLook {
  readonly word: string;
  readonly icon: ComponentType<{ size?: number }>;
}

/** Kiali's badges, each with its word. */
export const badgeLooks: Readonly<Record<NodeBadge, BadgeLook>> = {
  "virtual-service": { word: "VirtualService", icon: IconRoute },
  "request-routing": { word: "request routing by match", icon: IconRouteAltLeft },
  "traffic-shifting": { word: "traffic shifting by weight", icon: IconArrowsSplit2 },
  "fault-injection": { word: "fault injection", icon: IconBug },
  "request-timeout": { word: "request timeout", icon: IconHourglass },
  mirroring: { word: "mirroring", icon: IconCopy },
  "circuit-breaker": { word: "circuit breaker", icon: IconBolt },
};

/** Small marks beside a node's name; their words stand in the why panel and in the legend. */
export function NodeBadges({ badges }: { badges: readonly NodeBadge[] }) {
  return (
    <span className={classes.nodeBadges} data-test="node-badges">
      {badges.map((badge) => {
        const { word, icon: Icon } = badgeLooks[badge];
        return (
          <span key={badge} title={word} data-badge={badge}>
            <Icon size={11} />
          </span>
        );
      })}
    </span>
  );
}
