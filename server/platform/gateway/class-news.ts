import type { Server } from "socket.io";
import type {
  ClassActionNews,
  ClassInfo,
  ClassRows,
  ClientEvents,
  OwnClass,
  ServerEvents,
  StepPace,
  WallNews,
} from "../../contracts/index.ts";
import { classOf, classRoom, learnerRoom } from "./rooms.ts";

/** How a class's news reaches the pages that look at its board, and its learners'. */
export interface ClassNewsPort {
  /** Classes whose board somebody looks at. */
  watched(): string[];
  rows(rows: ClassRows): void;
  info(info: ClassInfo): void;
  paces(classroom: string, paces: readonly StepPace[]): void;
  own(learner: string, own: OwnClass | null): void;
  action(news: ClassActionNews): void;
  /** To one page; lost where it cannot be written at once. */
  wall(page: string, news: WallNews): void;
}

export function classNews(io: Server<ClientEvents, ServerEvents>): ClassNewsPort {
  return {
    watched: () => [...io.sockets.adapter.rooms.keys()].flatMap((room) => classOf(room) ?? []),
    rows: (rows) => void io.to(classRoom(rows.class)).emit("class:rows", rows),
    info: (info) => void io.to(classRoom(info.id)).emit("class:info", info),
    paces: (classroom, paces) =>
      void io.to(classRoom(classroom)).emit("class:paces", { class: classroom, paces }),
    action: (news) => void io.to(classRoom(news.class)).emit("class:action-news", news),
    wall: (page, news) => void io.to(page).volatile.emit("class:wall", news),
    own: (learner, own) => void io.to(learnerRoom(learner)).emit("class:mine", own),
  };
}
