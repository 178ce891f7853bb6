export type Posted =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

/** Posts JSON to our server. Never throws. The answer is for the caller to read. */
export async function post(path: string, body: object): Promise<Posted> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const value: unknown = await response.json();
    return response.ok ? { ok: true, value } : { ok: false, message: messageOf(value) };
  } catch {
    return { ok: false, message: "The server does not answer. Try again in a moment." };
  }
}

function messageOf(value: unknown): string {
  const error = typeof value === "object" && value && "error" in value ? value.error : undefined;
  const message = typeof error === "object" && error && "message" in error ? error.message : undefined;
  return typeof message === "string" ? message : "That did not work.";
}
