/** Lines drawn at once; more cannot be told apart. The table has them all. */
export const drawnSeries = 30;
