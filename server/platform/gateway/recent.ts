/**
 * An answer that stays good for a moment. Whoever asks within it shares the one question, so the order in which callers go
 * on is the order in which they asked. A failure is not remembered.
 */
export class Recent<T> {
  private last: { readonly at: number; readonly answer: Promise<T> } | undefined;

  constructor(
    private readonly ask: () => Promise<T>,
    private readonly goodForMs: number,
  ) {}

  get(now: number): Promise<T> {
    if (this.last && now - this.last.at < this.goodForMs) return this.last.answer;
    const answer = this.ask();
    const mine = { at: now, answer };
    this.last = mine;
    answer.catch(() => {
      if (this.last === mine) this.last = undefined;
    });
    return answer;
  }
}
