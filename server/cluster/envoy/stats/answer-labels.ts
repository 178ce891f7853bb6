import { fixedLabels, type Labels } from "./metric-store.ts";

/** Labels of something that answers requests, and the same with the class of an answer in front. */
export class AnswerLabels {
  readonly all: Labels;
  private readonly byClass = new Map<number, Labels>();

  constructor(labels: Labels) {
    this.all = fixedLabels(labels);
  }

  ofAnswer(status: number): Labels {
    const family = Math.floor(status / 100);
    let labels = this.byClass.get(family);
    if (!labels) {
      labels = fixedLabels({ response_code_class: String(family), ...this.all });
      this.byClass.set(family, labels);
    }
    return labels;
  }
}
