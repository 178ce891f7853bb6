export type { TourPart } from "./stops.ts";
export { TourOffer } from "./tour-offer.tsx";
