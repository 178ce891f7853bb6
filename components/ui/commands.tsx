import classes from "./commands.module.css";
import { ScrollRegion } from "./scroll-region.tsx";

interface Props {
  readonly text: string;
  /** For more than fits: it then scrolls, and has this name. */
  readonly label?: string;
  readonly test?: string;
}

/** Commands as they would be typed. */
export function Commands({ text, label, test }: Props) {
  const shown = <pre className={classes.commands}>{text}</pre>;
  if (label === undefined) return shown;
  return (
    <ScrollRegion label={label} className={classes.scroll} test={test}>
      {shown}
    </ScrollRegion>
  );
}
