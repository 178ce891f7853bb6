import classes from "./people.module.css";

export interface Saying {
  readonly text: string;
  readonly bad: boolean;
}

/** What came of the last thing that was asked for. */
export function Said({ saying }: { saying: Saying | undefined }) {
  return (
    <div role="status">
      {saying ? (
        <p className={classes.said} data-bad={saying.bad}>
          {saying.text}
        </p>
      ) : null}
    </div>
  );
}
