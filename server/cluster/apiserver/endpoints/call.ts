import type { KubeList, KubeObject, Status, WatchEvent } from "../../apimachinery/index.ts";
import type { Disposable } from "../../base/index.ts";
import type { UserInfo } from "../filters/user.ts";
import type { Resource } from "../registry/resource.ts";
import type { WatchSink } from "../registry/watcher.ts";

/** One request, after its edge (HTTP or in-process) has parsed it. */
export interface ApiCall {
  readonly user: UserInfo;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Media type of the body, without parameters. */
  readonly contentType: string;
  readonly body: unknown;
  /** Paths of keys that the body's JSON text names twice; of these the last counts. Absent: not known. */
  readonly duplicates?: () => readonly string[];
  readonly userAgent: string;
  /** From inside this process: the body is typed by the compiler and need not be checked field by field. */
  readonly trusted: boolean;
  /** Lines for the client's Warning header; handlers add to it. */
  readonly warnings: string[];
}

export type ApiReply =
  | {
      readonly kind: "object";
      readonly code: number;
      readonly object: KubeObject | Status;
      readonly resource?: Resource;
    }
  | { readonly kind: "list"; readonly list: KubeList; readonly resource: Resource }
  | {
      readonly kind: "watch";
      readonly resource: Resource;
      /** Begins to send. Throws Status errors such as Expired. */
      start(sink: WatchSink): Disposable;
    };

export type { WatchEvent };
