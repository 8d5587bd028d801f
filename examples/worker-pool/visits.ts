/** What all handlers do: count visits, tell them, and give away those of a partition that moves. */
import type { ByHashContext } from './generated/index.js';

/** Visits of each customer. */
export type Visits = Map<number, number>;

export function count(visits: Visits, customer: number): void {
  visits.set(customer, (visits.get(customer) ?? 0) + 1);
}

export function tell(visits: Visits, { instance, main }: Pick<ByHashContext, 'instance' | 'main'>): void {
  for (const [customer, number] of visits) main.send.Kept({ instance, customer, visits: number });
}

/** Takes out those that `isMoved`. */
export function take(visits: Visits, isMoved: (customer: number) => boolean): Visits {
  const taken = new Map([...visits].filter(([customer]) => isMoved(customer)));
  for (const customer of taken.keys()) visits.delete(customer);
  return taken;
}

export function put(visits: Visits, taken: Visits): void {
  for (const [customer, number] of taken) visits.set(customer, number);
}
