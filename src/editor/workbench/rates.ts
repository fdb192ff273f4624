/** How fast this machine computes, as measured by the steps that it ran. */
import type { Rates } from '../../compile/limits.js';
import type { PlannedNode } from '../../compile/plan.js';

/** Steps smaller than this say more about overhead than about speed. */
const LEAST = 1e6; // multiply-adds

/** Multiply-adds per second by node type, and of the largest step. */
export class MeasuredRates {
  readonly #byType = new Map<string, number>();
  #largest = 0;
  #rate: number | undefined;

  /** Takes the time of a step that was computed, not cached. */
  measure(planned: PlannedNode, seconds: number): void {
    const { multiplyAdds } = planned.cost;
    if (multiplyAdds < LEAST || !(seconds > 0)) return;
    this.#byType.set(planned.type, multiplyAdds / seconds);
    if (multiplyAdds < this.#largest) return;
    this.#largest = multiplyAdds;
    this.#rate = multiplyAdds / seconds;
  }

  /** What `compile` takes; nothing before anything was measured. */
  known(): { readonly rates?: Rates } {
    if (this.#rate === undefined) return {};
    return { rates: { multiplyAdds: this.#rate, byType: Object.fromEntries(this.#byType) } };
  }
}
