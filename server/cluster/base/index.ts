export { type Clock, systemClock, TestClock } from "./clock.ts";
export { type Disposable, DisposableStore, toDisposable } from "./disposable.ts";
export { type Logger, silentLogger } from "./logger.ts";
export { type Random, seededRandom, systemRandom } from "./random.ts";
