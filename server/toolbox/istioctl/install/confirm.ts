import { createInterface } from "node:readline";

/**
 * Asks until the answer is y, yes, n or no; the end of standard input is a no, and so is an empty line or one of several
 * words (operator/cmd/mesh Confirm with fmt.Scanln).
 */
export async function confirm(question: string, write: (text: string) => void): Promise<boolean> {
  const lines = createInterface({ input: process.stdin });
  try {
    write(`${question} `);
    for await (const line of lines) {
      const words = line.trim().split(/\s+/).filter(Boolean);
      if (words.length !== 1) return false;
      if (/^y(es)?$/i.test(words[0] ?? "")) return true;
      if (/^no?$/i.test(words[0] ?? "")) return false;
      write(`${question} `);
    }
    return false;
  } finally {
    lines.close();
  }
}
