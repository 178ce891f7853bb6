import { useTranslations } from "use-intl";
import type { GraphNode } from "../../server/contracts/index.ts";
import { badgeSentence, mtlsStates } from "./badge.ts";
import classes from "./legend.module.css";
import { MtlsBadge } from "./mtls-badge.tsx";
import { badgeLooks } from "./node-badges.tsx";

const shapes: readonly { readonly kind: Exclude<GraphNode["kind"], "unknown">; readonly path: string }[] = [
  { kind: "workload", path: "M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16z" },
  { kind: "app", path: "M3 3h14v14H3z" },
  { kind: "service", path: "M10 3 18 17H2z" },
  { kind: "gateway", path: "M6 3h8l4 7-4 7H6l-4-7z" },
  { kind: "external", path: "M6 4h8l4 12H2z" },
];

export function Legend() {
  const t = useTranslations("mesh");
  return (
    <section className={classes.legend} aria-label={t("tool.legend")} data-test="legend">
      <ul>
        {mtlsStates.map((state) => (
          <li key={state}>
            <MtlsBadge badge={state === "mixed" ? { state, percent: 50 } : { state }} />
            <span>{badgeSentence({ state })}</span>
          </li>
        ))}
      </ul>
      <ul className={classes.shapes}>
        {shapes.map(({ kind, path }) => (
          <li key={kind}>
            <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
              <path d={path} fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" />
            </svg>
            {t(`legend.${kind}`)}
          </li>
        ))}
        <li>
          <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
            <circle
              cx="10"
              cy="10"
              r="8"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.8"
              strokeDasharray="3 2.5"
            />
          </svg>
          {t("legend.noSidecar")}
        </li>
        <li>
          <svg width="22" height="18" viewBox="0 0 24 20" aria-hidden="true">
            <path d="M0 10h24" stroke="currentColor" strokeWidth="1.5" strokeDasharray="4 3" />
          </svg>
          {t("legend.allowed")}
        </li>
        {Object.entries(badgeLooks).map(([badge, { word, icon: Icon }]) => (
          <li key={badge}>
            <Icon size={15} />
            {word}
          </li>
        ))}
      </ul>
    </section>
  );
}
