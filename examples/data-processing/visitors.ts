/** What is computed, the same in workers and in the plain loop that checks them. */
import type { Click, Visitor } from './generated/index.js';

const HALF_AN_HOUR_MS = 30 * 60_000;

interface Progress extends Visitor {
  visitBeganMs: number;
  lastClickMs: number;
}

export class Visitors {
  readonly #byUser = new Map<number, Progress>();

  /** Clicks of one user must come in order. */
  add({ user, atMs, page }: Readonly<Click>): void {
    let visitor = this.#byUser.get(user);
    if (visitor === undefined) {
      visitor = {
        user,
        clicks: 0,
        visits: 0,
        purchases: 0,
        longestVisitMs: 0,
        visitBeganMs: atMs,
        lastClickMs: Number.NEGATIVE_INFINITY,
      };
      this.#byUser.set(user, visitor);
    }
    if (atMs - visitor.lastClickMs >= HALF_AN_HOUR_MS) {
      visitor.visits += 1;
      visitor.visitBeganMs = atMs;
    }
    visitor.clicks += 1;
    if (page === 'paid') visitor.purchases += 1;
    visitor.longestVisitMs = Math.max(visitor.longestVisitMs, atMs - visitor.visitBeganMs);
    visitor.lastClickMs = atMs;
  }

  *report(): Generator<Visitor> {
    for (const { user, clicks, visits, purchases, longestVisitMs } of this.#byUser.values())
      yield { user, clicks, visits, purchases, longestVisitMs };
  }
}
