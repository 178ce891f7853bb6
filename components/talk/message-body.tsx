import type { ClassMessage } from "../../server/contracts/index.ts";
import { Commands } from "../ui/index.ts";
import classes from "./talk.module.css";

/** What was said: words, or a command to type. Always text, whatever is in it. */
export function MessageBody({ message: { kind, text } }: { message: ClassMessage }) {
  return kind === "command" ? <Commands text={text} /> : <p className={classes.words}>{text}</p>;
}
