import encode from "qr";
import classes from "./join-page.module.css";

/** A code for a telephone's camera, as one path; black on white whatever the theme: not every camera reads it the other way. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const rows = encode(text, "raw", { ecc: "medium", border: QUIET });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Empty modules around it: the standard asks for four. */
const QUIET = 4;
