import type { Random } from "../../base/index.ts";
import type { WebAnswer } from "../http/web.ts";

const TEAPOT =
  '\n    -=[ teapot ]=-\n\n       _...._\n     .\'  _ _ `.\n    | ."` ^ `". _,\n    \\_;`"---"`|//\n      |       ;/\n      \\_     _/\n        `"""`\n';

const REDIRECT = { location: "/redirect/1" };
interface Special {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const NOT_ACCEPTABLE =
  '{"message": "Client did not request a supported media type.", "accept": ["image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*"]}';

const SPECIAL: ReadonlyMap<number, Special> = new Map<number, Special>([
  [301, { headers: REDIRECT }],
  [302, { headers: REDIRECT }],
  [303, { headers: REDIRECT }],
  [305, { headers: REDIRECT }],
  [307, { headers: REDIRECT }],
  [401, { headers: { "www-authenticate": 'Basic realm="Fake Realm"' } }],
  [407, { headers: { "proxy-authenticate": 'Basic realm="Fake Realm"' } }],
  [406, { headers: { "content-type": "application/json" }, body: NOT_ACCEPTABLE }],
  [418, { headers: { "x-more-info": "http://tools.ietf.org/html/rfc2324" }, body: TEAPOT }],
]);

/** One code, or a choice among several, weighted or not: `503`, `200,503`, `200:0.9,503:0.1`. Undefined: none. */
export function chooseStatus(text: string, random: Random): number | undefined {
  const choices = text.split(",").map((choice) => {
    const [code = "", weight = "1"] = choice.split(":");
    return { code: Number(code), weight: Number(weight) };
  });
  if (
    choices.some(({ code, weight }) => !Number.isInteger(code) || code < 100 || code > 599 || !(weight >= 0))
  )
    return undefined;
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.fraction() * total;
  for (const { code, weight } of choices) {
    left -= weight;
    if (left < 0) return code;
  }
  return choices.at(-1)?.code;
}

export function statusAnswer(code: number, textType: string): WebAnswer {
  const special = SPECIAL.get(code);
  return {
    status: code,
    headers: { "content-type": textType, ...special?.headers },
    ...(special?.body === undefined ? {} : { body: special.body }),
  };
}
