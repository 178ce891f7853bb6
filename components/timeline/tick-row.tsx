import { Chip } from "../ui/index.ts";
import { groupWords, type TickGroup } from "./ticks.ts";
import classes from "./timeline.module.css";

interface Props {
  readonly groups: readonly TickGroup[];
  readonly chosen: string | undefined;
  onChoose(id: string | undefined): void;
}

const tones = { created: "good", changed: "busy", deleted: "bad" } as const;

/** What was changed, newest first; each leads to before and after. */
export function TickRow({ groups, chosen, onChoose }: Props) {
  if (groups.length === 0)
    return (
      <p className={classes.none} data-test="ticks">
        What you create, change or delete in the cluster appears here, with the mesh before and after.
      </p>
    );
  return (
    <ul className={classes.row} aria-label="Your changes, newest first" data-test="ticks">
      {groups.toReversed().map((group) => (
        <li key={group.id}>
          <button
            type="button"
            className={classes.tick}
            aria-pressed={group.id === chosen}
            data-test="tick"
            onClick={() => onChoose(group.id === chosen ? undefined : group.id)}
          >
            <time dateTime={new Date(group.at).toISOString()}>{new Date(group.at).toLocaleTimeString()}</time>
            <Chip tone={tones[group.ticks[0]?.verb ?? "changed"]}>{groupWords(group)}</Chip>
          </button>
        </li>
      ))}
    </ul>
  );
}
