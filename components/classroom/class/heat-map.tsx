import type { LabSummary, StepPace } from "../../../server/contracts/index.ts";
import { ScrollRegion } from "../../ui/index.ts";
import classes from "./board.module.css";
import { duration, type Standing, stepKey } from "./standing.ts";

interface Props {
  readonly labs: readonly LabSummary[];
  readonly standings: readonly Standing[];
  readonly paces: ReadonlyMap<string, StepPace>;
  readonly nameOf: (learner: string) => string;
}

/** Where the class is: how many stand at each step, how many of them may be stuck, and how long it took the others. */
export function HeatMap({ labs, standings, paces, nameOf }: Props) {
  const at = new Map<string, Standing[]>();
  for (const standing of standings) {
    const key = stepKey(standing.row.lab, standing.row.step);
    at.set(key, [...(at.get(key) ?? []), standing]);
  }
  const most = Math.max(1, ...[...at.values()].map((here) => here.length));
  return (
    <ScrollRegion className={classes.heat} label="Learners by step" test="heat-map">
      {labs.map((lab) => (
        <section key={lab.id} className={classes.heatLab}>
          <h2>{lab.title}</h2>
          <ol>
            {lab.steps.map((step, index) => {
              const here = at.get(stepKey(lab.id, step.id)) ?? [];
              const stuck = here.filter((standing) => standing.stuck !== undefined).length;
              const pace = paces.get(stepKey(lab.id, step.id));
              return (
                <li
                  key={step.id}
                  data-heat={here.length === 0 ? 0 : Math.max(1, Math.ceil((here.length / most) * 4))}
                  title={here.map(({ row }) => nameOf(row.learner)).join(", ")}
                  data-test={`heat-${lab.id}-${step.id}`}
                >
                  <span className={classes.heatCount}>{here.length}</span>
                  <span className={classes.heatTitle}>
                    {index + 1}. {step.title}
                  </span>
                  <span className={classes.dim}>
                    {pace && pace.left > 0
                      ? `median ${duration(pace.medianMs)}, ${pace.left} done`
                      : "nobody done yet"}
                  </span>
                  {stuck > 0 ? <span className={classes.heatStuck}>{stuck} perhaps stuck</span> : null}
                </li>
              );
            })}
          </ol>
        </section>
      ))}
    </ScrollRegion>
  );
}
