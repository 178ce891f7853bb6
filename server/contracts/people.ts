// What the accounts answer over HTTP, and what pages show of people.

export type PersonRole = "owner" | "instructor" | "learner";

/** A link that is good once; to be handed over by whoever asked for it. `expiresAt` in ISO 8601. */
export interface OneTimeLink {
  readonly url: string;
  readonly expiresAt: string;
}

/** The signed-in person as every page shows them. */
export interface ViewerShown {
  readonly name: string;
  readonly role: PersonRole;
}

export interface PersonShown extends ViewerShown {
  readonly id: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly joined: number;
  /** How they sign in; empty: by the code of a class, with nothing but this browser. */
  readonly ways: readonly string[];
}

export interface SessionShown {
  readonly id: string;
  readonly since: number;
  readonly address: string | undefined;
  readonly browser: string | undefined;
  readonly current: boolean;
}
