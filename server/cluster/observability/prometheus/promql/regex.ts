/**
 * A fully anchored regular expression. Prometheus uses RE2; here it is JavaScript's, with RE2's way of writing flags and
 * named groups. Throws SyntaxError.
 */
export function anchored(source: string): RegExp {
  const [, flags = "", body = source] = /^\(\?([ims]+)\)(.*)$/s.exec(source) ?? [];
  const own = [...new Set(["s", ...flags.replace("s", "")])].join("");
  return new RegExp(`^(?:${body.replaceAll("(?P<", "(?<")})$`, own);
}
