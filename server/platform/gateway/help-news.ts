import type { Server } from "socket.io";
import type { ClientEvents, ServerEvents } from "../../contracts/index.ts";
import type { HelpNewsPort } from "../classroom/index.ts";
import { learnerRoom, staffRoom } from "./rooms.ts";

/** Tells the pages of those whom it concerns, and nobody else's. */
export function helpNews(io: Server<ClientEvents, ServerEvents>): HelpNewsPort {
  return {
    learner: (learner, state) => void io.to(learnerRoom(learner)).emit("help:state", state),
    queue: (queue) => void io.to(staffRoom(queue.classroom)).emit("help:queue", queue),
    session: (session) => void io.to(learnerRoom(session.instructor)).emit("help:session", session),
    message: (message, learners) =>
      void io.to([staffRoom(message.classroom), ...learners.map(learnerRoom)]).emit("help:message", message),
    place: (learner, place) => void io.to(learnerRoom(learner)).emit("help:place", place),
  };
}
