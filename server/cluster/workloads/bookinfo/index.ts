import type { Program } from "../../container/index.ts";
import { details } from "./details.ts";
import { productpage } from "./productpage.ts";
import { ratings } from "./ratings.ts";
import { reviews } from "./reviews.ts";

/** The four services of Istio's Bookinfo sample. */
export const bookinfo: readonly Program[] = [productpage, details, ratings, ...reviews];
